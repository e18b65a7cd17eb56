import { CONTROLS } from './controls.ts'
import { ganttOf } from './gantt.ts'
import { stepDetail, type Excerpts } from './html-commands.ts'
import {
  approvals,
  decisions,
  eventLink,
  exceptions,
  glance,
  particulars,
  people,
  stepTable,
  type Section,
} from './html-sections.ts'
import { REPORT_STYLE } from './html-style.ts'
import { markup, Markup } from './markup.ts'
import { recoveryChart } from './recovery-chart.ts'
import type { Report, WrittenField } from './report.ts'
import { REPORT_STATUS_WORDS, REPORT_WORDS } from './sentence-report.ts'
import type { TimelineEntry } from './timeline.ts'
import type { ReportClock } from './zone.ts'

/**
 * A report as one HTML file: everything in it, no script, nothing fetched. It comes in pieces, so that a long run needs
 * no more memory than a short one.
 */

export interface HtmlOptions {
  readonly clock: ReportClock
  readonly excerpts: Excerpts
  /** What the summary shows: pinned events, else those that stand out. */
  readonly highlights: readonly TimelineEntry[]
}

/** Fields that belong to the head of a report. */
const HEAD_FIELDS: ReadonlySet<string> = new Set(['owner', 'approver', 'summary', 'purpose'])

function field({ label, help, text }: WrittenField): Markup {
  return markup`<h3>${label}</h3>${text === '' ? markup`<p class="missing">Not written yet. ${help}</p>` : markup`<p class="words">${text}</p>`}`
}

function fields(report: Report, ids: (id: string) => boolean): Markup {
  return markup`${report.written.filter(({ id }) => ids(id)).map(field)}`
}

function notes(report: Report, clock: ReportClock): Markup {
  const list = (kind: 'todo' | 'evidence', title: string): Markup | undefined => {
    const some = report.notes.filter((note) => note.kind === kind)
    return some.length === 0
      ? undefined
      : markup`<h3>${title}</h3><ul>${some.map(({ text, by, at, seq }) => markup`<li><span class="words">${text}</span> <small>(${by}, ${clock.both(at)}, ${eventLink(seq)})</small></li>`)}</ul>`
  }
  const todo = list('todo', 'Noted to do')
  const evidence = list('evidence', 'Noted as evidence')
  return markup`${todo}${evidence}${todo === undefined && evidence === undefined ? markup`<p>Nothing was noted to do, and nothing as evidence.</p>` : undefined}`
}

function verification(report: Report): Markup {
  const { verification: found } = report
  return markup`<p>The record has ${report.counts.events} events. Its last hash is</p><pre>${report.head}</pre>
${
  found === undefined
    ? markup`<p class="warning">The record was not verified when this report was made.</p>`
    : found.ok
      ? markup`<p class="good">Verified when this report was made: ${found.events} events and ${found.outputs} outputs are as they were recorded.</p>`
      : markup`<p class="bad">The verification found problems:</p><ul>${found.problems.map((problem) => markup`<li>${problem}</li>`)}</ul>`
}
<p class="soft">A hash chain shows that nothing was changed since somebody else saw this hash. It does not show that what was recorded was true, and whoever holds the laptop can write the whole record anew as long as nobody holds an earlier hash.</p>`
}

