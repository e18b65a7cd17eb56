import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PIECE, WATCHED } from '../../main/contract/recordings.ts'
import type { RequestResult } from '../../main/contract/requests.ts'
import { must } from '../exports/bundle/a-run.ts'
import { book, fence, openBench, type Bench } from './support/engine.ts'

/** What a window is given of recordings: in pieces, never all of a large one, and from any place on. */

type Frames = RequestResult<'recordings.frames'>['frames']

let bench: Bench
let run: string
beforeAll(async () => {
  bench = openBench()
  run = await bench.start(
    bench.write(
      'test.md',
      book(
        fence('bash run', 'head -c 700000 /dev/zero | tr "\\0" a') +
          fence('bash run', `head -c ${WATCHED.bytes + 500_000} /dev/zero`) +
          fence('bash run', 'echo three'),
      ),
    ),
  )
  await must(bench, run, { type: 'step.begin', step: 'one' })
  for (const block of ['one/1', 'one/2', 'one/3']) {
    await must(bench, run, { type: 'block.run', block })
    await bench.settled(run, block)
    await must(bench, run, { type: 'note.add', kind: 'note', text: `after ${block}` })
  }
})
afterAll(() => bench.close())

function bytesIn(frames: Frames): Buffer {
  return Buffer.concat(
    frames.flatMap((frame) =>
      frame.kind === 'output' ? [Buffer.from(frame.base64, 'base64')] : [],
    ),
  )
}

async function read(label: string): Promise<{ pieces: Frames[]; withheld: number | undefined }> {
  const pieces: Frames[] = []
  for (let after: number | undefined = 0; after !== undefined;) {
    const piece: RequestResult<'recordings.frames'> = await bench.connection.request(
      'recordings.frames',
      { run, label, after },
    )
    pieces.push(piece.frames)
    if (piece.next === undefined) return { pieces, withheld: piece.withheld }
    after = piece.next
  }
  throw new Error('It has no end.')
}

describe('recordings for a window', () => {
  it('are listed with their marks, and say where an event is seen', async () => {
    const events = await bench.events(run)
    const note = events.find(({ type }) => type === 'note.added')
    const list = await bench.connection.request('recordings.list', {
      run,
      of: { event: note?.seq ?? 0 },
    })
    expect(list).toMatchObject({ title: 'Test', total: 3, first: 0, place: { index: 1, at: 0 } })
    expect(list.recordings.map(({ label, bytes }) => [label, bytes])).toEqual([
      ['one/1#1', 700_000],
      ['one/2#1', WATCHED.bytes + 500_000],
      ['one/3#1', 6],
    ])
    expect(list.recordings[1]?.marks.map(({ text }) => text)).toEqual([
      expect.stringContaining('after one/1'),
    ])
    const later = await bench.connection.request('recordings.list', { run, first: 2 })
    expect(later).toMatchObject({ total: 3, first: 2, recordings: [{ label: 'one/3#1' }] })
    const named = { run, of: { label: 'one/3#1' } }
    expect((await bench.connection.request('recordings.list', named)).place?.index).toBe(2)
  })

  it('are handed over in pieces, each byte once', async () => {
    const { pieces, withheld } = await read('one/1#1')
    expect(withheld).toBeUndefined()
    expect(pieces.length).toBeGreaterThan(1)
    expect(Math.max(...pieces.map((frames) => bytesIn(frames).length))).toBeLessThan(
      2 * PIECE.bytes,
    )
    expect(bytesIn(pieces.flat()).equals(Buffer.alloc(700_000, 'a'))).toBe(true)
  })

  it('are the same from any place on, and for two who watch at the same time', async () => {
    const whole = (await read('one/1#1')).pieces.flat()
    const [one, other] = await Promise.all([read('one/1#1'), read('one/1#1')])
    expect(one.pieces.flat()).toEqual(whole)
    expect(other.pieces.flat()).toEqual(whole)
    const after = 3
    const { frames } = await bench.connection.request('recordings.frames', {
      run,
      label: 'one/1#1',
      after,
    })
    expect(frames).toEqual(whole.slice(after, after + frames.length))
  })

  it('end where a window has enough, and say how much is withheld', async () => {
    const { pieces, withheld } = await read('one/2#1')
    const given = bytesIn(pieces.flat()).length
    expect(given).toBeGreaterThanOrEqual(WATCHED.bytes)
    expect(given + (withheld ?? 0)).toBe(WATCHED.bytes + 500_000)
  })

  it('are refused in words where there are none', async () => {
    const { connection } = bench
    await expect(
      connection.request('recordings.frames', { run, label: 'x', after: 0 }),
    ).rejects.toThrow('There is no such recording in this run.')
    await expect(
      connection.request('recordings.list', { run, of: { event: 9999 } }),
    ).rejects.toThrow('There is no event 9999.')
  })
})
