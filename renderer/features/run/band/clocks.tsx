import { AlarmClock, AlertTriangle } from 'lucide-react'
import type { ReactNode } from 'react'
import { clocksOf, type Clock } from '../model/clocks.ts'
import { meetDeadline } from '../screen/run-actions.ts'
import { useRun } from '../screen/run-context.ts'
import { useNow } from '../screen/use-now.ts'
import styles from './band.module.css'

/** The clocks, side by side. What is near or over its allowance says so in a word as well. */
export function Clocks(): ReactNode {
  const { state } = useRun()
  const now = useNow()
  return (
    <div className={styles.clocks} role="group" aria-label="Clocks">
      {clocksOf(state, now).map((clock) => (
        <ClockView key={clock.key} clock={clock} />
      ))}
    </div>
  )
}

function ClockView({ clock }: { readonly clock: Clock }): ReactNode {
  const view = useRun()
  const face = (
    <>
      <span className={styles.clockLabel}>
        {clock.urgency === 'over' ? (
          <AlertTriangle aria-hidden size="0.95em" />
        ) : clock.urgency === 'near' ? (
          <AlarmClock aria-hidden size="0.95em" />
        ) : null}
        {clock.label}
      </span>
      <span className={styles.clockValue}>{clock.value}</span>
      <span className={styles.clockDetail}>{clock.detail}</span>
    </>
  )
  const facts = { className: styles.clock, 'data-urgency': clock.urgency, 'data-clock': clock.key }
  const { deadline } = clock
  if (deadline === undefined || view.readOnly !== undefined) return <div {...facts}>{face}</div>
  return (
    <button
      type="button"
      {...facts}
      aria-keyshortcuts="m"
      title={`Press when it is done (m): keeps the note “${deadline.note}”`}
      onClick={() => meetDeadline(view)}
    >
      {face}
    </button>
  )
}
