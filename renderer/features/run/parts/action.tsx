import type { ReactNode } from 'react'
import type { Verdict } from '../model/ask.ts'
import styles from './parts.module.css'

export interface ActionProps {
  readonly children: ReactNode
  readonly onPress: () => void
  /** It sends the form around it, as Enter in a field does; `onPress` is then the form's `onSubmit`. */
  readonly submit?: boolean
  /** The key that does the same, shown on the button. */
  readonly hotkey?: string
  /** The key does something else just now: it is not shown, but keeps its room, so that nothing moves with the focus. */
  readonly hotkeyTaken?: boolean
  readonly look?: 'primary' | 'plain' | 'danger' | 'quiet'
  /**
   * The engine's word on it. What is refused stays reachable and says why; what only wants a reason is pressed as usual
   * and then asked for.
   */
  readonly verdict?: Verdict
  readonly busy?: boolean
  readonly label?: string
  readonly expanded?: boolean
  readonly pressed?: boolean
}

function titleOf(refusal: string | undefined, taken: string | undefined): string | undefined {
  if (refusal !== undefined || taken === undefined) return refusal
  return `${taken} is for what has the focus now; F6 moves on`
}

/** A button of the run screen. */
export function Action(props: ActionProps): ReactNode {
  const { verdict, look = 'plain' } = props
  const refused = verdict !== undefined && !verdict.allowed && !verdict.needsReason
  const taken = props.hotkeyTaken === true
  return (
    <button
      type={props.submit === true ? 'submit' : 'button'}
      className={styles.action}
      data-look={look}
      aria-disabled={refused || props.busy === true ? true : undefined}
      aria-label={props.label}
      aria-expanded={props.expanded}
      aria-pressed={props.pressed}
      aria-keyshortcuts={taken ? undefined : props.hotkey}
      title={titleOf(refused ? verdict.message : undefined, taken ? props.hotkey : undefined)}
      onClick={() => {
        if (!refused && props.busy !== true && props.submit !== true) props.onPress()
      }}
    >
      {props.children}
      {props.hotkey === undefined ? null : (
        <kbd className={styles.key} data-taken={taken ? '' : undefined}>
          {props.hotkey}
        </kbd>
      )}
    </button>
  )
}
