import { describe, expect, it } from 'vitest'
import type { Recorded } from '../../../main/core/recording/recorded.ts'
import type { SceneItem } from '../../../main/core/recording/scene.ts'
import { asciicast } from '../../../main/exports/cast/asciicast.ts'
import { all } from '../../core/recording/support.ts'
import { readCast, type Cast } from './read.ts'

const RECORDED: Recorded = {
  seq: 4,
  from: 2,
  label: 'one/1#1',
  began: 1_700_000_000_999,
  durationMs: 2500,
  title: 'The command',
  target: 'db-1',
  command: 'uptime',
  forScreen: false,
  outcome: { kind: 'exited', code: 3 },
}

async function written(
  items: readonly SceneItem[],
  { version = 3, recorded = RECORDED }: { version?: 2 | 3; recorded?: Recorded | undefined } = {},
): Promise<Cast> {
  const scene = (async function* () {
    yield* items
  })()
  const about = { title: 'Title', began: RECORDED.began, recorded }
  return readCast((await all(asciicast(scene, version, about))).join(''), version)
}

function output(
  at: number,
  bytes: string | readonly number[],
  change: { channel?: 'o' | 'e'; forScreen?: boolean } = {},
): SceneItem {
  const piece = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes)
  return {
    kind: 'output',
    at,
    channel: change.channel ?? 'o',
    bytes: piece,
    forScreen: change.forScreen ?? true,
  }
}

describe.each([2, 3] as const)('asciicast version %i', (version) => {
  it('has a header with size, title and command, and every kind of line at its time', async () => {
    const cast = await written(
      [
        { kind: 'size', at: 0, columns: 90, rows: 30, forScreen: true },
        { kind: 'mark', at: 0, text: 'begins', seq: 1, step: 'one' },
        output(10, 'abc'),
        { kind: 'size', at: 1000, columns: 100, rows: 40, forScreen: true },
        { kind: 'words', at: 1001, text: 'words' },
      ],
      { version },
    )
    expect(cast).toMatchObject({
      columns: 90,
      rows: 30,
      title: 'Title',
      command: 'uptime',
      timestamp: 1_700_000_000,
    })
    expect(cast.events).toEqual([
      [0, 'r', '90x30'],
      [0, 'm', 'begins'],
      [0.01, 'o', 'abc'],
      [1, 'r', '100x40'],
      [1.001, 'o', 'words'],
      ...(version === 3 ? [[2.5, 'x', '3']] : []),
    ])
  })

  it('puts characters together that came in pieces, of each stream for itself', async () => {
    const cast = await written(
      [
        output(0, [0x61, 0xe2, 0x82]),
        output(5, [0x62, 0xf0], { channel: 'e' }),
        output(10, [0xac, 0x63]),
        output(15, [0x9f, 0x98, 0x80], { channel: 'e' }),
      ],
      { version },
    )
    expect(cast.output).toBe('ab€c😀')
  })

  it('shows bytes that are no text as such, keeps a mark at the beginning, and ends within a character', async () => {
    const cast = await written(
      [output(0, [0xef, 0xbb, 0xbf, 0xff, 0x00, 0x1b, 0x5d]), output(9, [0xe2, 0x82])],
      { version },
    )
    expect(cast.output).toBe('\ufeff\ufffd\u0000\u001b]\ufffd')
  })

  it('ends a character that was cut before other words begin', async () => {
    const cast = await written(
      [output(0, [0x61, 0xe2]), { kind: 'words', at: 1, text: '= ended' }, output(2, [0x82])],
      { version },
    )
    expect(cast.output).toBe('a\ufffd= ended\ufffd')
  })

  it('returns the carriage for lines that came through a pipe', async () => {
    const cast = await written(
      [output(0, 'one\ntwo\n', { forScreen: false }), output(1, 'three\n')],
      { version },
    )
    expect(cast.output).toBe('one\r\ntwo\r\nthree\n')
  })

  it('has no half characters of UTF-16 in marks and titles', async () => {
    const cast = await written(
      [{ kind: 'mark', at: 0, text: 'half \ud83d', seq: 1, step: undefined }],
      { version },
    )
    expect(cast.events[0]).toEqual([0, 'm', 'half \ufffd'])
  })

  it('is a file also when nothing was printed, or when its end is not known', async () => {
    expect((await written([], { version })).output).toBe('')
    const recorded: Recorded = { ...RECORDED, outcome: { kind: 'unknown', detail: 'cut' } }
    expect((await written([output(1, 'a')], { version, recorded })).events).toEqual([
      [0.001, 'o', 'a'],
    ])
  })
})
