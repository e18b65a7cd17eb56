import { ChevronLeft, ChevronRight, LocateFixed } from 'lucide-react'
import type { ReactNode } from 'react'
import { refusalText } from '../model/refusal.ts'
import { currentStep } from '../model/position.ts'
import { Action } from '../parts/action.tsx'
import { useEnterTaken } from './enter.ts'
import type { Moment } from './key.ts'
import { KEYS } from './keys.ts'
import { perform } from './perform-next.ts'
import { useScreen } from './run-context.ts'
import { placeKey } from './screen-store.ts'
import styles from './screen.module.css'

/** The one thing to do next, always in the same place, with its key; why not, where it may not be done. */
export function PrimaryBar({ moment }: { readonly moment: Moment }): ReactNode {
  const { view, step, next } = moment
  const open = useScreen((screen) => screen.open)
  const selected = useScreen((screen) => screen.selected)
  const sending = useScreen((screen) => screen.sending)
  const asked = useScreen((screen) => screen.panel?.kind === 'reason')
  const enterTaken = useEnterTaken()
  const press = (key: string): void => KEYS.find((one) => one.key === key)?.press(moment)
  const current = currentStep(view.state)
  const away = current !== undefined && selected !== undefined && selected !== current.id
  const verdict = 'verdict' in next ? next.verdict : undefined
  const danger = next.kind === 'run' && next.need === 'nothing' && step?.risk === 'destructive'
  return (
    <div className={styles.primary} role="group" aria-label="Next">
      <button
        type="button"
        className={styles.step}
        aria-label="Previous step"
        title="Previous step (k)"
        onClick={() => press('k')}
      >
        <ChevronLeft aria-hidden size="1.2em" />
      </button>
      <button
        type="button"
        className={styles.step}
        aria-label="Next step"
        title="Next step (j)"
        onClick={() => press('j')}
      >
        <ChevronRight aria-hidden size="1.2em" />
      </button>
      {view.readOnly === undefined || next.kind === 'report' ? (
        <Action
          look={danger || (next.kind === 'block' && next.panel === 'stop') ? 'danger' : 'primary'}
          hotkey="Enter"
          hotkeyTaken={enterTaken}
          {...(verdict === undefined ? {} : { verdict })}
          busy={
            'block' in next &&
            sending.some(({ place }) => place === placeKey({ kind: 'block', id: next.block }))
          }
          onPress={() => perform(moment)}
        >
          <span data-primary="">{next.label}</span>
        </Action>
      ) : null}
      {view.readOnly === undefined ? null : <span className={styles.why}>{view.readOnly}</span>}
      {verdict !== undefined && !verdict.allowed && !asked ? (
        <span className={styles.why}>
          {next.kind === 'send'
            ? refusalText(view.state, view.names, next.command, verdict)
            : verdict.message}
        </span>
      ) : null}
      <span className={styles.grow} />
      {away ? (
        <Action look="quiet" hotkey="." onPress={() => press('.')}>
          <LocateFixed aria-hidden size="1em" /> To the current step
        </Action>
      ) : null}
      {view.readOnly === undefined && step !== undefined ? (
        <Action look="quiet" hotkey="x" onPress={() => open({ kind: 'more', step: step.id })}>
          Skip, mark…
        </Action>
      ) : null}
    </div>
  )
}
