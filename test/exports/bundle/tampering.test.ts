import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseCheckpoint } from '../../../main/core/evidence/checkpoint.ts'
import { parseNote } from '../../../main/core/evidence/signed-note.ts'
import type { Held } from '../../../main/core/evidence/record.ts'
import { wordsOf } from '../../../main/core/evidence/words.ts'
import { openBench, type Bench } from '../../engine/support/engine.ts'
import { exportBundle, NOTHING, performRun, type Kept } from './a-run.ts'
import { codesOf, filesOf, holderKey, startPython } from './both.ts'
import { TAMPERS, type Ground, type Tampered } from './tampering.ts'
import {
  checkpointSizes,
  eventsOf,
  holderOf,
  rewritten,
  type Event,
  type Files,
} from './variants.ts'

/**
 * A thousand changed bundles from a seed, with a checkpoint or its words held by somebody else: both verifiers find each of
 * them, and find the same. And the one that nobody can find.
 */

const SEED = 20_261_121
const VARIANTS = 1_000

/** mulberry32: the same numbers on every machine. */
function picker(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

let bench: Bench
let kept: Kept
let ground: Ground
let python: ReturnType<typeof startPython>
beforeAll(async () => {
  bench = openBench()
  let older: Files = new Map()
  kept = await performRun(bench, async (run) => {
    older = await filesOf(await exportBundle(bench, run, 'older.zip'))
  })
  const zip = await exportBundle(bench, kept.run)
  const files = await filesOf(zip)
  const folder = join(bench.data, 'unpacked')
  await promisify(execFile)('unzip', ['-q', zip, '-d', folder])
  const { name } = parseNote(kept.note)?.signatures[0] ?? { name: '' }
  ground = { files, older, holder: holderOf(name, holderKey(bench.data)) }
  python = startPython(folder, files)
})
afterAll(async () => {
  await python.close()
  await bench.close()
})

function lastNote(): string {
  const size = Math.max(...checkpointSizes(ground.files))
  return ground.files.get(`checkpoints/${size}.note`)?.toString('utf8') ?? ''
}

/** What somebody has: a checkpoint of the end or, where the change is before it, of the middle; or its words. */
function heldFor({ from, signatureOnly }: Tampered, pick: (below: number) => number): Held {
  const note = from <= kept.size && pick(2) === 0 ? kept.note : lastNote()
  if (signatureOnly === true || pick(2) === 0) return { ...NOTHING, notes: [note] }
  const head = parseCheckpoint(parseNote(note)?.text ?? '')?.head ?? ''
  return { ...NOTHING, words: [wordsOf(head)] }
}

it('finds nothing in what was not changed, whatever is held of it', async () => {
  for (const held of [
    NOTHING,
    { ...NOTHING, notes: [kept.note, lastNote()] },
    { ...NOTHING, words: [kept.words] },
  ]) {
    expect(await codesOf(ground.files, held)).toEqual([])
    expect(await python.codesOf(ground.files, held)).toEqual([])
  }
  // An older one is whole in itself.
  expect(await codesOf(ground.older, NOTHING)).toEqual([])
})

it(`finds each of ${VARIANTS} changed bundles, in TypeScript and in Python alike`, async () => {
  const pick = picker(SEED)
  const kinds = Object.entries(TAMPERS)
  const tried = new Map<string, number>()
  for (let number = 0; number < VARIANTS; number++) {
    const [kind, tamper] = kinds[number % kinds.length] ?? [
      '',
      () => ({ files: ground.files, from: 0 }),
    ]
    const tampered = tamper(ground, pick)
    const held = heldFor(tampered, pick)
    const codes = await codesOf(tampered.files, held)
    const where = `variant ${number} of seed ${SEED}: ${kind}`
    expect(codes, where).not.toEqual([])
    expect(await python.codesOf(tampered.files, held), where).toEqual(codes)
    tried.set(kind, (tried.get(kind) ?? 0) + 1)
  }
  expect(Math.min(...tried.values())).toBeGreaterThanOrEqual(Math.floor(VARIANTS / kinds.length))
}, 120_000)

/** Everything from the middle on is told in another way. */
function otherHistory(events: readonly Event[], from: number): readonly Event[] {
  return events.map((event, index) => (index < from ? event : { ...event, actor: 'Somebody else' }))
}

it('cannot find what the key holder writes anew when nobody holds a head, and says so', async () => {
  const forged = rewritten(ground.files, otherHistory(eventsOf(ground.files), 1), ground.holder)
  expect(forged.get('events.jsonl')?.equals(ground.files.get('events.jsonl') ?? Buffer.of())).toBe(
    false,
  )
  expect(await codesOf(forged, NOTHING)).toEqual([])
  expect(await python.codesOf(forged, NOTHING)).toEqual([])
  // The words of one person end that.
  const held = { ...NOTHING, words: [kept.words] }
  expect(await codesOf(forged, held)).toEqual(['words'])
  expect(await python.codesOf(forged, held)).toEqual(['words'])
})

it('cannot find what the key holder writes anew after the head that is held', async () => {
  const forged = rewritten(
    ground.files,
    otherHistory(eventsOf(ground.files), kept.size + 1),
    ground.holder,
  )
  const held = { ...NOTHING, notes: [kept.note], words: [kept.words] }
  expect(await codesOf(forged, held)).toEqual([])
  expect(await codesOf(forged, { ...NOTHING, notes: [lastNote()] })).toEqual(['held'])
})
