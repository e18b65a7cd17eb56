/** Clocks and local times of the run screen. All arguments are milliseconds. */

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** A running clock: `04:07`, `1:04:07`. Counts whole seconds, so that it never shows a second too early. */
export function clockText(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${two(minutes)}:${two(seconds % 60)}`
}

/** What is left of an allowance, or by how much it is over. */
export interface Margin {
  readonly over: boolean
  /** Without sign. */
  readonly ms: number
  /** `05:53 left` or `02:10 over`. */
  readonly text: string
}

/** The margin of `elapsed` against `allowed`. */
export function marginOf(elapsed: number, allowed: number): Margin {
  const left = allowed - elapsed
  const over = left < 0
  return {
    over,
    ms: Math.abs(left),
    text: `${clockText(Math.abs(left))} ${over ? 'over' : 'left'}`,
  }
}

/** How urgent a margin is: `near` is the last fifth of the allowance. */
export type Urgency = 'calm' | 'near' | 'over'

export function urgencyOf(elapsed: number, allowed: number): Urgency {
  if (elapsed > allowed) return 'over'
  return elapsed >= allowed * 0.8 ? 'near' : 'calm'
}

const timeOfDay = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** Local time of day, `03:12:09`. */
export function timeText(at: number): string {
  return timeOfDay.format(at)
}

/** Local date and time, for what is not from today. */
export function dateTimeText(at: number): string {
  return dateAndTime.format(at)
}
