import type { ReportRow, RowColumn } from '../run/report-rows.ts'
import { reportField } from '../run/reports.ts'
import { stepDetail, type Excerpts } from './html-commands.ts'
import { pictures, type ReportPictures } from './html-pictures.ts'
import { PAGE_NUMBERS, REPORT_STYLE } from './html-style.ts'
import { leadOf } from './lead.ts'
import { markup, Markup } from './markup.ts'
import type { Report, WrittenField } from './report.ts'
import { cellText, ROW_TITLES } from './row-words.ts'
import { glance } from './sections-head.ts'
import { HEAD_FIELDS, sectionBody, sectionsOf, sectionTitle, type SectionId } from './sections.ts'
import { REPORT_STATUS_WORDS, REPORT_WORDS } from './sentence-report.ts'
import type { TimelineEntry } from './timeline.ts'
import { table } from './tree-parts.ts'
import { treeMarkup } from './tree.ts'
import type { ReportClock } from './zone.ts'

/**
 * A report as one HTML file: everything in it, no script, nothing fetched. It comes in pieces, so that a long run needs
 * no more memory than a short one.
 */

export interface HtmlOptions {
  readonly clock: ReportClock
  readonly excerpts: Excerpts
  readonly pictures: ReportPictures
  /** What the summary shows: pinned events, else those that stand out. */
  readonly highlights: readonly TimelineEntry[]
}

/** Who wrote a field, and when. */
function author({ by, at }: WrittenField, clock: ReportClock): Markup | undefined {
  return by === undefined || at === undefined
    ? undefined
    : markup` <small>(${by}, ${clock.both(at)})</small>`
}

function rowsTable(rows: readonly ReportRow[], columns: readonly RowColumn[]): Markup {
  return treeMarkup(
    table(
      undefined,
      columns.map((column) => ({ title: ROW_TITLES[column] })),
      rows.map((row) => columns.map((column) => cellText(row, column))),
    ),
  )
}

function field(report: Report, written: WrittenField, clock: ReportClock): Markup {
  const { id, label, shape, text, rows } = written
  const columns = reportField(report.kind, id)?.columns
  const name = markup`<h3 id="f-${id}">${label}${author(written, clock)}</h3>`
  if (rows !== undefined && columns !== undefined) return markup`${name}${rowsTable(rows, columns)}`
  const said = shape === 'moment' ? clock.both(Date.parse(text)) : text
  return markup`${name}<p class="words">${said}</p>`
}

function fields(report: Report, clock: ReportClock, ids: (id: string) => boolean): Markup {
  const some = report.written.filter(({ id }) => ids(id))
  const empty = some.flatMap(({ text, label }) => (text === '' ? [label] : []))
  return markup`${some.filter(({ text }) => text !== '').map((one) => field(report, one, clock))}${
    empty.length === 0
      ? undefined
      : markup`<p class="missing">Not written yet: ${empty.join('; ')}.</p>`
  }`
}

function highlighted(report: Report, { clock, highlights }: HtmlOptions): Markup {
  return markup`<h3>${report.pins.length > 0 ? 'What mattered, as chosen' : 'What stood out'}</h3>
${highlights.length === 0 ? markup`<p>Nothing.</p>` : markup`<table class="timeline"><tbody>${highlights.map((entry) => timelineRow(entry, clock, { linked: true }))}</tbody></table>`}`
}

function body(report: Report, id: SectionId, options: HtmlOptions): Markup {
  const { clock, excerpts } = options
  const computed = treeMarkup(sectionBody(report, id, clock))
  switch (id) {
    case 'summary':
      return markup`${fields(report, clock, (one) => HEAD_FIELDS.has(one))}${computed}${highlighted(report, options)}`
    case 'written':
      return fields(report, clock, (one) => !HEAD_FIELDS.has(one))
    case 'attachments':
      return markup`${computed}${pictures(report, options.pictures)}`
    case 'commands':
      return markup`${report.steps.map((step) => stepDetail(step, excerpts, clock))}`
    default:
      return computed
  }
}

interface RowManner {
  /** Whether it is the place of its event, which links lead to. */
  readonly anchored?: boolean
  /** Whether its number is a link to that place. */
  readonly linked: boolean
}

/** One line of the timeline. */
export function timelineRow(
  { seq, at, tone, text, quote, strong }: TimelineEntry,
  clock: ReportClock,
  { anchored = false, linked }: RowManner,
): Markup {
  const local = clock.localTime?.(at)
  return markup`<tr${anchored ? markup` id="e${seq}"` : undefined}${strong === true && anchored ? markup` class="strong"` : undefined}><td class="time">${clock.utc(at)}${local === undefined ? undefined : markup`<br><small>${local}</small>`}</td><td class="${tone}">${text}${quote === undefined ? undefined : markup`<div class="quote">${quote}</div>`}</td><td class="number">${linked ? markup`<a href="#e${seq}">${seq}</a>` : seq}</td></tr>
`
}

export const TIMELINE_BEGIN = `<table class="timeline"><thead><tr><th>Time</th><th>What happened</th><th class="number">Event</th></tr></thead><tbody>
`
export const TIMELINE_END = `</tbody></table>
</section>
</main>
</body>
</html>
`

/** From the first line to where the body's content begins. */
export function htmlBegin(report: Report, style: string): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${REPORT_WORDS[report.kind]}: ${report.title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
`.text
}

/** Everything from the title to the heading of the timeline, behind `htmlBegin`. */
export function* htmlUntilTimeline(report: Report, options: HtmlOptions): Generator<string> {
  const { clock } = options
  const sections = sectionsOf(report)
  const titles = [
    ...sections.map((id) => [id, sectionTitle(report, id)] as const),
    ['timeline', 'Timeline'] as const,
  ]
  yield markup`<header>
<h1>${report.title}</h1>
<p class="kind">${REPORT_WORDS[report.kind]} · ${report.run} · ${REPORT_STATUS_WORDS[report.draft]}${report.mode === 'live' ? '' : ` · ${report.mode}`}</p>
${report.draft === 'closed' ? undefined : markup`<p class="draft">This report is a ${report.draft === 'draft' ? 'draft' : `report that is ${REPORT_STATUS_WORDS[report.draft].toLowerCase()}`}. Everything but the fields that people write was computed from the record.</p>`}
${treeMarkup(glance(report))}
<p class="lead">${leadOf(report, clock).join(' ')}</p>
<nav aria-label="Contents"><ol>${titles.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
</header>
<main>
`.text
  for (const id of sections)
    yield markup`<section aria-labelledby="${id}"><h2 id="${id}">${sectionTitle(report, id)}</h2>
${body(report, id, options)}
</section>
`.text
  yield markup`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<p class="soft">Every event of the run. Times in UTC${clock.localTime === undefined ? '' : `, below them ${clock.zone}`}.</p>
`.text
}

/** The whole file, in pieces. `timeline`: every event of the run, in order. */
export async function* htmlReport(
  report: Report,
  timeline: AsyncIterable<TimelineEntry> | Iterable<TimelineEntry>,
  options: HtmlOptions,
): AsyncGenerator<string> {
  yield htmlBegin(report, REPORT_STYLE + PAGE_NUMBERS)
  yield* htmlUntilTimeline(report, options)
  yield TIMELINE_BEGIN
  for await (const entry of timeline)
    yield timelineRow(entry, options.clock, { anchored: true, linked: true }).text
  yield TIMELINE_END
}
