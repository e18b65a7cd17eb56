import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framesOf, type Frame } from '../../../main/core/recording/frames.ts'
import { all, Outputs, text } from './support.ts'

function lines(...entries: readonly (readonly (number | string)[])[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

function shown(frames: readonly Frame[]): readonly (readonly (number | string)[])[] {
  return frames.map((frame) =>
    frame.kind === 'size'
      ? [frame.at, 'r', frame.columns, frame.rows]
      : [frame.at, frame.channel, text(frame.bytes)],
  )
}

describe('the frames of a recording', () => {
  it('come in the order and at the time of the timing, both streams among each other', async () => {
    const outputs = new Outputs()
    const recorded = {
      stdout: outputs.keep('one ', 'two three'),
      stderr: outputs.keep('wrong'),
      timing: outputs.keep(
        lines([0, 'o', 4], [20, 'e', 5], [35, 'o', 4], [35, 'r', 80, 24], [900, 'o', 5]),
      ),
    }
    expect(shown(await all(framesOf(recorded, outputs.of)))).toEqual([
      [0, 'o', 'one '],
      [20, 'e', 'wrong'],
      [35, 'o', 'two '],
      [35, 'r', 80, 24],
      [900, 'o', 'three'],
    ])
  })

  it('end with what the timing does not cover, because a crash cut it or lost it', async () => {
    const outputs = new Outputs()
    const stdout = outputs.keep('before and after')
    const stderr = outputs.keep('wrong')
    const cut = outputs.keep('[5,"o",6]\n[90,"o",')
    expect(shown(await all(framesOf({ stdout, stderr, timing: cut }, outputs.of)))).toEqual([
      [5, 'o', 'before'],
      [5, 'o', ' and after'],
      [5, 'e', 'wrong'],
    ])
    expect(shown(await all(framesOf({ stdout, stderr }, outputs.of)))).toEqual([
      [0, 'o', 'before and after'],
      [0, 'e', 'wrong'],
    ])
  })

  it('are those that are left where an output was taken out or the timing tells of more', async () => {
    const outputs = new Outputs()
    const stdout = outputs.keep('gone')
    outputs.takeOut(stdout)
    const stderr = outputs.keep('here')
    const timing = outputs.keep(lines([0, 'o', 4], [7, 'e', 400], [9, 'o', 2]))
    expect(shown(await all(framesOf({ stdout, stderr, timing }, outputs.of)))).toEqual([
      [7, 'e', 'here'],
    ])
  })

  it('are none where nothing was recorded', async () => {
    expect(await all(framesOf({}, new Outputs().of))).toEqual([])
  })

  it('do not believe a timing that Muster did not write', async () => {
    const outputs = new Outputs()
    const stdout = outputs.keep('abc')
    const timing = outputs.keep(
      lines(
        [10, 'o', -1],
        [-5, 'o', 1],
        [1.5, 'o', 1],
        [1, 'r', 0, 0],
        [2, 'x', 1],
        [3, 'r', 9e9, 9e9],
      ),
      'null\n{}\n[]\n[4]\n',
      `[${'9'.repeat(5000)},"o",1]\n`,
      Uint8Array.of(0xff, 0xfe, 0x0a),
      lines([30, 'o', 1], [20, 'o', 1]),
    )
    expect(shown(await all(framesOf({ stdout, timing }, outputs.of)))).toEqual([
      [3, 'r', 1000, 1000],
      [30, 'o', 'a'],
      [30, 'o', 'b'],
      [30, 'o', 'c'],
    ])
  })

  it('have every byte once and in order, and never go back in time, whatever the timing says', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 })
    const entry = fc.oneof(
      fc.tuple(fc.nat(5000), fc.constantFrom('o', 'e'), fc.nat(60)),
      fc.tuple(fc.nat(5000), fc.constant('r'), fc.nat(300), fc.nat(300)),
      fc.json({ maxDepth: 1 }),
    )
    await fc.assert(
      fc.asyncProperty(
        pieces,
        pieces,
        fc.array(entry, { maxLength: 30 }),
        fc.nat(40),
        async (out, err, entries, cut) => {
          const outputs = new Outputs()
          const timing = new TextEncoder().encode(
            entries
              .map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`)
              .join(''),
          )
          const whole = timing.subarray(0, Math.max(0, timing.length - cut))
          const half = whole.length >> 1
          const recorded = {
            stdout: outputs.keep(...out),
            stderr: outputs.keep(...err),
            timing: outputs.keep(whole.subarray(0, half), whole.subarray(half)),
          }
          const frames = await all(framesOf(recorded, outputs.of))
          for (const [channel, wanted] of [
            ['o', out],
            ['e', err],
          ] as const) {
            const got = frames.flatMap((frame) =>
              frame.kind === 'output' && frame.channel === channel ? [...frame.bytes] : [],
            )
            expect(got).toEqual(wanted.flatMap((piece) => [...piece]))
          }
          const times = frames.map(({ at }) => at)
          expect(times).toEqual(times.toSorted((left, right) => left - right))
        },
      ),
    )
  })

  it('of a huge output are small, and are read as they are taken', async () => {
    const piece = new Uint8Array(1024 * 1024).fill(0x61)
    let read = 0
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (; read < 300; read++) yield piece
    }
    const outputs = new Outputs()
    const timing = outputs.keep(lines([3, 'o', 300 * piece.length]))
    const stdout = { sha256: 'f'.repeat(64), bytes: 300 * piece.length }
    let bytes = 0
    for await (const frame of framesOf({ stdout, timing }, (blob) =>
      blob === stdout ? endless() : outputs.of(blob),
    )) {
      if (frame.kind !== 'output') throw new Error('There is no size.')
      expect(frame.bytes.length).toBeLessThanOrEqual(64 * 1024)
      bytes += frame.bytes.length
      // Not a piece further than what was taken.
      expect(read * piece.length).toBeLessThanOrEqual(bytes)
    }
    expect(bytes).toBe(stdout.bytes)
  })
})
