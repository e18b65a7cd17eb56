import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appended, findLastIn, type Chunked } from '../../main/core/chunked.ts'

describe('a list in chunks', () => {
  it('has everything in order, and earlier ones stay as they were', () => {
    const lists: Chunked<number>[] = [[]]
    for (let item = 0; item < 1_000; item++) lists.push(appended(lists.at(-1) ?? [], item))
    lists.forEach((list, length) => {
      expect(list.flat()).toEqual(Array.from({ length }, (_, index) => index))
    })
  })

  it('is searched from its end', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 600 }), fc.nat(9), (items, wanted) => {
        const list = items
          .map((value, at) => ({ value, at }))
          .reduce<Chunked<{ value: number; at: number }>>(appended, [])
        const at = items.lastIndexOf(wanted)
        expect(findLastIn(list, ({ value }) => value === wanted)?.at).toBe(
          at === -1 ? undefined : at,
        )
      }),
    )
  })
})
