import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayBeShown, pictureSize } from '../../../main/core/files/picture-size.ts'
import { gif, jpeg, png, webp } from './pictures.ts'

describe('the size of a picture', () => {
  it('stands in its header', () => {
    expect(pictureSize(png(640, 480), 'image/png')).toEqual({ width: 640, height: 480 })
    expect(pictureSize(gif(640, 480), 'image/gif')).toEqual({ width: 640, height: 480 })
    expect(pictureSize(jpeg(640, 480), 'image/jpeg')).toEqual({ width: 640, height: 480 })
    for (const kind of ['VP8 ', 'VP8L', 'VP8X'] as const)
      expect(pictureSize(webp(kind, 640, 480), 'image/webp')).toEqual({ width: 640, height: 480 })
  })

  it('counts the first picture of a GIF where that is larger than its screen', () => {
    expect(pictureSize(gif(1, 1, 30_000, 20_000), 'image/gif')).toEqual({
      width: 30_000,
      height: 20_000,
    })
  })

  it('is not known of what says no size, or another type', () => {
    expect(pictureSize(png(1, 1).subarray(0, 20), 'image/png')).toBeUndefined()
    expect(pictureSize(Buffer.from('<svg/>'), 'image/svg+xml')).toBeUndefined()
    expect(pictureSize(new Uint8Array(0), 'image/jpeg')).toBeUndefined()
    expect(pictureSize(Buffer.from([0xff, 0xd8, 0xff, 0xd9]), 'image/jpeg')).toBeUndefined()
  })

  it('decides whether it may be decoded', () => {
    expect(mayBeShown({ width: 3840, height: 2160 })).toBe(true)
    expect(mayBeShown({ width: 16_385, height: 1 })).toBe(false)
    expect(mayBeShown({ width: 10_000, height: 10_000 })).toBe(false)
    expect(mayBeShown({ width: 0, height: 10 })).toBe(false)
    expect(mayBeShown({ width: 4_294_967_295, height: 4_294_967_295 })).toBe(false)
  })

  it('is looked for in any bytes without a failure', () => {
    const types = ['image/png', 'image/gif', 'image/jpeg', 'image/webp']
    const wholes = [png(9, 9), gif(9, 9), jpeg(9, 9), webp('VP8L', 9, 9)]
    fc.assert(
      fc.property(
        fc.nat({ max: 3 }),
        fc.nat(),
        fc.uint8Array({ maxLength: 60 }),
        (kind, at, mutation) => {
          const whole = new Uint8Array(wholes[kind] ?? [])
          const from = at % whole.length
          whole.set(mutation.subarray(0, whole.length - from), from)
          const size = pictureSize(whole, types[kind] ?? '')
          if (size !== undefined) expect(size.width + size.height).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
