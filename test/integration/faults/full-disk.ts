import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { openBench, type Bench } from '../../engine/support/engine.ts'
import { until } from '../../harness/until.ts'
import { smallDisk } from '../../store/support/folders.ts'
import type { Kind, Places } from './places.ts'
import { begin, honest, judged, nextMark, plain, prepare, type Seen } from './suffer.ts'

const KILOBYTES = 6_000

/** Takes what room there is; the returned function gives it back. */
function takeRoom(folder: string): () => void {
  const path = join(folder, 'filler')
  const file = openSync(path, 'w')
  for (const size of [65_536, 4_096, 64, 1]) {
    const bytes = Buffer.alloc(size, 'x')
    try {
      while (writeSync(file, bytes) === size);
    } catch {
      // This much is no longer there.
    }
  }
  closeSync(file)
  return () => rmSync(path)
}

interface Scene {
  readonly bench: Bench
  readonly run: string
  /** Fills the disk; the returned function gives the room back. */
  readonly fill: () => () => void
  readonly effects: () => Promise<number>
}

async function setScene(places: Places, kind: Kind): Promise<Scene> {
  const data = smallDisk(KILOBYTES)
  if (data === undefined) throw new Error('A disk of its own can be had by root alone.')
  const bench = openBench({ data })
  const id = nextMark()
  const path = await prepare(bench, places.profile(kind), places.block(kind, id))
  const run = await begin(bench, path)
  return {
    bench,
    run,
    fill: () => takeRoom(dirname(data)),
    effects: () => places.count(kind, id),
  }
}

/** The disk is full before the block is begun: nothing is sent. */
async function beforehand(places: Places, kind: Kind): Promise<Seen> {
  const { bench, run, fill, effects } = await setScene(places, kind)
  const mend = fill()
  try {
    const refusal = await bench.command(run, { type: 'block.run', block: 'one/1' }).then(
      () => 'It was begun.',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    const block = (await bench.state(run)).blocks['one/1']
    return honest({
      kind,
      fault: 'disk of the laptop full before the block is begun',
      outcome: block?.attempts[0]?.outcome?.kind,
      status: block?.status ?? 'idle',
      effects: await effects(),
      words: plain(refusal, places),
    })
  } finally {
    mend()
    await bench.close()
  }
}

/** The disk fills up while the block is on its way: its result waits for room, and is lost where Muster ends before. */
async function meanwhile(places: Places, kind: Kind, end: 'room' | 'stop'): Promise<Seen> {
  const { bench, run, fill, effects } = await setScene(places, kind)
  try {
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    await until('the effect has happened', async () => (await effects()) > 0)
    const mend = fill()
    const trouble = await until('the result waits', () =>
      bench.pushes
        .flatMap((each) => (each.push === 'engine.trouble' ? [each.data.message ?? ''] : []))
        .find((message) => message.includes('kept in memory')),
    )
    if (end === 'room') mend()
    else {
      await bench.reopen(mend)
      await bench.connection.request('runs.open', { run, resume: true })
    }
    const state = await bench.settled(run, 'one/1')
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
    const { words, ...rest } = judged(state, places)
    return honest({
      kind,
      fault:
        end === 'room'
          ? 'disk of the laptop full when the answer comes, room later'
          : 'disk of the laptop full when the answer comes, Muster ends before there is room',
      ...rest,
      effects: await effects(),
      words: `First: Not everything is being recorded. ${plain(trouble, places)} Then: ${words}`,
    })
  } finally {
    await bench.close()
  }
}

/** Every moment at which the disk of the laptop can be full. */
export async function fillDisk(places: Places, kind: Kind): Promise<readonly Seen[]> {
  return [
    await beforehand(places, kind),
    await meanwhile(places, kind, 'room'),
    await meanwhile(places, kind, 'stop'),
  ]
}
