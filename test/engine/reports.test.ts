import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { reportSchema } from '../../main/core/report/report.ts'
import { runEventSchema } from '../../main/core/run/events.ts'
import { book, fence, openBench, type Bench } from './support/engine.ts'

/** Reports over the contract, from runs that really ran. */

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function ran(bench: Bench, path: string): Promise<string> {
  const run = await bench.start(path)
  await bench.command(run, { type: 'step.begin', step: 'one' })
  await bench.command(run, { type: 'block.run', block: 'one/1' })
  await bench.settled(run, 'one/1')
  await bench.command(run, { type: 'run.finish', reason: 'done' })
  return run
}

describe('a report', () => {
  it('is there the moment a run ends, with its outputs, its verification and what is usual', async () => {
    const bench = openBench()
    cleanups.push(() => bench.close())
    const path = bench.write('one.md', book(fence('bash run', 'echo "seen <here>"')))
    const first = await ran(bench, path)
    const run = await ran(bench, path)
    const report = await bench.connection.request('reports.get', {
      run,
      report: 'post-mortem',
      verify: true,
    })
    expect(report.status).toBe('finished')
    expect(report.verification).toMatchObject({ ok: true, problems: [] })
    expect(report.earlier.map((earlier) => earlier.run)).toEqual([first])
    expect(report.steps[0]?.usualMs).toBeGreaterThanOrEqual(0)

    const target = join(bench.data, 'out', 'report.html')
    const written = await bench.connection.request('exports.write', {
      run,
      format: 'html',
      report: 'post-mortem',
      zone: 'UTC',
      path: target,
      ticket: 't',
    })
    expect(written.path).toBe(target)
    expect(readFileSync(target, 'utf8')).toContain('seen &lt;here&gt;')
  })

  it('takes what people write after the end, as events of the run', async () => {
    const bench = openBench()
    cleanups.push(() => bench.close())
    const run = await ran(bench, bench.write('one.md', book(fence('bash run', 'true'))))
    const edit = { type: 'report.edit', report: 'audit', field: 'owner', text: 'Ada' } as const
    expect(
      await bench.connection.request('runs.command', { run, actor: 'Ada', command: edit }),
    ).toMatchObject({ ok: true })
    const report = await bench.connection.request('reports.get', { run, report: 'audit' })
    expect(report.written.find(({ id }) => id === 'owner')).toMatchObject({
      text: 'Ada',
      by: 'Ada',
    })
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
    // What happens in a run is another matter.
    await expect(
      bench.connection.request('runs.command', {
        run,
        actor: 'Ada',
        command: { type: 'step.reopen', step: 'one', reason: 'why not' },
      }),
    ).rejects.toMatchObject({ code: 'run-over' })
  })

  it('as JSON has the report in its published form and every event', async () => {
    const bench = openBench()
    cleanups.push(() => bench.close())
    const run = await ran(bench, bench.write('one.md', book(fence('bash run', 'true'))))
    const { path } = await bench.connection.request('exports.write', {
      run,
      format: 'json',
      report: 'audit',
      zone: 'UTC',
      ticket: 't',
    })
    const content = z
      .strictObject({ report: reportSchema, events: z.array(runEventSchema) })
      .parse(JSON.parse(readFileSync(path, 'utf8')))
    expect(content.events.map(({ seq }) => seq)).toEqual(
      content.events.map((_, index) => index + 1),
    )
    expect(content.report.head).toBe(content.events.at(-1)?.hash)
  })

  it('names a zone that does not exist', async () => {
    const bench = openBench()
    cleanups.push(() => bench.close())
    const run = await ran(bench, bench.write('one.md', book(fence('bash run', 'true'))))
    await expect(
      bench.connection.request('exports.write', {
        run,
        format: 'md',
        report: 'audit',
        zone: 'Europe/Atlantis',
        ticket: 't',
      }),
    ).rejects.toMatchObject({ code: 'no-zone' })
  })
})
