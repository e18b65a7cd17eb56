import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteRing } from '../../main/engine/byte-ring.ts'

test('whatever is written in whatever pieces, the last bytes can be read from any position', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 12 }),
      fc.nat(),
      fc.nat(),
      (limit, pieces, from, to) => {
        const ring = new ByteRing(limit)
        for (const piece of pieces) ring.write(piece)
        const all = Buffer.concat(pieces)
        expect(ring.end).toBe(all.length)
        expect(ring.start).toBe(Math.max(0, all.length - limit))
        const start = from % (all.length + 1)
        const end = start + (to % (all.length - start + 1))
        const kept = all.subarray(Math.max(start, ring.start), Math.max(end, ring.start))
        expect(Buffer.compare(ring.read(start, end), kept)).toBe(0)
      },
    ),
  )
})

test('what was written may be changed afterwards, and so may what was read', () => {
  const ring = new ByteRing(4)
  const piece = Uint8Array.of(1, 2, 3)
  ring.write(piece)
  piece.fill(9)
  ring.read(0, 3).fill(9)
  expect([...ring.read(0, 3)]).toEqual([1, 2, 3])
})
