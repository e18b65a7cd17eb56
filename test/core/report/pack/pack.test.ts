import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { describe, expect, it } from 'vitest'
import { csvPack } from '../../../../main/core/report/pack/csv.ts'
import { htmlPack } from '../../../../main/core/report/pack/html.ts'
import { markdownPack } from '../../../../main/core/report/pack/markdown.ts'
import { auditPackSchema, type AuditPack } from '../../../../main/core/report/pack/pack.ts'
import { auditPackSchemaFile } from '../../../../main/core/report/schema-file.ts'
import { clockIn } from '../../../../main/core/report/zone.ts'
import { EPOCH, planWith, Play, starting } from '../../run/support/play.ts'
import {
  everyHistory,
  HISTORIES,
  history,
  packOf,
  runOf,
  sha256,
  textOf,
  tombstone,
} from './support.ts'

/** Packs of every history there is: what is counted, and what a reader sees. */

const clock = clockIn('Europe/Berlin')

function full(): AuditPack {
  const [first, second, ...rest] = everyHistory()
  if (first === undefined || second === undefined) throw new Error('No histories.')
  return packOf({
    runs: [
      { ...first, membership: 'carried-over' },
      {
        ...second,
        verification: { ...second.verification, ok: false, problems: ['Event 7: <changed>'] },
      },
      ...rest,
    ],
    deleted: [
      tombstone(),
      tombstone({ run: 'run-older', membership: 'deleted', started: EPOCH - 9e9, signed: false }),
    ],
    unreadable: [
      { run: 'run-torn', membership: 'began', message: 'The first event cannot be read.' },
    ],
    problems: ['The record of run-torn cannot be read.'],
  })
}

describe('what is counted', () => {
  it('is every run that began in the period, whatever became of it', () => {
    const { totals, runs } = full()
    // One of the histories is carried over; one run is deleted, one cannot be read.
    expect(totals.population).toBe(HISTORIES.length - 1 + 1 + 1)
    expect(totals.carriedOver).toBe(1)
    expect(totals.deleted).toBe(1)
    expect(totals.unreadable).toBe(1)
    expect(totals.live + totals.drill + totals.walkthrough + totals.unreadable).toBe(
      totals.population,
    )
    const { completed, notEverything, aborted, open, deleted, unreadable } = totals
    // Each once: a deleted run that was aborted is deleted.
    expect(completed + notEverything + aborted + open + deleted + unreadable).toBe(
      totals.population,
    )
    expect(totals.verified + totals.notVerified).toBe(
      runs.filter(({ membership }) => membership === 'began').length,
    )
    expect(totals.notVerified).toBe(1)
  })

  it('has a run that cannot be read in the period in which it began, and in no other', () => {
    const lost = { run: 'run-torn', started: EPOCH - 1e9, message: 'Event 3 cannot be read.' }
    const { totals } = packOf({ unreadable: [{ ...lost, membership: 'carried-over' }] })
    expect(totals).toMatchObject({ population: 0, unreadable: 0, carriedOver: 1 })
  })

  it('is said of each run as its own report says it', () => {
    const events = history('crash-and-reopen.jsonl')
    const run = runOf(events, 'one')
    expect(run.counts.events).toBe(events.length)
    expect(run.head).toBe(events.at(-1)?.hash)
    expect(run.unknowns.length).toBe(
      events.filter(
        (event) =>
          event.type === 'block.finished' &&
          ['unknown', 'disconnected'].includes(event.data.outcome.kind),
      ).length,
    )
    expect(run.gaps.some(({ after }) => after === 'crash')).toBe(true)
    const { steps } = run
    expect(
      steps.done + steps.failed + steps.skipped + steps.rolledBack + steps.notNeeded + steps.left,
    ).toBe(steps.total)
  })

  it('calls a run completed only when it finished and no step failed or was left undone', () => {
    const perfect = packOf({ runs: [runOf(history('perfect-run.jsonl'), 'one')] })
    expect(perfect.totals).toMatchObject({ completed: 1, notEverything: 0, met: 1 })
    const failed = packOf({ runs: [runOf(history('failed-and-marked.jsonl'), 'one')] })
    expect(failed.totals).toMatchObject({ completed: 0, notEverything: 1, met: 0, notCompleted: 1 })
    const aborted = packOf({ runs: [runOf(history('aborted.jsonl'), 'one')] })
    expect(aborted.totals).toMatchObject({ aborted: 1, completed: 0, met: 0 })
    const open = packOf({ runs: [runOf(new Play().must(starting(planWith())).events, 'one')] })
    expect(open.totals).toMatchObject({ open: 1, completed: 0 })
    expect(open.runs[0]?.status).toBe('interrupted')
  })

  it('has what people wrote, took out and vouched for', () => {
    const written = runOf(history('written-about.jsonl'), 'one')
    expect(written.reports.length).toBeGreaterThan(0)
    expect(written.reports.flatMap(({ fields }) => fields).every(({ text }) => text !== '')).toBe(
      true,
    )
    const vouched = runOf(history('vouched-for.jsonl'), 'two')
    expect(vouched.witnesses.length).toBeGreaterThan(0)
    expect(vouched.redactions.length).toBeGreaterThan(0)
    expect(packOf({ runs: [vouched] }).totals.redactions).toBe(vouched.redactions.length)
  })

  it('is the same whatever order it was found in, and its digest can be computed again by hand', () => {
    const runs = everyHistory()
    const pack = packOf({ runs, deleted: [tombstone()] })
    expect(packOf({ runs: runs.toReversed(), deleted: [tombstone()] })).toEqual(pack)
    const lines = [
      ...runs.map(({ run, counts, head }) => `${run} ${counts.events} ${head}\n`),
      `run-gone deleted ${'2'.repeat(64)}\n`,
    ].toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    expect(pack.digest).toBe(createHash('sha256').update(lines.join('')).digest('hex'))
    expect(packOf({ runs: runs.slice(1), deleted: [tombstone()] }).digest).not.toBe(pack.digest)
  })
})

