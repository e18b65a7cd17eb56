import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { describe, expect, it } from 'vitest'
import { buildReport } from '../../../main/core/report/build.ts'
import { Collector } from '../../../main/core/report/collect.ts'
import { htmlReport } from '../../../main/core/report/html.ts'
import type { Excerpt } from '../../../main/core/report/html-commands.ts'
import { markdownReport } from '../../../main/core/report/markdown.ts'
import { namesOf } from '../../../main/core/report/names.ts'
import { reportSchema, type Report } from '../../../main/core/report/report.ts'
import { reportSchemaFile } from '../../../main/core/report/schema-file.ts'
import { entryOf } from '../../../main/core/report/timeline.ts'
import { clockIn } from '../../../main/core/report/zone.ts'
import { runEventSchema, type RunEvent } from '../../../main/core/run/events.ts'
import { replay } from '../../../main/core/run/replay.ts'
import { REPORT_KINDS, type ReportKind } from '../../../main/core/run/reports.ts'
import { block, EPOCH, exited, Play, planWith, starting, step } from '../run/support/play.ts'

/** Reports of every history there is, read as a browser and as a Markdown reader would. */

const ROOT = join(import.meta.dirname, '../../fixtures/histories/v1')
const HISTORIES = readdirSync(ROOT).filter((name) => name.endsWith('.jsonl'))

function read(name: string): readonly RunEvent[] {
  return readFileSync(join(ROOT, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const content: unknown = JSON.parse(line)
      if (typeof content !== 'object') throw new Error('not an event')
      const hash = createHash('sha256').update(line, 'utf8').digest('hex')
      return runEventSchema.parse({ ...content, hash })
    })
}

function report(events: readonly RunEvent[], kind: ReportKind = 'post-mortem'): Report {
  const collector = new Collector()
  for (const event of events) collector.add(event)
  const collected = collector.collected()
  if (collected === undefined) throw new Error('No run.')
  return buildReport(collected, {
    kind,
    now: EPOCH + 3_600_000,
    open: false,
    earlier: [
      { run: 'run-0', startedAt: EPOCH - 86_400_000, phase: 'finished', elapsedMs: 120_000 },
    ],
    usualMs: {},
  })
}

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const piece of pieces) all += piece
  return all
}

async function written(
  events: readonly RunEvent[],
  kind: ReportKind = 'post-mortem',
  excerpts: ReadonlyMap<string, Excerpt> = new Map(),
): Promise<{ readonly html: string; readonly markdown: string; readonly report: Report }> {
  const made = report(events, kind)
  const names = namesOf(replay(events)?.plan ?? planWith())
  const clock = clockIn('Europe/Berlin')
  const entries = events.map((event) => entryOf(event, names, clock.utc))
  const options = { clock, excerpts, highlights: entries.filter(({ strong }) => strong === true) }
  return {
    report: made,
    html: await text(htmlReport(made, entries, options)),
    markdown: await text(markdownReport(made, entries, options)),
  }
}

/** Tags that have no end. */
const VOID = new Set(['meta', 'br', 'line', 'rect'])

/** The elements of a document, each properly within another. Throws where one is left open or closed twice. */
function elements(html: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  for (const [, close, name, selfClosed] of html.matchAll(/<(\/?)([a-zA-Z][\w-]*)[^>]*?(\/?)>/gu)) {
    if (name === undefined) continue
    if (close === '/') {
      const last = open.pop()
      if (last !== name) throw new Error(`</${name}> closes <${last}>`)
      continue
    }
    seen.push(name)
    if (selfClosed !== '/' && !VOID.has(name)) open.push(name)
  }
  expect(open).toEqual([])
  return seen
}

