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
import { ganttRows } from '../../../main/core/report/gantt-rows.ts'
import { leadOf } from '../../../main/core/report/lead.ts'
import { namesOf } from '../../../main/core/report/names.ts'
import type { ReportPictures } from '../../../main/core/report/html-pictures.ts'
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
  pictures: ReportPictures = new Map(),
): Promise<{ readonly html: string; readonly markdown: string; readonly report: Report }> {
  const made = report(events, kind)
  const names = namesOf(replay(events)?.plan ?? planWith())
  const clock = clockIn('Europe/Berlin')
  const entries = events.map((event) => entryOf(event, names, clock.utc))
  const highlights = entries.filter(({ strong }) => strong === true)
  const options = { clock, excerpts, pictures, highlights }
  return {
    report: made,
    html: await text(htmlReport(made, entries, options)),
    markdown: await text(markdownReport(made, entries, options)),
  }
}

/** Tags that have no end. */
const VOID = new Set(['img', 'meta', 'br', 'line', 'rect'])

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

const at = (seconds: number): number => EPOCH + seconds * 1000

describe('what is computed', () => {
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

describe('what people wrote', () => {
  const incident = (): Play => {
    const plan = {
      ...planWith(step('one')),
      objectives: { rtoMs: 900_000, rpoMs: 60_000 },
      roles: ['commander', 'scribe'],
      escalation: [{ afterMs: 1_000, to: 'Team lead' }],
    }
    const start = starting(plan)
    if (start.type !== 'run.start') throw new Error('not a start')
    return new Play().must({ ...start, declaredAt: at(-60) })
  }
  const write = (play: Play, field: string, text: string): Play =>
    play.must({ type: 'report.edit', report: 'post-mortem', field, text })

  it('gives the times to detect, to mitigate and to recover, and the verdict on data lost', () => {
    const play = incident()
    expect(report(play.events).incident).toEqual({
      detected: { at: at(-60), source: 'declared' },
    })
    expect(report(play.events).recoveryPoint.verdict).toBe('not-written')
    write(play, 'began', new Date(at(-300)).toISOString())
    write(play, 'mitigated', new Date(at(0)).toISOString())
    write(play, 'data-loss', '1m30s')
    expect(report(play.events).incident).toMatchObject({ detectMs: 240_000, mitigateMs: 300_000 })
    expect(report(play.events).recoveryPoint).toMatchObject({
      actualMs: 90_000,
      marginMs: -30_000,
      verdict: 'missed',
    })
    // One fact, whichever report has it.
    expect(report(play.events, 'audit').recoveryPoint.verdict).toBe('missed')
    play.must({ type: 'run.finish', reason: 'left open' })
    expect(report(play.events).incident.recovered).toBeUndefined()
  })

  it('who took part, which roles nobody held, and whether the plan was told whom it asks for', () => {
    const play = incident()
      .must({ type: 'role.offer', role: 'scribe', to: 'Grace', brief: 'Write it down.' })
      .must({ type: 'role.accept', role: 'scribe', by: 'Grace' })
    expect(report(play.events)).toMatchObject({
      rolesNotHeld: [],
      participants: [
        { who: 'Ada', roles: ['commander'] },
        { who: 'Grace', roles: ['scribe'] },
      ],
      escalations: [{ to: 'Team lead', due: true }],
    })
    play.must({ type: 'note.add', kind: 'note', text: 'Escalated to Team lead.' })
    expect(report(play.events).escalations[0]?.done?.seq).toBe(4)
  })

  it('how the draft went, by whom', () => {
    const play = incident().must({ type: 'run.abort', reason: 'enough' })
    play.must({ type: 'report.move', report: 'audit', to: 'in-review' })
    play.must({ type: 'report.move', report: 'audit', to: 'draft', reason: 'A word is missing.' })
    expect(report(play.events, 'post-mortem').moves).toEqual([])
    expect(report(play.events, 'audit').moves).toMatchObject([
      { by: 'Ada', from: 'draft', to: 'in-review' },
      { by: 'Ada', to: 'draft', reason: 'A word is missing.' },
    ])
  })

  it('a run is told in a few sentences before anybody has written one', () => {
    const play = incident()
      .must({ type: 'step.begin', step: 'one' })
      .must({ type: 'run.abort', reason: 'wrong\u202E cluster' })
    expect(leadOf(report(play.events), clockIn('UTC')).join(' ')).toBe(
      'Ada ran it live from 2026-01-28 03:00:01 UTC to 2026-01-28 03:00:03 UTC, for 2.0 s, after the outage had been declared at 2026-01-28 02:59:00 UTC. It was aborted with 0 of 1 step done, 1 left open; the reason given: “wrong‹U+202E› cluster”. From the declaration it took 1 min 3 s against a recovery time objective of 15 min: in time, but not completed, 13 min 57 s left. Nothing deviated from the runbook, and every outcome is known.',
    )
  })
})

describe('the chart of a long run', () => {
  const long = (failing: number): Report => {
    const play = new Play().must(
      starting(planWith(...Array.from({ length: 120 }, (_, index) => step(`s${index}`)))),
    )
    for (let index = 0; index < 120; index += 1) {
      play.must({ type: 'step.begin', step: `s${index}` })
      play.must(
        index === failing
          ? { type: 'step.mark', step: `s${index}`, outcome: 'failed', reason: 'no' }
          : { type: 'step.complete', step: `s${index}` },
      )
    }
    return report(play.events)
  }

  it('folds what went as planned, never what did not', () => {
    const rows = ganttRows(long(50))
    expect(rows.map((row) => (row.kind === 'step' ? row.step.number : row.count))).toEqual([
      50, 51, 69,
    ])
    expect(rows[1]).toMatchObject({ kind: 'step', step: { status: 'failed' } })
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

describe('the attachments of a run', () => {
  const events = read('attached.jsonl')

  it('are listed in every format with what is known of them, and what became of them', async () => {
    const { html, markdown, report: made } = await written(events)
    expect(
      made.attachments.map(({ name, gone, redacted }) => [name, gone?.reason, redacted]),
    ).toEqual([
      ['graph.png', 'a customer is seen', false],
      ['db.log', undefined, true],
      ['mail.txt', undefined, false],
    ])
    for (const text of [html, markdown]) {
      expect(text).toContain('PNG picture, 9 bytes')
      expect(text).toContain('f'.repeat(64))
      expect(text).toContain('The graph while it stood still.')
      expect(text).toContain('Ada took it out of the record: a customer is seen')
      expect(text).toContain('Secrets in it were taken out when it came.')
    }
    // Taken out: not even named as one that is left out.
    expect(html).not.toContain('Not in this file')
  })

  it('are in the HTML as pictures where they are handed over, whatever their names say', async () => {
    const hostile = events.map((event) =>
      event.type === 'attachment.added'
        ? {
            ...event,
            data: {
              ...event.data,
              name: '"><script>alert(1)</script>.png',
              mediaType: 'image/png',
              caption: '" onerror="alert(1)',
            },
          }
        : event,
    )
    const picture = { mediaType: 'image/png', width: 9, height: 7, base64: 'iVBORw0KGgo=' }
    const seq = hostile.find(({ type }) => type === 'attachment.added')?.seq ?? 0
    const { html, markdown } = await written(hostile, 'audit', new Map(), new Map([[seq, picture]]))
    expect(html).toContain(
      '<img src="data:image/png;base64,iVBORw0KGgo=" width="9" height="7" alt="&quot; onerror=&quot;alert(1)">',
    )
    expect(html).toContain('Not in this file')
    expect(elements(html.replace('<!doctype html>', ''))).not.toContain('script')
    expect(html).not.toContain('<script>')
    expect(markdown).not.toContain('<script>')
  })
})
