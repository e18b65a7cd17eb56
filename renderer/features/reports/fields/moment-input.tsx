import type { ReactNode } from 'react'
import type { ReportClock } from '../../../../main/core/report/zone.ts'
import styles from './fields.module.css'

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** What the browser's own field for a moment takes: the time here, to the second. */
export function localText(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** The same moment as it is recorded, in UTC; empty where it is none. */
export function utcIso(local: string): string {
  const at = new Date(local).getTime()
  return Number.isNaN(at) ? '' : `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** A moment: written as the clock on the wall says it, kept in UTC, both shown. */
export function MomentInput(props: {
  readonly text: string
  readonly clock: ReportClock
  readonly onChange: (text: string) => void
  readonly id: string
  readonly 'aria-describedby': string
  readonly 'aria-invalid': boolean
}): ReactNode {
  const { text, clock, onChange, ...labels } = props
  const at = Date.parse(text)
  return (
    <div className={styles.moment}>
      <input
        {...labels}
        type="datetime-local"
        step={1}
        value={Number.isNaN(at) ? '' : localText(at)}
        onChange={(event) => onChange(utcIso(event.target.value))}
      />
      <span className={styles.author}>
        {Number.isNaN(at) ? `Time in ${clock.zone}` : clock.utc(at)}
      </span>
    </div>
  )
}
