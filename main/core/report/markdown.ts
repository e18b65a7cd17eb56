import { reportField } from '../run/reports.ts'
import type { ActionVerb } from '../runbook/model.ts'
import { attemptResult, type Excerpts } from './html-commands.ts'
import { leadOf } from './lead.ts'
import { fence, inline, quote, table } from './markdown-text.ts'
import type { Report, ReportAttempt } from './report.ts'
import { cellText, ROW_TITLES } from './row-words.ts'
import { HEAD_FIELDS, sectionBody, sectionsOf, sectionTitle } from './sections.ts'
import { REPORT_STATUS_WORDS, REPORT_WORDS } from './sentence-report.ts'
import type { TimelineEntry } from './timeline.ts'
import { whoText } from './tree-parts.ts'
import { treeMarkdown } from './tree-markdown.ts'
import { outcomeText, VERB_WORDS } from './words.ts'
import type { ReportClock } from './zone.ts'

/** A report as Markdown, for a repository or a wiki. Text of people and machines is escaped: it cannot become markup. */

export interface MarkdownOptions {
  readonly clock: ReportClock
  readonly excerpts: Excerpts
  readonly highlights: readonly TimelineEntry[]
}

function fieldsOf(report: Report, clock: ReportClock, ids: (id: string) => boolean): string {
  const some = report.written.filter(({ id }) => ids(id))
  const filled = some.flatMap((field) => {
    const { id, label, shape, text, rows, by, at } = field
    if (text === '') return []
    const columns = reportField(report.kind, id)?.columns
    const body =
      rows !== undefined && columns !== undefined
        ? table(
            columns.map((column) => ROW_TITLES[column]),
            rows.map((row) => columns.map((column) => inline(cellText(row, column)))),
          )
        : quote(shape === 'moment' ? clock.both(Date.parse(text)) : text)
    const author = by === undefined || at === undefined ? '' : ` (${inline(by)}, ${clock.utc(at)})`
    return [`### ${label}${author}\n\n${body}`]
  })
  const empty = some.flatMap(({ text, label }) => (text === '' ? [label] : []))
  return [
    ...filled,
    ...(empty.length === 0 ? [] : [`_Not written yet: ${empty.join('; ')}._`]),
  ].join('\n\n')
}

function head(report: Report, { clock }: MarkdownOptions): string {
  return `# ${inline(report.title)}

${REPORT_WORDS[report.kind]}, ${REPORT_STATUS_WORDS[report.draft].toLowerCase()}.

${leadOf(report, clock).map(inline).join(' ')}
`
}

function summary(report: Report, { clock, highlights }: MarkdownOptions): string {
  const stood = highlights.map(
    ({ at, text, quote: words, seq }) =>
      `- ${clock.utc(at)} ${inline(text)}${words === undefined ? '' : ` “${inline(words)}”`} (event ${seq})`,
  )
  return [
    fieldsOf(report, clock, (id) => HEAD_FIELDS.has(id)),
    `### ${report.pins.length > 0 ? 'What mattered, as chosen' : 'What stood out'}`,
    stood.length === 0 ? 'Nothing.' : stood.join('\n'),
    treeMarkdown(sectionBody(report, 'summary', clock)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function attemptText(verb: ActionVerb, attempt: ReportAttempt, options: MarkdownOptions): string {
  const { clock, excerpts } = options
  const { number, by, target, text, resolution, stdout, stderr } = attempt
  const outputs = [
    ['Output', stdout] as const,
    ['Error output', stderr] as const,
    ...attempt.hosts.map(({ host, stdout: its }) => [`Output of ${host}`, its] as const),
  ].flatMap(([name, blob]) => {
    const excerpt = blob === undefined ? undefined : excerpts.get(blob.sha256)
    if (excerpt === undefined || excerpt.bytes === 0) return []
    if (excerpt.kind !== undefined) return [`${inline(name)}: ${excerpt.kind}, not shown.`]
    return [
      excerpt.redacted
        ? `${inline(name)}: redacted.`
        : `${inline(name)}:\n\n${fence(excerpt.text)}`,
    ]
  })
  const hosts = attempt.hosts.map(
    ({ host, status, outcome: end }) =>
      `- ${inline(host)}: ${status}${end === undefined ? '' : `, ${inline(outcomeText(end))}`}`,
  )
  return [
    `Attempt ${number}, by ${inline(whoText(by))} on ${inline(target)}, ${clock.utc(attempt.startedAt)}${attempt.edited ? ', edited' : ''}. ${inline(attemptResult(verb, attempt))}.`,
    fence(text),
    ...(hosts.length > 0 ? [hosts.join('\n')] : []),
    ...(resolution === undefined
      ? []
      : [
          `${inline(resolution.by)} settled it as ${resolution.as}:\n\n${quote(resolution.reason)}`,
        ]),
    ...outputs,
  ].join('\n\n')
}

function* stepsInFull(report: Report, options: MarkdownOptions): Generator<string> {
  for (const step of report.steps) {
    const items = step.items.map(
      ({ text, confirmed }) =>
        `- [${confirmed === undefined ? ' ' : 'x'}] ${inline(text)}${confirmed === undefined ? '' : ` (${inline(confirmed.by)}, ${options.clock.utc(confirmed.at)})`}`,
    )
    const blocks = step.blocks.flatMap(({ verb, attempts }) =>
      attempts.map((attempt) => `**${VERB_WORDS[verb]}**. ${attemptText(verb, attempt, options)}`),
    )
    if (items.length + blocks.length === 0) continue
    yield `\n### ${step.number}. ${inline(step.title)}\n\n${[items.join('\n'), ...blocks].filter((part) => part !== '').join('\n\n')}\n`
  }
}

/** The whole file, in pieces. */
export async function* markdownReport(
  report: Report,
  timeline: AsyncIterable<TimelineEntry> | Iterable<TimelineEntry>,
  options: MarkdownOptions,
): AsyncGenerator<string> {
  const { clock } = options
  yield head(report, options)
  for (const id of sectionsOf(report)) {
    yield `\n## ${sectionTitle(report, id)}\n\n`
    if (id === 'commands') yield* stepsInFull(report, options)
    else if (id === 'summary') yield `${summary(report, options)}\n`
    else if (id === 'written')
      yield `${fieldsOf(report, clock, (field) => !HEAD_FIELDS.has(field))}\n`
    else yield `${treeMarkdown(sectionBody(report, id, clock))}\n`
  }
  yield '\n## Timeline\n\n'
  for await (const { at, text, quote: words, seq } of timeline) {
    yield `- ${clock.utc(at)} ${inline(text)} (${seq})\n${words === undefined ? '' : `${quote(words).replaceAll(/^/gmu, '  ')}\n`}`
  }
}
