import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditPackSchema, type AuditPack } from '../../main/core/report/pack/pack.ts'
import { until } from '../harness/until.ts'
import { book, fence, openBench, type Bench } from './support/engine.ts'

/** Audit packs over the contract, from runs that really ran and records that were really tampered with. */

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

const FAR = Date.UTC(2100, 0, 1)
const always = { from: 0, to: FAR, zone: 'UTC', ticket: 'pack' } as const

async function began(name: string, code = 'echo seen'): Promise<string> {
  const run = await bench.start(bench.write(`${name}.md`, book(fence('bash run', code))))
  await bench.command(run, { type: 'step.begin', step: 'one' })
  await bench.command(run, { type: 'block.run', block: 'one/1' })
  await bench.settled(run, 'one/1')
  return run
}

async function finished(name: string): Promise<string> {
  const run = await began(name)
  await bench.command(run, { type: 'run.finish', reason: 'done' })
  return run
}

const pack = async (period: { from: number; to: number } = always): Promise<AuditPack> =>
  await bench.connection.request('audit.get', { ...always, ...period })

/** Changes the database as somebody with an editor would. */
async function tampered(sql: string): Promise<void> {
  await bench.reopen(() => {
    const database = new Database(join(bench.data, 'muster.db'))
    database.exec('drop trigger if exists event_no_update; drop trigger if exists event_no_delete')
    database.exec(sql)
    database.close()
  })
}

const names = (made: AuditPack): readonly string[] => made.runs.map(({ run }) => run)

describe('the population', () => {
  it('is all runs: finished, aborted, failed, open, read only on paper, deleted', async () => {
    const good = await finished('good')
    const failed = await began('failed', 'exit 3')
    await bench.command(failed, { type: 'run.finish', reason: 'enough' })
    const aborted = await began('aborted')
    await bench.command(aborted, { type: 'run.abort', reason: 'wrong system' })
    const open = await began('open')
    const gone = await finished('gone')
    const { head } = await bench.state(gone)
    await bench.connection.request('runs.delete', { run: gone, actor: 'Ada', reason: 'a test' })

    const made = await pack()
    expect(names(made)).toEqual([good, failed, aborted, open])
    expect(made.runs.map(({ status }) => status)).toEqual([
      'finished',
      'finished',
      'aborted',
      'running',
    ])
    expect(made.deleted).toMatchObject([
      { run: gone, membership: 'began', head, by: 'Ada', reason: 'a test', signed: true },
    ])
    expect(made.totals).toMatchObject({
      population: 5,
      completed: 1,
      notEverything: 1,
      aborted: 1,
      open: 1,
      deleted: 1,
      verified: 4,
      notVerified: 0,
    })
    expect(made.problems).toEqual([])
    for (const { verification } of made.runs) expect(verification.checkpoints).toBeGreaterThan(0)
    expect(made.runs[0]?.head).toBe((await bench.state(good)).head)
  })

  it('of a period has those that began in it, and those that were still open when it began', async () => {
    const early = await finished('early')
    const long = await began('long')
    const { startedAt: longStart } = await bench.state(long)
    await until('a later millisecond', () => Date.now() > longStart)
    const inside = await finished('inside')
    const { startedAt } = await bench.state(inside)
    const { endedAt: earlyEnd = 0, startedAt: earlyStart } = await bench.state(early)

    const made = await pack({ from: startedAt, to: startedAt + 1 })
    expect(made.runs.map(({ run, membership }) => [run, membership])).toEqual([
      ...(earlyEnd >= startedAt ? [[early, 'carried-over']] : []),
      [long, 'carried-over'],
      [inside, 'began'],
    ])
    expect(made.totals.population).toBe(1)
    // The moment it begins belongs to a period, the moment it ends does not.
    expect(names(await pack({ from: earlyStart, to: startedAt }))).not.toContain(inside)
    const two = [await pack({ from: 0, to: startedAt }), await pack({ from: startedAt, to: FAR })]
    expect(two.reduce((sum, { totals }) => sum + totals.population, 0)).toBe(3)
  })

  it('has a deletion in the period of a run that is older', async () => {
    const run = await finished('old')
    const { endedAt = 0 } = await bench.state(run)
    await until('a later millisecond', () => Date.now() > endedAt)
    const from = Date.now()
    await bench.connection.request('runs.delete', { run, actor: 'Ada', reason: 'a test' })
    const made = await pack({ from, to: FAR })
    expect(made.deleted).toMatchObject([{ run, membership: 'deleted' }])
    expect(made.totals).toMatchObject({ population: 0, deleted: 0 })
  })

  it('is taken from the log, not from a list that somebody can shorten', async () => {
    const run = await finished('one')
    await tampered('delete from run')
    expect(names(await pack())).toEqual([run])
  })
})

