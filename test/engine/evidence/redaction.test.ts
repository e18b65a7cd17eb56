import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RunEvent } from '../../../main/core/run/events.ts'
import { book, fence, openBench, type Bench } from '../support/engine.ts'

/** Redaction after the fact: afterwards no byte of the data folder has what was taken out. */

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

/** Written by the command in another form, so that the record of the command itself does not have it. */
const NAME = 'Zqxwv Pellington-Kjyfh'
const OTHER_FORM = Buffer.from(`${NAME} lives here\n`).toString('base64')
const BOOK = book(
  fence('bash run', `base64 -d <<< ${OTHER_FORM}`) + fence('bash run', 'echo quiet harbour'),
)

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Files below the data folder that have these bytes anywhere. */
function having(bytes: Buffer): readonly string[] {
  return filesBelow(bench.data).filter((path) => readFileSync(path).includes(bytes))
}

function terms(): readonly string[] {
  const database = new Database(join(bench.data, 'muster.db'))
  try {
    database.exec(
      `create virtual table temp.part_terms using fts5vocab ('main', 'search_part', 'row');
       create virtual table temp.word_terms using fts5vocab ('main', 'search_word', 'row')`,
    )
    return database
      .prepare<[], string>('select term from part_terms union select term from word_terms')
      .pluck()
      .all()
  } finally {
    database.close()
  }
}

function saltOf(sha256: string): Buffer | undefined {
  const database = new Database(join(bench.data, 'muster.db'), { readonly: true })
  try {
    return database
      .prepare<[string], Buffer>('select salt from blob where sha256 = ?')
      .pluck()
      .get(sha256)
  } finally {
    database.close()
  }
}

type Finished = Extract<RunEvent, { readonly type: 'block.finished' }>

async function finished(run: string, block: string): Promise<Finished> {
  const events = await bench.events(run)
  const found = events.find(
    (event): event is Finished => event.type === 'block.finished' && event.data.block === block,
  )
  if (found === undefined) throw new Error(`${block} has not finished`)
  return found
}

async function ranTwice(): Promise<{ run: string; event: number; sha256: string }> {
  const run = await bench.start(bench.write('one.md', BOOK))
  await bench.command(run, { type: 'step.begin', step: 'one' })
  for (const block of ['one/1', 'one/2']) {
    await bench.command(run, { type: 'block.run', block })
    await bench.settled(run, block)
  }
  const { seq, data } = await finished(run, 'one/1')
  if (data.stdout === undefined) throw new Error('nothing was printed')
  return { run, event: seq, sha256: data.stdout.sha256 }
}

it('leaves nothing in any file, and the chain, the checkpoints and the other outputs hold', async () => {
  const { run, event, sha256 } = await ranTwice()
  const salt = saltOf(sha256)
  if (salt === undefined) throw new Error('no salt')
  expect(having(Buffer.from(NAME)).length).toBeGreaterThan(1)
  expect(having(salt)).not.toEqual([])
  expect(await bench.connection.request('runs.search', { query: 'zqxwv', limit: 5 })).toHaveLength(
    1,
  )

  const redact = {
    type: 'output.redact',
    event,
    sha256,
    kind: 'personal',
    reason: 'a customer is named',
  } as const
  expect(await bench.command(run, { ...redact, event: event + 1 }).catch(String)).toContain(
    'has no output of that name',
  )
  expect(await bench.command(run, redact)).toMatchObject({ ok: true })

  // While the program goes on, and not only after it has closed.
  expect(having(Buffer.from(NAME))).toEqual([])
  for (const part of ['Zqxwv', 'zqxwv', 'ellington', 'Kjyfh', 'kjyfh'])
    expect(having(Buffer.from(part))).toEqual([])
  expect(having(salt)).toEqual([])
  expect(await bench.connection.request('runs.search', { query: 'zqxwv', limit: 5 })).toEqual([])
  const found = await bench.connection.request('runs.search', { query: 'quiet harbour', limit: 5 })
  expect(found.some(({ where }) => where === 'output')).toBe(true)
  expect((await bench.state(run)).redactions).toMatchObject({
    [sha256]: { event, by: 'Ada', kind: 'personal', reason: 'a customer is named' },
  })
  const output = bench.connection.request('runs.output', { run, sha256, offset: 0, length: 9 })
  await expect(output).rejects.toThrow('Ada took this output out of the record')
  expect(await bench.connection.request('runs.verify', { run })).toMatchObject({
    ok: true,
    problems: [],
  })
  expect(await bench.command(run, redact)).toMatchObject({ ok: false, code: 'same-redaction' })

  await bench.reopen()
  expect(having(Buffer.from(NAME))).toEqual([])
  expect(having(salt)).toEqual([])
  await bench.muster.close()
  // The index of three letters has no trace either; “qxw” stands in no other text.
  expect(terms().filter((term) => /qxw|xwv|jyf|zqxwv|kjyfh/u.test(term))).toEqual([])
})

it('of a run that is over is possible, and signed; the runbook itself cannot be taken out', async () => {
  const { run, event, sha256 } = await ranTwice()
  await bench.command(run, { type: 'run.finish', reason: 'enough' })
  await bench.reopen()
  const said = { kind: 'other', reason: 'not ours to keep' } as const
  const source = (await bench.state(run)).runbook.source.sha256
  expect(
    await bench.command(run, { type: 'output.redact', event: 1, sha256: source, ...said }),
  ).toMatchObject({ ok: false, code: 'pinned-runbook' })
  await bench.command(run, { type: 'output.redact', event, sha256, ...said })
  expect(having(Buffer.from(NAME))).toEqual([])
  const checkpoints = await bench.connection.request('runs.checkpoints', { run })
  expect(checkpoints.at(-1)).toMatchObject({
    why: 'afterwards',
    size: (await bench.events(run)).length,
  })
})

it('that a crash cut short is completed when the run is opened', async () => {
  const { run, event, sha256 } = await ranTwice()
  // The event is on disk and the program is gone before the file was removed.
  await bench.muster.close()
  const { openStore } = await import('../../../main/store/open.ts')
  const { createHash, randomBytes } = await import('node:crypto')
  const store = openStore({
    folder: bench.data,
    clock: { wall: () => Date.now(), mono: () => 0 },
    crypto: {
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      randomId: () => randomBytes(10).toString('hex'),
    },
  })
  const data = { event, sha256, kind: 'secret', reason: 'a password' } as const
  store.log.append(run, 'Ada', [{ type: 'output.redacted', data }])
  store.close()
  expect(having(Buffer.from(NAME))).not.toEqual([])
  await bench.reopen()
  const before = await bench.connection.request('runs.verify', { run })
  expect(before.problems.map(({ message }) => message).join()).toContain('is still on the disk')
  await bench.connection.request('runs.open', { run })
  expect(having(Buffer.from(NAME))).toEqual([])
  expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
})
