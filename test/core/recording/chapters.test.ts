import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chaptersOf, placeOf } from '../../../main/core/recording/chapters.ts'
import type { Recorded } from '../../../main/core/recording/recorded.ts'

function recorded(from: number, seq: number, began: number, durationMs = 100): Recorded {
  return {
    seq,
    from,
    label: `${seq}#1`,
    began,
    durationMs,
    title: `${seq}`,
    target: 'db',
    forScreen: true,
    outcome: { kind: 'exited', code: 0 },
  }
}

const mark = (seq: number, at: number) => ({ seq, at, text: `${seq}` })

describe('chapters', () => {
  // A terminal that is open while a block runs, and a block later.
  const recordings = [recorded(2, 9, 1000, 900), recorded(4, 6, 1200), recorded(12, 14, 3000)]
  const marks = [1, 2, 3, 5, 8, 10, 13, 20].map((seq) => mark(seq, 1000 + seq * 50))

  it('have each mark once: in what began last of what it falls into, else in what comes next', () => {
    const chapters = chaptersOf({ recordings, marks, takenOut: new Map() })
    expect(chapters.map((chapter) => chapter.marks.map(({ seq, at }) => [seq, at]))).toEqual([
      // 2 began it.
      [
        [1, 0],
        [3, 150],
        [8, 400],
      ],
      [[5, 50]],
      // 13 was written by a clock that went back; 20 came when all was over.
      [
        [10, 0],
        [13, 0],
        [20, 100],
      ],
    ])
  })

  it('say where an event or a recording is seen', () => {
    const chapters = chaptersOf({ recordings, marks, takenOut: new Map() })
    expect(placeOf(chapters, { label: '6#1' })).toEqual({ index: 1, at: 0 })
    expect(placeOf(chapters, { label: 'x' })).toBeUndefined()
    expect(placeOf(chapters, { seq: 6, at: 9999 })).toEqual({ index: 1, at: 0 })
    expect(placeOf(chapters, { seq: 4, at: 9999 })).toEqual({ index: 1, at: 0 })
    expect(placeOf(chapters, { seq: 7, at: 1350 })).toEqual({ index: 0, at: 350 })
    expect(placeOf(chapters, { seq: 11, at: 1350 })).toEqual({ index: 2, at: 0 })
    expect(placeOf(chapters, { seq: 99, at: 1350 })).toEqual({ index: 2, at: 100 })
    expect(placeOf([], { seq: 1, at: 0 })).toBeUndefined()
  })

  it('keep a mark behind a recording that ends with the first event of all', () => {
    const only = { ...recorded(0, 0, 1000), label: '0' }
    const found = chaptersOf({ recordings: [only], marks: [mark(1, 1001)], takenOut: new Map() })
    expect(found.flatMap((chapter) => chapter.marks.map(({ seq }) => seq))).toEqual([1])
  })

  it('lose no mark, whatever overlaps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(30), fc.nat(10)), { minLength: 1, maxLength: 8 }),
        fc.uniqueArray(fc.nat(50), { maxLength: 12 }),
        (spans, seqs) => {
          const all = spans.map(([from, length], index) => ({
            ...recorded(from, from + length, 1000 + from),
            label: `${index}`,
          }))
          const found = chaptersOf({
            recordings: all,
            marks: seqs.toSorted((left, right) => left - right).map((seq) => mark(seq, 1000 + seq)),
            takenOut: new Map(),
          })
          const seen = found.flatMap((chapter) => chapter.marks.map(({ seq }) => seq))
          const begun = new Set(all.map(({ from }) => from))
          expect(new Set(seen).size).toBe(seen.length)
          expect(seqs.filter((seq) => !seen.includes(seq) && !begun.has(seq))).toEqual([])
        },
      ),
    )
  })
})
