import type { Period } from './pack/pack.ts'

/** Periods as people write them, in a time zone. */

const WORDS =
  /^(?<year>\d{4})(?:-(?:Q(?<quarter>[1-4])|(?<month>0[1-9]|1[0-2])(?:-(?<day>\d{2}))?))?$/u
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/u

/** What `momentsOf` takes, for whoever is told that something is no such thing. */
export const PERIOD_FORMS =
  '2026, 2026-Q3, 2026-09, 2026-09-30, or a moment like 2026-09-30T14:00:00Z'

/**
 * First and last moment of what a word means: a year, a quarter, a month, a day in the zone; or one moment, with its offset.
 * The end is the first moment that does not belong to it any more. Undefined where the word means nothing.
 */
export function momentsOf(word: string, zone: string): Period | undefined {
  if (INSTANT.test(word)) {
    const at = Date.parse(word)
    return Number.isNaN(at) ? undefined : { from: at, to: at }
  }
  const groups = WORDS.exec(word)?.groups
  if (groups === undefined) return undefined
  const year = Number(groups['year'])
  if (groups['day'] !== undefined) {
    const month = Number(groups['month'])
    const day = Number(groups['day'])
    // No 31 June: it would silently be another day.
    if (day < 1 || new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return undefined
    return { from: midnight(year, month, day, zone), to: midnight(year, month, day + 1, zone) }
  }
  if (groups['month'] !== undefined) return months(year, Number(groups['month']), 1, zone)
  if (groups['quarter'] !== undefined)
    return months(year, 3 * Number(groups['quarter']) - 2, 3, zone)
  return months(year, 1, 12, zone)
}

function months(year: number, first: number, length: number, zone: string): Period {
  return { from: midnight(year, first, 1, zone), to: midnight(year, first + length, 1, zone) }
}

/** The first moment of a day in a zone. Months and days may run over, as with `Date.UTC`. */
function midnight(year: number, month: number, day: number, zone: string): number {
  const wall = Date.UTC(year, month - 1, day)
  // The offset is that of the moment looked for, which is not known before: the second guess has it, but where the day
  // begins later than midnight, because that hour was left out.
  const first = wall - offsetAt(wall, zone)
  const second = wall - offsetAt(first, zone)
  return second + offsetAt(second, zone) === wall ? second : Math.max(first, second)
}

/** How much further the clocks of a zone are than UTC, milliseconds. */
function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const number = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0)
  const wall = Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  )
  return wall - Math.floor(at / 1000) * 1000
}
