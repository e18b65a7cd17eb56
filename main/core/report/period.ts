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

/** What makes two words no period, or one of them no word. */
export type PeriodProblem = 'from' | 'to' | 'moment' | 'order'

/**
 * The period from one word to another, which it includes; without another, what the first one names. The problem names
 * the word that means nothing, or says that the first is one moment (`moment`) or that the end comes first (`order`).
 */
export function periodBetween(
  from: string,
  to: string | undefined,
  zone: string,
): Period | PeriodProblem {
  const first = momentsOf(from, zone)
  if (first === undefined) return 'from'
  const last = to === undefined ? first : momentsOf(to, zone)
  if (last === undefined) return 'to'
  if (last.to <= first.from) return to === undefined ? 'moment' : 'order'
  return { from: first.from, to: last.to }
}

export const PERIOD_UNITS = ['quarter', 'month', 'year'] as const
export type PeriodUnit = (typeof PERIOD_UNITS)[number]

/** What a word is one of; undefined for days, moments and whatever means nothing. */
export function unitOf(word: string): PeriodUnit | undefined {
  const groups = WORDS.exec(word)?.groups
  if (groups === undefined || groups['day'] !== undefined) return undefined
  if (groups['month'] !== undefined) return 'month'
  return groups['quarter'] === undefined ? 'year' : 'quarter'
}

/** The word for the unit in which a moment lies, by the clocks of a zone: `2026-Q4`. */
export function wordAt(unit: PeriodUnit, at: number, zone: string): string {
  const [year = 0, month = 0] = dayAt(at, zone).split('-').map(Number)
  return wordOf(
    unit,
    unit === 'year'
      ? year
      : unit === 'month'
        ? 12 * year + month - 1
        : 4 * year + Math.floor((month - 1) / 3),
  )
}

/** The day of a moment by the clocks of a zone: `2026-09-30`. */
export function dayAt(at: number, zone: string): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 10)
}

/** The word so many units later, or earlier; undefined where there is none. */
export function neighbourOf(word: string, by: number): string | undefined {
  const unit = unitOf(word)
  if (unit === undefined) return undefined
  const [year = 0, part = 1] = word.replace('Q', '').split('-').map(Number)
  const size = unit === 'year' ? 1 : unit === 'quarter' ? 4 : 12
  const next = year * size + part - 1 + by
  return next < 0 || next >= 10_000 * size ? undefined : wordOf(unit, next)
}

/** `count`: units since the year 0. */
function wordOf(unit: PeriodUnit, count: number): string {
  const year = (size: number): string => String(Math.floor(count / size)).padStart(4, '0')
  if (unit === 'year') return year(1)
  if (unit === 'quarter') return `${year(4)}-Q${(count % 4) + 1}`
  return `${year(12)}-${String((count % 12) + 1).padStart(2, '0')}`
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