describe('the control map', () => {
  const FRAMEWORKS = [
    ['SOC 2', 'A1.3'],
    ['ISO 22301:2019', '8.5'],
    ['DORA, RTS (EU) 2024/1774', 'Article 25'],
    ['NIST CSF 2.0', 'RS.AN-06'],
  ] as const

  it.each(FRAMEWORKS)('has %s %s, with what has to come from elsewhere', (framework, control) => {
    const rows = full().controls.filter((row) => row.framework === framework)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row.control).toContain(control)
      expect(row.elsewhere).not.toBe('')
    }
  })

  it('names the runs that each row is taken from, and none that was carried over', () => {
    const pack = full()
    const began = pack.runs.filter(({ membership }) => membership === 'began')
    for (const { control, asks, runs } of pack.controls) {
      const wanted =
        asks.startsWith('A programme') || asks.startsWith('Formal reports')
          ? began.filter(({ mode }) => mode !== 'live')
          : control === 'RS.AN-06' && asks.startsWith('What is done')
            ? began.filter(({ mode }) => mode === 'live')
            : began
      expect(runs).toEqual(wanted.map(({ run }) => run))
    }
  })

  it('says that nothing is shown where there was no such run', () => {
    for (const { shows, runs } of packOf({ deleted: [tombstone()] }).controls) {
      expect(runs).toEqual([])
      expect(shows).toBe('Nothing: there was no such run.')
    }
  })
})

/** The elements of a document, each properly within another. */
function elements(html: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  for (const [, close, name, selfClosed] of html.matchAll(/<(\/?)([a-zA-Z][\w-]*)[^>]*?(\/?)>/gu)) {
    if (name === undefined) continue
    if (close === '/') {
      expect(open.pop()).toBe(name)
      continue
    }
    seen.push(name)
    if (selfClosed !== '/' && !['meta', 'br', 'line', 'rect'].includes(name)) open.push(name)
  }
  expect(open).toEqual([])
  return seen
}

