import { expect, test } from 'vitest'
import { agoText, clockText, durationText } from '../../../renderer/ui/time.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test.each([
  [0, '00:00'],
  [59_999, '00:59'],
  [65_000, '01:05'],
  [HOUR + 61_000, '1:01:01'],
  [30 * HOUR, '30:00:00'],
  [-5_000, '−00:05'],
])('the clock of %d ms is %s', (milliseconds, text) => {
  expect(clockText(milliseconds)).toBe(text)
})

test.each([
  [30_000, 'just now'],
  [MINUTE, '1 minute ago'],
  [5 * HOUR, '5 hours ago'],
  [DAY, '1 day ago'],
  [90 * DAY, '3 months ago'],
  [800 * DAY, '2 years ago'],
])('%d ms before now is %s', (passed, text) => {
  expect(agoText(1_000_000, 1_000_000 + passed)).toBe(text)
})

test.each([
  [45_000, '45 s'],
  [15 * MINUTE, '15 min'],
  [HOUR, '1 h'],
  [90 * MINUTE, '1 h 30 min'],
])('%d ms is %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text)
})
