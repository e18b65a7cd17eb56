import { expect, it } from 'vitest'
import { lend, seal, withEntry } from '../../../main/core/run/entries.ts'

it('a record is changed in a copy, and in itself only while it is lent', () => {
  const record: Readonly<Record<string, number>> = { one: 1 }
  const copy = withEntry(record, 'two', 2)
  expect(record).toEqual({ one: 1 })
  expect(copy).toEqual({ one: 1, two: 2 })
  lend(copy)
  expect(withEntry(copy, 'two', 3)).toBe(copy)
  expect(copy).toEqual({ one: 1, two: 3 })
  seal(copy)
  expect(withEntry(copy, 'two', 4)).not.toBe(copy)
  expect(copy).toEqual({ one: 1, two: 3 })
})

it('an entry may be called like what every object inherits', () => {
  const lent: Readonly<Record<string, number>> = { one: 1 }
  lend(lent)
  for (const record of [withEntry({ one: 1 }, '__proto__', 2), withEntry(lent, '__proto__', 2)]) {
    expect(Object.entries(record)).toEqual([
      ['one', 1],
      ['__proto__', 2],
    ])
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
  }
})
