import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { MerkleTree } from '../../../main/core/evidence/merkle.ts'
import { book, fence, openBench, type Bench } from '../support/engine.ts'

/** A run is deleted whole: nothing of it is left but a signed tombstone. */

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

const OUTPUT = 'Zqxwv Pellington-Kjyfh'
const NOTE = 'Mrs Vbnmq has telephoned'
const BOOK = book(
  fence('bash run', `base64 -d <<< ${Buffer.from(`${OUTPUT}\n`).toString('base64')}`),
)

async function over(): Promise<string> {
  const run = await bench.start(bench.write('one.md', BOOK))
  await bench.command(run, { type: 'step.begin', step: 'one' })
  await bench.command(run, { type: 'block.run', block: 'one/1' })
  await bench.settled(run, 'one/1')
  await bench.command(run, { type: 'note.add', kind: 'note', text: NOTE })
  await bench.command(run, { type: 'run.finish' })
  return run
}

function having(text: string): readonly string[] {
  return readdirSync(bench.data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
}

it('leaves a signed tombstone that proves which run it was, and nothing else in any file', async () => {
  const [run, kept] = [await over(), await bench.start(bench.write('two.md', BOOK))]
  const database = new Database(join(bench.data, 'muster.db'), { readonly: true })
  const lines = database
    .prepare<[string], Buffer>('select bytes from event where run = ? order by seq')
    .pluck()
    .all(run)
  database.close()
  const tree = new MerkleTree((bytes) => createHash('sha256').update(bytes).digest())
  for (const line of lines) tree.add(line)
  const { head } = await bench.state(run)
  expect(having(OUTPUT)).not.toEqual([])

  const asked = { run, actor: 'Ada', reason: 'kept for two years' }
  const tombstone = await bench.connection.request('runs.delete', asked)
  expect(tombstone).toMatchObject({
    run,
    events: lines.length,
    root: Buffer.from(tree.root()).toString('hex'),
    head,
    title: 'Test',
    mode: 'live',
    phase: 'finished',
    by: 'Ada',
    reason: 'kept for two years',
  })
  expect(having(OUTPUT)).toEqual([])
  expect(having(NOTE)).toEqual([])
  expect(existsSync(join(bench.data, 'blobs', run))).toBe(false)
  const left = await bench.connection.request('runs.list', { limit: 10 })
  expect(left.map((summary) => summary.run)).toEqual([kept])
  expect(await bench.connection.request('runs.search', { query: 'vbnmq', limit: 5 })).toEqual([])
  await expect(bench.events(run)).rejects.toThrow('There is no run')

  await bench.reopen()
  expect(await bench.connection.request('runs.deleted', {})).toMatchObject([
    { tombstone, signed: true },
  ])
  expect(await bench.connection.request('runs.verify', { run: kept })).toMatchObject({ ok: true })
})

it('is refused for a run that is open, and where nothing can be signed', async () => {
  const run = await bench.start(bench.write('one.md', BOOK))
  const asked = { run, actor: 'Ada', reason: 'enough' }
  await expect(bench.connection.request('runs.delete', asked)).rejects.toThrow('run that is over')
  await bench.command(run, { type: 'run.abort', reason: 'enough' })
  writeFileSync(join(bench.data, 'keys', 'device.pem'), 'rubbish')
  await bench.reopen()
  await expect(bench.connection.request('runs.delete', asked)).rejects.toThrow('signed tombstone')
  expect(await bench.connection.request('runs.deleted', {})).toEqual([])
  expect((await bench.events(run)).length).toBeGreaterThan(1)
})

it('events of a run without a tombstone still cannot be removed, and a deleted run does not come back', async () => {
  const [run, kept] = [await over(), await over()]
  await bench.connection.request('runs.delete', { run, actor: 'Ada', reason: 'enough' })
  await bench.muster.close()
  const database = new Database(join(bench.data, 'muster.db'))
  expect(() => database.prepare('delete from event where run = ?').run(kept)).toThrow(
    'events are never removed',
  )
  const again = database.prepare('insert into event (run, seq, bytes, hash) values (?, 1, ?, ?)')
  expect(() => again.run(run, Buffer.from('{}'), '0'.repeat(64))).toThrow('does not come back')
  database.close()
  await bench.reopen()
})

it('files that a crash has left of a deleted run are removed at the next start', async () => {
  const run = await over()
  await bench.connection.request('runs.delete', { run, actor: 'Ada', reason: 'enough' })
  await bench.muster.close()
  const folder = join(bench.data, 'blobs', run, 'aa')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'a'.repeat(64)), OUTPUT)
  await bench.reopen()
  expect(having(OUTPUT)).toEqual([])
  expect(existsSync(join(bench.data, 'blobs', run))).toBe(false)
})
