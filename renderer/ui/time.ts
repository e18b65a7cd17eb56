import { counted } from './counted.ts'

/** Times as a person reads them at three in the morning. */

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `04:05`, `1:04:05`, with a minus before the start. */
export function clockText(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / SECOND_MS)
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const short = `${two(minutes)}:${two(seconds % 60)}`
  const text = hours > 0 ? `${hours}:${short}` : short
  return milliseconds < 0 ? `−${text}` : text
}

const dateTime = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** Date and time to the minute, in the local zone. */
export function dateTimeText(epoch: number): string {
  return dateTime.format(epoch)
}

/** The same moment in UTC, for a hover or a report. */
export function utcText(epoch: number): string {
  return `${new Date(epoch).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** How long ago, in one unit: `just now`, `5 minutes ago`, `3 days ago`, `2 years ago`. */
export function agoText(epoch: number, now: number): string {
  const passed = now - epoch
  if (passed < MINUTE_MS) return 'just now'
  if (passed < HOUR_MS) return `${counted(Math.floor(passed / MINUTE_MS), 'minute')} ago`
  if (passed < DAY_MS) return `${counted(Math.floor(passed / HOUR_MS), 'hour')} ago`
  const days = Math.floor(passed / DAY_MS)
  if (days < 60) return `${counted(days, 'day')} ago`
  if (days < 730) return `${counted(Math.floor(days / 30), 'month')} ago`
  return `${counted(Math.floor(days / 365), 'year')} ago`
}

/** A length of time as a plan writes it: `15 min`, `1 h 30 min`, `45 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < MINUTE_MS) return `${Math.round(milliseconds / SECOND_MS)} s`
  const minutes = Math.round(milliseconds / MINUTE_MS)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  const hours = Math.floor(minutes / 60)
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}