describe.each(HISTORIES)('%s', (name) => {
  const events = read(name)

  it.each(REPORT_KINDS)('as %s: what was computed fits the published form', (kind) => {
    const made = report(events, kind)
    expect(reportSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made)
    expect(made.counts.events).toBe(events.length)
    expect(made.head).toBe(events.at(-1)?.hash)
  })

  it.each(REPORT_KINDS)(
    'as %s: the HTML is whole, has no script, and every link leads somewhere',
    async (kind) => {
      const { html } = await written(events, kind)
      const tags = elements(html.replace('<!doctype html>', ''))
      expect(tags).not.toContain('script')
      const ids = [...html.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id)
      expect(new Set(ids).size).toBe(ids.length)
      for (const [, target] of html.matchAll(/href="([^"]*)"/gu)) {
        expect(target?.startsWith('#')).toBe(true)
        expect(ids).toContain(target?.slice(1))
      }
      for (const { seq } of events) expect(ids).toContain(`e${seq}`)
      expect(html).not.toMatch(/ (?:src|on\w+)=/u)
      expect(html).not.toContain('undefined')
      expect(html).not.toContain('[object')
    },
  )

  it('the Markdown has every step, and nothing in it is markup that nobody wrote', async () => {
    const { markdown, report: made } = await written(events)
    const tree = fromMarkdown(markdown, {
      extensions: [gfm()],
      mdastExtensions: [gfmFromMarkdown()],
    })
    const kinds = new Set<string>()
    const visit = (node: {
      readonly type: string
      readonly children?: readonly unknown[]
    }): void => {
      kinds.add(node.type)
      for (const child of node.children ?? [])
        if (
          typeof child === 'object' &&
          child !== null &&
          'type' in child &&
          typeof child.type === 'string'
        )
          visit({ ...child, type: child.type })
    }
    visit(tree)
    for (const unwanted of ['html', 'image', 'link', 'definition', 'footnoteReference'])
      expect(kinds).not.toContain(unwanted)
    for (const { title } of made.steps) expect(markdown).toContain(title)
    expect(markdown).not.toContain('undefined')
  })
})

describe('hostile text', () => {
  const HOSTILE =
    '</pre><script>alert(1)</script> "x" \'y\' & ![i](http://e) <b>\u202Eevil\u0007 | `tick` ```\n~~~'

  it('stands in a report as text, wherever it came from', async () => {
    const play = new Play()
      .must(
        starting(
          planWith(
            step('one', {
              title: HOSTILE,
              blocks: [block('one/1', { code: HOSTILE })],
              items: [{ id: 'one/item-1', text: HOSTILE }],
            }),
          ),
        ),
      )
      .must({ type: 'note.add', kind: 'todo', text: HOSTILE })
      .must({ type: 'step.begin', step: 'one' })
      .must({ type: 'block.run', block: 'one/1' })
      .must({
        type: 'block.report',
        block: 'one/1',
        attempt: 1,
        outcome: { kind: 'exited', code: 1 },
        gates: [],
        durationMs: 5,
        stdout: { sha256: 'a'.repeat(64), content: 'b'.repeat(64), bytes: 9 },
      })
      .must({ type: 'step.mark', step: 'one', outcome: 'failed', reason: HOSTILE })
      .must({ type: 'report.edit', report: 'post-mortem', field: 'summary', text: HOSTILE })
      .must({ type: 'run.abort', reason: HOSTILE })
    const excerpts = new Map([
      ['a'.repeat(64), { text: HOSTILE, bytes: 9, cut: false, redacted: false }],
    ])
    const { html, markdown } = await written(play.events, 'post-mortem', excerpts)
    expect(elements(html.replace('<!doctype html>', ''))).not.toContain('script')
    expect(html).not.toContain('\u202E')
    expect(html).not.toContain('\u0007')
    expect(html.match(/alert\(1\)/gu)?.length).toBeGreaterThan(6)
    const tree = JSON.stringify(
      fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }),
    )
    expect(tree).not.toContain('"type":"html"')
    expect(tree).not.toContain('"type":"image"')
    expect(markdown).not.toContain('\u202E')
  })
})

