import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GENESIS } from '../../../main/core/evidence/chain.ts'
import { book, fence, openBench, type Bench } from '../support/engine.ts'

/** Changes of a data folder by somebody who knows the database and the verifier, and looks for what it does not look at. */

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

async function told(): Promise<string> {
  const code = fence('bash run', 'echo one') + fence('bash run', 'echo two; echo more')
  const run = await bench.start(bench.write('one.md', book(code)))
  await bench.command(run, { type: 'step.begin', step: 'one' })
  for (const block of ['one/1', 'one/2']) {
    await bench.command(run, { type: 'block.run', block })
    await bench.settled(run, block)
  }
  await bench.command(run, { type: 'run.abort', reason: 'enough' })
  return run
}

async function verifiedAfter(run: string, change: (database: Database.Database) => void) {
  await bench.reopen(() => {
    const database = new Database(join(bench.data, 'muster.db'))
    try {
      database.exec('drop trigger event_no_update; drop trigger event_no_delete')
      change(database)
    } finally {
      database.close()
    }
  })
  const { problems } = await bench.connection.request('runs.verify', { run })
  return problems.map(({ message }) => message).join('\n')
}

it('two events with one number are found, in a table that allows them', async () => {
  const run = await told()
  const words = await verifiedAfter(run, (database) =>
    database.exec(`
      create table loose as select * from event;
      drop table event;
      alter table loose rename to event;
      insert into event select run, seq, cast(replace(cast(bytes as text), '"actor":"Ada"', '"actor":"Eve"') as blob), hash
        from event where seq = 2`),
  )
  expect(words).toContain('Event 2 stands where event 3 should be')
})

it('a mark before the last line is found, though the hash beside it is that of the line without', async () => {
  const run = await told()
  const words = await verifiedAfter(run, (database) => {
    // Without the checkpoint over it, which would tell.
    const seq = database.prepare('select max(seq) from event where run = ?').pluck().get(run)
    database.prepare('delete from checkpoint where run = ? and size = ?').run(run, seq)
    database
      .prepare(
        "update event set bytes = cast(x'efbbbf' || bytes as blob) where run = ? and seq = ?",
      )
      .run(run, seq)
  })
  expect(words).toContain('is not an event as Muster writes one')
})

it('a name that stands twice in the last line is found, though every hash fits', async () => {
  const run = await told()
  const words = await verifiedAfter(run, (database) => {
    const seq = database.prepare('select max(seq) from event where run = ?').pluck().get(run)
    database.prepare('delete from checkpoint where run = ? and size = ?').run(run, seq)
    const bytes = database
      .prepare('select bytes from event where run = ? and seq = ?')
      .pluck()
      .get(run, seq)
    const line = String(bytes).replace('"actor":', '"actor":"Eve","actor":')
    const hash = createHash('sha256').update(line).digest('hex')
    expect(hash).not.toBe(GENESIS)
    database
      .prepare('update event set bytes = ?, hash = ? where run = ? and seq = ?')
      .run(Buffer.from(line), hash, run, seq)
  })
  expect(words).toContain('is not an event as Muster writes one')
})

it('salts that changed places are found, and so are files', async () => {
  const run = await told()
  const words = await verifiedAfter(run, (database) => {
    const [one, two] = database
      .prepare('select sha256, salt from blob where run = ? and label is not null order by bytes')
      .all(run)
      .map((row) =>
        typeof row === 'object' && row !== null && 'sha256' in row && 'salt' in row
          ? [String(row.sha256), row.salt]
          : [],
      )
    const salt = database.prepare('update blob set salt = ? where run = ? and sha256 = ?')
    salt.run(Buffer.alloc(16), run, one?.[0])
    salt.run(one?.[1], run, two?.[0])
    salt.run(two?.[1], run, one?.[0])
  })
  expect(words.match(/was changed after it was recorded/gu)?.length).toBe(2)
})

it('outputs that changed places are found', async () => {
  const run = await told()
  const words = await verifiedAfter(run, () => {
    const folder = join(bench.data, 'blobs')
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    const of = (text: string): string =>
      files.find((path) => readFileSync(path, 'utf8') === text) ?? text
    const [one, two] = [of('one\n'), of('two\nmore\n')]
    renameSync(one, `${one}.x`)
    renameSync(two, one)
    renameSync(`${one}.x`, two)
  })
  expect(words.match(/was changed after it was recorded/gu)?.length).toBe(2)
})

it('a run that was deleted and put back is odd about the population', async () => {
  const run = await told()
  await bench.connection.request('runs.delete', { run, actor: 'Ada', reason: 'a test' })
  const other = await told()
  await verifiedAfter(other, (database) => {
    database.exec('drop trigger event_after_tombstone; drop trigger event_in_order')
    database.exec(
      `insert into event select '${run}', seq, cast(replace(cast(bytes as text), '${other}', '${run}') as blob), hash
       from event where run = '${other}'`,
    )
  })
  const period = { from: 0, to: Date.UTC(2100, 0, 1), zone: 'UTC', ticket: 'pack' }
  const { problems, totals } = await bench.connection.request('audit.get', period)
  expect(problems.join('\n')).toContain(`${run} was deleted, says its tombstone, and has a record.`)
  expect(totals).toMatchObject({ population: 2, deleted: 0 })
})
