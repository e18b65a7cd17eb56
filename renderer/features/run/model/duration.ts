/** Durations and times in words a tired person reads at a glance. All arguments are milliseconds. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** `420 ms`, `1.4 s`, `12 s`, `3 min 20 s`, `1 h 05 min`, `2 d 3 h`. Negative durations read as zero. */
export function durationText(ms: number): string {
  const value = Math.max(0, Math.round(ms))
  if (value < SECOND) return `${value} ms`
  if (value < 10 * SECOND) return `${(Math.floor(value / 100) / 10).toFixed(1)} s`
  if (value < MINUTE) return `${Math.floor(value / SECOND)} s`
  if (value < HOUR) {
    const seconds = Math.floor((value % MINUTE) / SECOND)
    return `${Math.floor(value / MINUTE)} min${seconds === 0 ? '' : ` ${seconds} s`}`
  }
  if (value < DAY) {
    const minutes = Math.floor((value % HOUR) / MINUTE)
    return `${Math.floor(value / HOUR)} h${minutes === 0 ? '' : ` ${two(minutes)} min`}`
  }
  const hours = Math.floor((value % DAY) / HOUR)
  return `${Math.floor(value / DAY)} d${hours === 0 ? '' : ` ${hours} h`}`
}

/** A running clock: `04:07`, `1:04:07`. Counts whole seconds, so that it never shows a second too early. */
export function clockText(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / SECOND)
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

/** The same moment in UTC, as the log has it: `2026-11-20 03:12:09 UTC`. */
export function utcText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `900 bytes`, `12.4 kB`, `3.1 MB`; decimal units. */
export function bytesText(bytes: number): string {
  if (bytes === 1) return '1 byte'
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`
}
