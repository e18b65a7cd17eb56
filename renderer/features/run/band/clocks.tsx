import { AlarmClock, AlertTriangle } from 'lucide-react'
import type { ReactNode } from 'react'
import { clocksOf, type Clock } from '../model/clocks.ts'
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
  return (
    <div className={styles.clock} data-urgency={clock.urgency} data-clock={clock.key}>
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
    </div>
  )
}