describe('as files', () => {
  it('fits the published form', () => {
    const pack = full()
    expect(auditPackSchema.parse(JSON.parse(JSON.stringify(pack)))).toEqual(pack)
    const file = join(import.meta.dirname, '../../../../resources/audit-pack.schema.json')
    expect(readFileSync(file, 'utf8')).toBe(auditPackSchemaFile())
  })

  it('the HTML is whole, has no script, and every link leads somewhere', async () => {
    const pack = full()
    const html = await textOf(htmlPack(pack, clock))
    expect(elements(html.replace('<!doctype html>', ''))).not.toContain('script')
    const ids = [...html.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of html.matchAll(/href="([^"]*)"/gu)) {
      expect(target?.startsWith('#')).toBe(true)
      expect(ids).toContain(target?.slice(1))
    }
    for (const { run } of [...pack.runs, ...pack.deleted, ...pack.unreadable])
      expect(html).toContain(run)
    expect(html).toContain('not signed by a key of this device')
    expect(html).toContain('Event 7: &lt;changed&gt;')
  })

  it('the Markdown has every run, and tables that are tables', async () => {
    const pack = full()
    const markdown = await textOf(markdownPack(pack, clock))
    const tree = fromMarkdown(markdown, {
      extensions: [gfm()],
      mdastExtensions: [gfmFromMarkdown()],
    })
    const tables = tree.children.filter((node) => node.type === 'table')
    expect(tables.length).toBe(5)
    for (const table of tables) {
      const width = table.children[0]?.children.length
      for (const row of table.children) expect(row.children.length).toBe(width)
    }
    // Facts, controls, runs, runbooks, records: each with its head.
    expect(tables[2]?.children.length).toBe(pack.runs.length + 1)
    for (const { run } of [...pack.deleted, ...pack.unreadable]) expect(markdown).toContain(run)
  })

  it('what people typed stays text in every format', async () => {
    const evil = '</td><script>x()</script>|`<img src=x onerror=y>\n# heading\n=cmd|calc'
    const [some] = everyHistory()
    if (some === undefined) throw new Error('No histories.')
    const pack = packOf({
      runs: [{ ...some, title: evil, commander: `=1+1${evil}` }],
      deleted: [tombstone({ reason: evil, by: evil, title: evil })],
      unreadable: [{ membership: 'began', run: 'torn', message: evil }],
      problems: [evil],
    })
    const html = await textOf(htmlPack(pack, clock))
    expect(elements(html.replace('<!doctype html>', ''))).not.toContain('script')
    expect(html).not.toContain('<img')
    const markdown = await textOf(markdownPack(pack, clock))
    const tree = fromMarkdown(markdown, {
      extensions: [gfm()],
      mdastExtensions: [gfmFromMarkdown()],
    })
    const headings = tree.children.filter((node) => node.type === 'heading')
    expect(JSON.stringify(headings)).not.toContain('"value":"heading"')
    expect(JSON.stringify(tree)).not.toContain('"type":"html"')
    const csv = await textOf(csvPack(pack))
    expect(csv).toContain(`"'=1+1`)
  })

  it('the table has one line for each run of the population', async () => {
    const pack = full()
    const lines = (await textOf(csvPack(pack))).trimEnd().split('\r\n')
    const all = [...pack.runs, ...pack.deleted, ...pack.unreadable]
    expect(lines.length).toBe(all.length + 1)
    const names = lines.slice(1).map((line) => line.split(',')[0])
    expect(names).toEqual(all.map(({ run }) => run))
    expect(lines.filter((line) => line.includes(',deleted,')).length).toBe(2)
  })

  it('tells of a period that is not over', async () => {
    const pack = packOf({ madeAt: EPOCH })
    expect(await textOf(htmlPack(pack, clock))).toContain('The period was not over')
    expect(await textOf(markdownPack(pack, clock))).toContain('The period was not over')
    expect(await textOf(htmlPack(packOf({}), clock))).not.toContain('The period was not over')
  })

  it('says whole days as days', async () => {
    const period = {
      from: Date.UTC(2026, 2, 31, 22),
      to: Date.UTC(2026, 5, 30, 22),
    }
    expect(await textOf(htmlPack(packOf({ period }), clock))).toContain(
      '1 April 2026 to 30 June 2026',
    )
    expect(sha256('')).toBe(packOf({ period }).digest)
  })
})
