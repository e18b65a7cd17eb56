import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { Markdown } from '../../../ui/markdown.tsx'
import { timeText } from '../model/duration.ts'
import { utcText } from '../../../../main/core/report/duration.ts'
import { RefusalLine } from '../parts/panel.tsx'
import { useEnterTaken } from '../screen/enter.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import { placeKey } from '../screen/screen-store.ts'
import styles from './step.module.css'

/** Manual actions, each confirmed on its own, with who confirmed it and when. */
export function ItemList(props: {
  readonly items: readonly { readonly id: string; readonly text: string }[]
  /** The item that Enter confirms. */
  readonly next: string | undefined
}): ReactNode {
  return (
    <ul className={styles.items}>
      {props.items.map((item) => (
        <ItemLine key={item.id} id={item.id} text={item.text} next={item.id === props.next} />
      ))}
    </ul>
  )
}

function ItemLine(props: {
  readonly id: string
  readonly text: string
  readonly next: boolean
}): ReactNode {
  const { state, perform, readOnly, ask } = useRun()
  const enterTaken = useEnterTaken()
  const refusal = useScreen((screen) => screen.refusal)
  const confirmed = state.items[props.id]?.confirmed
  const command =
    confirmed === undefined
      ? ({ type: 'item.confirm', item: props.id } as const)
      : ({ type: 'item.unconfirm', item: props.id } as const)
  const verdict = ask(command)
  const refused = readOnly !== undefined || (!verdict.allowed && !verdict.needsReason)
  const place = { kind: 'item', id: props.id } as const
  const textId = `item-${props.id}`
  return (
    <li
      className={styles.item}
      data-next={props.next ? '' : undefined}
      data-done={confirmed === undefined ? undefined : ''}
    >
      <button
        type="button"
        role="checkbox"
        className={styles.box}
        aria-checked={confirmed !== undefined}
        aria-labelledby={textId}
        aria-disabled={refused ? true : undefined}
        title={verdict.allowed ? undefined : verdict.message}
        onClick={() => {
          if (!refused) void perform(command, place)
        }}
      >
        {confirmed === undefined ? null : <Check aria-hidden size="1em" strokeWidth={3} />}
      </button>
      <div className={styles.itemText} id={textId}>
        <Markdown source={props.text} inline />
      </div>
      {confirmed === undefined ? (
        props.next && !enterTaken ? (
          <kbd className={styles.itemKey}>Enter</kbd>
        ) : null
      ) : (
        <span className={styles.itemBy} title={utcText(confirmed.at)}>
          {confirmed.by}, {timeText(confirmed.at)}
        </span>
      )}
      {refusal !== undefined && placeKey(refusal.at) === placeKey(place) ? (
        <RefusalLine message={refusal.message} />
      ) : null}
    </li>
  )
}