function sectionsOf(
  report: Report,
  { clock, excerpts, highlights }: HtmlOptions,
): readonly Section[] {
  const chart = ganttOf(report, clock)
  const trend = recoveryChart(report)
  const sections: Section[] = [
    {
      id: 'summary',
      title: 'Summary',
      body: markup`${fields(report, (id) => HEAD_FIELDS.has(id))}
<h3>${report.pins.length > 0 ? 'What mattered, as chosen' : 'What stood out'}</h3>
${highlights.length === 0 ? markup`<p>Nothing.</p>` : markup`<table class="timeline"><tbody>${highlights.map((entry) => timelineRow(entry, clock, false))}</tbody></table>`}`,
    },
    { id: 'particulars', title: 'Particulars', body: particulars(report, clock) },
    {
      id: 'steps',
      title: 'Steps',
      body: markup`${chart}${stepTable(report, clock)}${trend === undefined ? undefined : markup`<h3>Recovery time over the runs of this runbook</h3>${trend}`}`,
    },
    { id: 'people', title: 'Roles, severity, pauses', body: people(report, clock) },
    { id: 'decisions', title: 'Decisions', body: decisions(report, clock) },
    { id: 'approvals', title: 'Approvals', body: approvals(report, clock) },
    { id: 'exceptions', title: 'Deviations and unknown outcomes', body: exceptions(report, clock) },
    {
      id: 'written',
      title: report.kind === 'audit' ? 'For the auditor' : 'What was learned',
      body: fields(report, (id) => !HEAD_FIELDS.has(id)),
    },
    { id: 'notes', title: 'To do and evidence', body: notes(report, clock) },
  ]
  if (report.kind !== 'post-mortem') {
    sections.push({
      id: 'controls',
      title: 'Controls this run is evidence for',
      body: markup`<table><thead><tr><th>Framework</th><th>Control</th><th>Asks for</th><th>This run shows</th></tr></thead><tbody>
${CONTROLS.map(({ framework, control, asks, shows }) => markup`<tr><td>${framework}</td><td>${control}</td><td>${asks}</td><td>${shows(report)}</td></tr>`)}
</tbody></table>`,
    })
  }
  sections.push(
    {
      id: 'commands',
      title: 'Every step in full',
      body: markup`${report.steps.map((step) => stepDetail(step, excerpts, clock))}`,
    },
    { id: 'verification', title: 'Verification', body: verification(report) },
  )
  return sections
}

function timelineRow(entry: TimelineEntry, clock: ReportClock, anchored: boolean): Markup {
  const local = clock.localTime?.(entry.at)
  return markup`<tr${anchored ? markup` id="e${entry.seq}"` : undefined}${entry.strong === true && anchored ? markup` class="strong"` : undefined}><td class="time">${clock.utc(entry.at)}${local === undefined ? undefined : markup`<br><small>${local}</small>`}</td><td class="${entry.tone}">${entry.text}${entry.quote === undefined ? undefined : markup`<div class="quote">${entry.quote}</div>`}</td><td class="number"><a href="#e${entry.seq}">${entry.seq}</a></td></tr>
`
}

/** The whole file, in pieces. `timeline`: every event of the run, in order. */
export async function* htmlReport(
  report: Report,
  timeline: AsyncIterable<TimelineEntry> | Iterable<TimelineEntry>,
  options: HtmlOptions,
): AsyncGenerator<string> {
  const { clock } = options
  const name = REPORT_WORDS[report.kind]
  const sections = sectionsOf(report, options)
  yield markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${name}: ${report.title}</title>
<style>${new Markup(REPORT_STYLE)}</style>
</head>
<body>
<header>
<h1>${report.title}</h1>
<p class="kind">${name} · ${report.run} · ${REPORT_STATUS_WORDS[report.draft]}${report.mode === 'live' ? '' : ` · ${report.mode}`}</p>
${report.draft === 'closed' ? undefined : markup`<p class="draft">This report is a ${report.draft === 'draft' ? 'draft' : `report that is ${REPORT_STATUS_WORDS[report.draft].toLowerCase()}`}. Everything but the fields that people write was computed from the record.</p>`}
${glance(report)}
<nav aria-label="Contents"><ol>${[...sections, { id: 'timeline', title: 'Timeline' }].map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
</header>
<main>
`.text
  for (const { id, title, body } of sections)
    yield markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}
</section>
`.text
  yield markup`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<p class="soft">Every event of the run. Times in UTC${clock.localTime === undefined ? '' : `, below them ${clock.zone}`}.</p>
<table class="timeline"><thead><tr><th>Time</th><th>What happened</th><th class="number">Event</th></tr></thead><tbody>
`.text
  for await (const entry of timeline) yield timelineRow(entry, clock, true).text
  yield `</tbody></table>
</section>
</main>
</body>
</html>
`
}
