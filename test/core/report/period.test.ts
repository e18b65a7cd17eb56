import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dayAt,
  momentsOf,
  neighbourOf,
  PERIOD_UNITS,
  periodBetween,
  unitOf,
  wordAt,
} from '../../../main/core/report/period.ts'

const iso = (word: string, zone: string): readonly string[] => {
  const found = momentsOf(word, zone)
  return found === undefined
    ? []
    : [new Date(found.from).toISOString(), new Date(found.to).toISOString()]
}

describe('a period', () => {
  it.each([
    ['2026', 'UTC', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2026-Q1', 'UTC', '2026-01-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'],
    ['2026-Q4', 'UTC', '2026-10-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2026-02', 'UTC', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['2024-02-29', 'UTC', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['2026-12-31', 'UTC', '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    // Winter and summer differ within one period.
    ['2026', 'Europe/Berlin', '2025-12-31T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
    ['2026-Q2', 'Europe/Berlin', '2026-03-31T22:00:00.000Z', '2026-06-30T22:00:00.000Z'],
    // The days on which the clocks change have 23 and 25 hours.
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['2026-07-01', 'Asia/Kolkata', '2026-06-30T18:30:00.000Z', '2026-07-01T18:30:00.000Z'],
    ['2026-07-01', 'America/St_Johns', '2026-07-01T02:30:00.000Z', '2026-07-02T02:30:00.000Z'],
    ['2026-07-01', 'Pacific/Kiritimati', '2026-06-30T10:00:00.000Z', '2026-07-01T10:00:00.000Z'],
    // Here that day has no midnight: it begins at one o'clock.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z', '2026-09-07T03:00:00.000Z'],
  ])('%s in %s is from %s up to %s', (word, zone, from, to) => {
    expect(iso(word, zone)).toEqual([from, to])
  })

  it('of one moment has its offset in it', () => {
    const at = '2026-09-30T14:00:00.000Z'
    expect(iso('2026-09-30T14:00Z', 'Europe/Berlin')).toEqual([at, at])
    expect(iso('2026-09-30T16:00:00+02:00', 'UTC')).toEqual([at, at])
  })

  it.each([
    '',
    '26',
    '2026-13',
    '2026-00',
    '2026-Q0',
    '2026-Q5',
    '2026-02-29',
    '2026-06-31',
    '2026-01-00',
    '2026-1-1',
    '2026-09-30 14:00',
    '2026-09-30T14:00',
    '2026-09-30T25:00:00Z',
    'yesterday',
    '2026-01-01T',
  ])('is not what “%s” says', (word) => {
    expect(momentsOf(word, 'UTC')).toBeUndefined()
  })

  it('follows the one before it without a gap and without overlap, in every zone', () => {
    const zones = Intl.supportedValuesOf('timeZone')
    const month = fc.record({
      zone: fc.constantFrom(...zones),
      year: fc.integer({ min: 1975, max: 2037 }),
      month: fc.integer({ min: 1, max: 12 }),
    })
    fc.assert(
      fc.property(month, ({ zone, year, month: number }) => {
        const two = (value: number): string => String(value).padStart(2, '0')
        const word = `${year}-${two(number)}`
        const next = number === 12 ? `${year + 1}-01` : `${year}-${two(number + 1)}`
        const whole = momentsOf(word, zone)
        if (whole === undefined) throw new Error(word)
        expect(momentsOf(next, zone)?.from).toBe(whole.to)
        let until = whole.from
        for (let day = 1; momentsOf(`${word}-${two(day)}`, zone) !== undefined; day++) {
          const found = momentsOf(`${word}-${two(day)}`, zone)
          expect(found?.from).toBe(until)
          until = found?.to ?? 0
        }
        expect(until).toBe(whole.to)
      }),
      { numRuns: 60 },
    )
  })
})

describe('the word for a period', () => {
  it.each([
    ['quarter', '2026-11-30T12:00:00Z', 'UTC', '2026-Q4'],
    ['month', '2026-11-30T12:00:00Z', 'UTC', '2026-11'],
    ['year', '2026-11-30T12:00:00Z', 'UTC', '2026'],
    // New year comes earlier in the east.
    ['quarter', '2026-12-31T23:30:00Z', 'Europe/Berlin', '2027-Q1'],
    ['month', '2026-12-31T23:30:00Z', 'America/New_York', '2026-12'],
  ] as const)('is the %s in which a moment lies: %s in %s is %s', (unit, at, zone, word) => {
    expect(wordAt(unit, Date.parse(at), zone)).toBe(word)
    expect(unitOf(word)).toBe(unit)
  })

  it('holds the moment, in every zone', () => {
    const moment = fc.record({
      zone: fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      at: fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2037, 0) }),
      unit: fc.constantFrom(...PERIOD_UNITS),
    })
    fc.assert(
      fc.property(moment, ({ zone, at, unit }) => {
        const word = wordAt(unit, at, zone)
        const period = momentsOf(word, zone)
        expect(period !== undefined && period.from <= at && at < period.to).toBe(true)
        expect(momentsOf(neighbourOf(word, 1) ?? '', zone)?.from).toBe(period?.to)
        expect(momentsOf(neighbourOf(word, -1) ?? '', zone)?.to).toBe(period?.from)
        expect(momentsOf(dayAt(at, zone), zone)?.from).toBeLessThanOrEqual(at)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['2026-Q4', 1, '2027-Q1'],
    ['2026-Q1', -1, '2025-Q4'],
    ['2026-01', -1, '2025-12'],
    ['2026-12', 1, '2027-01'],
    ['2026', -3, '2023'],
    ['9999', 1, undefined],
    ['0000-Q1', -1, undefined],
    ['2026-11-30', 1, undefined],
    ['yesterday', 1, undefined],
  ])('beside %s, by %i, is %s', (word, by, next) => {
    expect(neighbourOf(word, by)).toBe(next)
  })
})

describe('from one word to another', () => {
  it('includes the last', () => {
    expect(periodBetween('2026-Q1', '2026-03', 'UTC')).toEqual(momentsOf('2026-Q1', 'UTC'))
    expect(periodBetween('2026-Q1', undefined, 'UTC')).toEqual(momentsOf('2026-Q1', 'UTC'))
  })

  it.each([
    ['soon', undefined, 'from'],
    ['2026', 'later', 'to'],
    ['2026-09-30T14:00:00Z', undefined, 'moment'],
    ['2026', '2025', 'order'],
  ])('%s to %s is none: %s', (from, to, problem) => {
    expect(periodBetween(from, to, 'UTC')).toBe(problem)
  })
})
