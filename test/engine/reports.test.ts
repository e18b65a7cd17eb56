import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { reportSchema } from '../../main/core/report/report.ts'
import { runEventSchema } from '../../main/core/run/events.ts'
import { png } from '../core/files/pictures.ts'
import { attach } from './support/attach.ts'
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

  it('lists attachments, has small pictures in itself, and shows no bytes as text', async () => {
    const bench = openBench()
    cleanups.push(() => bench.close())
    const binary = `printf '\\211PNG\\r\\n\\032\\n\\000\\000\\142inary'`
    const path = bench.write('one.md', book(fence('bash run', binary)))
    const run = await ran(bench, path)
    const give = (name: string, bytes: Uint8Array) => attach(bench.connection, { run, name, bytes })
    const { seq } = await give('graph.png', png(40, 30))
    await give('huge.png', png(60_000, 60_000, 1))
    await give('fake.png', Buffer.from('<svg onload="alert(1)"/>'))
    await give('large.png', Buffer.concat([png(9, 9), Buffer.alloc(2_000_000)]))
    const to = async (format: 'html' | 'md' | 'bundle', ending: string): Promise<string> => {
      const target = join(bench.data, 'out', `report.${ending}`)
      await bench.connection.request('exports.write', {
        run,
        format,
        report: 'post-mortem',
        zone: 'UTC',
        path: target,
        ticket: 't',
      })
      return target
    }
    const html = readFileSync(await to('html', 'html'), 'utf8')
    expect(html.match(/<img /gu)).toHaveLength(1)
    expect(html).toContain(`data:image/png;base64,${png(40, 30).toString('base64')}`)
    expect(html).toContain('Not in this file: huge.png, large.png.')
    expect(html).toContain('text, 24 bytes; its name says PNG picture')
    expect(html).not.toContain('<svg onload')
    expect(html).toContain('Output: PNG picture, not shown.')
    const markdown = readFileSync(await to('md', 'md'), 'utf8')
    expect(markdown).toContain('Output: PNG picture, not shown.')
    expect(markdown).not.toContain('binary')
    expect(markdown).toContain('## Attachments')

    const bundle = await to('bundle', 'zip')
    const found = { bundle: { path: bundle } }
    expect(await bench.connection.request('bundles.verify', found)).toMatchObject({ ok: true })
    const folder = join(bench.data, 'out', 'bundle')
    execFileSync('unzip', ['-q', bundle, '-d', folder])
    expect(
      execFileSync('python3', ['verify.py', '.'], { cwd: folder, encoding: 'utf8' }),
    ).toContain(run)

    const [attachment] = (await bench.state(run)).attachments ?? []
    const redact = {
      type: 'output.redact',
      event: seq,
      sha256: attachment?.blob.sha256 ?? '',
      kind: 'customer',
      reason: 'a name is seen',
    } as const
    expect(await bench.command(run, redact)).toMatchObject({ ok: true })
    expect(readFileSync(await to('html', 'htm'), 'utf8')).not.toContain('<img ')
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