describe('a record that was tampered with', () => {
  it('is in the pack, with what does not hold', async () => {
    const [good, changed] = [await finished('good'), await finished('changed')]
    await tampered(
      `update event set bytes = cast(replace(cast(bytes as text), 'Ada', 'Eve') as blob) where run = '${changed}' and seq = 2`,
    )
    const made = await pack()
    expect(made.unreadable).toEqual([])
    expect(names(made)).toEqual([good, changed])
    expect(made.runs.map(({ verification }) => verification.ok)).toEqual([true, false])
    expect(made.runs[1]?.verification.problems.join(' ')).toContain('Event 2')
    expect(made.problems).toEqual([`The record of ${changed} does not verify.`])
    expect(made.totals).toMatchObject({ population: 2, verified: 1, notVerified: 1 })
  })

  it('so that it would be of another period stays in its own', async () => {
    const run = await finished('moved')
    const { startedAt } = await bench.state(run)
    const far = Date.UTC(2090, 0, 1)
    await tampered(
      `update event set bytes = cast(replace(cast(bytes as text), '"wall":${startedAt}', '"wall":${far}') as blob) where seq = 1`,
    )
    const made = await pack({ from: startedAt - 1000, to: startedAt + 1000 })
    expect(names(made)).toEqual([run])
    expect(made.problems).toEqual([`The record of ${run} does not verify.`])
  })

  it('so that it cannot be read is named', async () => {
    const [torn, headless, stripped] = [
      await finished('torn'),
      await finished('headless'),
      await finished('stripped'),
    ]
    await tampered(
      `update event set bytes = cast('{' as blob) where run = '${torn}' and seq = 1;
       delete from event where run = '${headless}' and seq = 1;
       delete from event where run = '${stripped}'; delete from run where run = '${stripped}'`,
    )
    const made = await pack()
    expect(made.runs).toEqual([])
    expect(made.unreadable.map(({ run }) => run).toSorted()).toEqual(
      [torn, headless, stripped].toSorted(),
    )
    expect(made.totals).toMatchObject({ population: 3, unreadable: 3 })
    expect(made.problems.length).toBe(3)
    // In the middle of it, what can be known still is: when it began.
    const middle = await finished('middle')
    await tampered(`update event set bytes = cast('{' as blob) where run = '${middle}' and seq = 3`)
    const again = await pack()
    expect(again.unreadable.find(({ run }) => run === middle)?.started).toBeGreaterThan(0)
  })

  it('does not get away with a tombstone that is not signed', async () => {
    const run = await finished('one')
    await bench.connection.request('runs.delete', { run, actor: 'Ada', reason: 'a test' })
    await tampered(
      `update tombstone set note = cast(replace(cast(note as text), 'a test', 'a tesT') as blob)`,
    )
    const made = await pack()
    expect(made.deleted).toMatchObject([{ run, signed: false }])
    expect(made.problems).toEqual([
      `The tombstone of ${run} is not signed by a key of this device.`,
    ])
    await tampered(`update tombstone set note = cast('gone' as blob)`)
    expect((await pack()).unreadable).toMatchObject([{ run }])
  })
})

describe('as a file', () => {
  it('is written in each format, and says what it is about', async () => {
    const run = await finished('one')
    for (const format of ['html', 'md', 'json', 'csv'] as const) {
      const written = await bench.connection.request('audit.write', { ...always, format })
      expect(written.totals.population).toBe(1)
      expect(written.path.endsWith(`.${format}`)).toBe(true)
      const text = readFileSync(written.path, 'utf8')
      expect(text).toContain(run)
      if (format === 'json')
        expect(auditPackSchema.parse(JSON.parse(text)).runs.map((one) => one.run)).toEqual([run])
    }
  })

  it('tells how far it is, and leaves nothing when it is cancelled', async () => {
    await finished('one')
    await finished('two')
    const path = join(bench.data, 'out', 'pack.html')
    const writing = bench.connection.request('audit.write', { ...always, format: 'html', path })
    const cancelled = expect(writing).rejects.toMatchObject({ code: 'cancelled' })
    await bench.connection.request('exports.cancel', { ticket: 'pack' })
    await cancelled
    expect(existsSync(join(bench.data, 'out')) ? readdirSync(join(bench.data, 'out')) : []).toEqual(
      [],
    )
    await bench.connection.request('audit.write', { ...always, format: 'html', path })
    expect(existsSync(path)).toBe(true)
    expect(bench.pushes).toContainEqual({
      push: 'export.progress',
      data: { ticket: 'pack', done: 0, total: 2, unit: 'runs' },
    })
  })

  it.each([
    [{ from: 5, to: 5 }, 'no-period'],
    [{ zone: 'Europe/Atlantis' }, 'no-zone'],
  ])('refuses %j', async (change, code) => {
    await expect(
      bench.connection.request('audit.get', { ...always, ...change }),
    ).rejects.toMatchObject({ code })
  })
})