describe('what is computed', () => {
  const at = (seconds: number): number => EPOCH + seconds * 1000

  it('the verdict: in time is not met when the run was aborted or left undone', () => {
    const plan = {
      ...planWith(step('one', { blocks: [block('one/1')] })),
      objectives: { rtoMs: 60_000 },
    }
    const begin = (): Play =>
      new Play().must(starting(plan)).must({ type: 'step.begin', step: 'one' })
    const aborted = begin().must({ type: 'run.abort', reason: 'enough' })
    expect(report(aborted.events).recovery.verdict).toBe('not-completed')
    const open = begin().must({ type: 'run.finish', reason: 'no time' })
    expect(report(open.events).recovery.verdict).toBe('not-completed')
    const done = begin()
      .must({ type: 'block.run', block: 'one/1' })
      .must(exited('one/1', 0))
      .must({ type: 'run.finish' })
    expect(report(done.events).recovery).toMatchObject({ verdict: 'met', targetMs: 60_000 })
    const start = starting(plan)
    if (start.type !== 'run.start') throw new Error('not a start')
    const late = new Play().must({ ...start, declaredAt: at(-600) })
    late.must({ type: 'run.abort', reason: 'enough' })
    expect(report(late.events).recovery).toMatchObject({ verdict: 'missed', basis: 'declared' })
  })

  it('an outcome that nobody saw is told, and what a person found out about it', () => {
    const play = new Play()
      .must(starting(planWith(step('one', { blocks: [block('one/1')] }))))
      .must({ type: 'step.begin', step: 'one' })
      .must({ type: 'block.run', block: 'one/1' })
      .must({
        type: 'block.report',
        block: 'one/1',
        attempt: 1,
        outcome: { kind: 'disconnected', detail: 'The connection was lost.' },
        gates: [],
        durationMs: 5,
      })
    expect(report(play.events).unknowns).toMatchObject([
      { step: 'one', target: 'laptop', outcome: { kind: 'disconnected' } },
    ])
    play.must({ type: 'block.resolve', block: 'one/1', as: 'done', reason: 'seen on the host' })
    expect(report(play.events).unknowns[0]?.settled).toEqual({
      as: 'done',
      by: 'Ada',
      reason: 'seen on the host',
    })
    expect(report(play.events).status).toBe('interrupted')
  })

  it('a run that was interrupted tells when nobody was at the wheel', () => {
    const play = new Play()
      .must(starting(planWith(step('one'))))
      .must({ type: 'run.suspend' })
      .must({ type: 'run.reopen', after: 'suspension', recovered: [] })
    expect(report(play.events).gaps).toEqual([
      { from: at(2), to: at(3), after: 'suspension', seq: 2 },
    ])
  })

  it('who held a role, and until when', () => {
    const play = new Play()
      .must(starting(planWith(step('one'))))
      .must({ type: 'role.offer', role: 'commander', to: 'Grace', brief: 'All well' })
      .must({ type: 'role.accept', role: 'commander', by: 'Grace' })
    expect(report(play.events).roles).toEqual([
      { role: 'commander', who: 'Ada', from: at(1), to: at(3), seq: 1 },
      { role: 'commander', who: 'Grace', from: at(3), seq: 3, brief: 'All well' },
    ])
  })
})

describe('resources/report.schema.json', () => {
  it('is the form that reports have', () => {
    const file = join(import.meta.dirname, '../../../resources/report.schema.json')
    expect(readFileSync(file, 'utf8')).toBe(reportSchemaFile())
  })
})

describe('the zone', () => {
  it('is given, stands beside UTC, and is left out where it is UTC', () => {
    expect(clockIn('Europe/Berlin').both(EPOCH)).toBe(
      '2026-01-28 03:00:00 UTC (28 Jan 2026, 04:00:00 CET)',
    )
    expect(clockIn('UTC').both(EPOCH)).toBe('2026-01-28 03:00:00 UTC')
    expect(() => clockIn('Europe/Atlantis')).toThrow(RangeError)
  })
})
