import { durationText } from './duration.ts'
import type { ActionVerb } from '../runbook/model.ts'
import { attemptResult, type Excerpts } from './html-commands.ts'
import { STATUS_TEXT, stepWording, verdictText } from './outcome-words.ts'
import { fence, inline, quote, table } from './markdown-text.ts'
import type { Report, ReportAttempt } from './report.ts'
import { REPORT_STATUS_WORDS, REPORT_WORDS } from './sentence-report.ts'
import type { TimelineEntry } from './timeline.ts'
import { outcomeText, VERB_WORDS } from './words.ts'
import type { ReportClock } from './zone.ts'

/** A report as Markdown, for a repository or a wiki. Text of people and machines is escaped: it cannot become markup. */

export interface MarkdownOptions {
  readonly clock: ReportClock
  readonly excerpts: Excerpts
  readonly highlights: readonly TimelineEntry[]
}

function head(report: Report, { clock, highlights }: MarkdownOptions): string {
  const { recovery, times } = report
  const facts: (readonly [string, string])[] = [
    ['Run', inline(report.run)],
    ['Outcome', STATUS_TEXT[report.status][0]],
    ['Mode', report.mode],
    [
      'Environment',
      inline(`${report.environment ?? 'none'}${report.production ? ' (production)' : ''}`),
    ],
    ['Commander at the end', inline(report.commander)],
    ...(times.declared === undefined
      ? []
      : [['Outage declared', clock.both(times.declared)] as const]),
    ['Started', clock.both(times.started)],
    ['Ended', times.ended === undefined ? 'not ended' : clock.both(times.ended)],
    [
      'Recovery time',
      `${durationText(recovery.actualMs)}${recovery.targetMs === undefined ? '' : `, objective ${durationText(recovery.targetMs)}: ${verdictText(report)}`}`,
    ],
    ['Deviations', String(report.deviations.length)],
    ['Outcomes nobody saw', String(report.unknowns.length)],
    ['Runbook', `${inline(report.runbook.path)}, SHA-256 ${report.runbook.sha256}`],
    ['Last hash of the record', report.head],
    [
      'Verification',
      report.verification === undefined
        ? 'not made'
        : report.verification.ok
          ? `${report.verification.events} events and ${report.verification.outputs} outputs are as they were recorded`
          : inline(report.verification.problems.join('; ')),
    ],
  ]
  const written = report.written.map(
    ({ label, help, text }) =>
      `### ${label}\n\n${text === '' ? `_Not written yet. ${help}_` : quote(text)}`,
  )
  const stood = highlights.map(
    ({ at, text, seq }) => `- ${clock.utc(at)} ${inline(text)} (event ${seq})`,
  )
  return `# ${inline(report.title)}

${REPORT_WORDS[report.kind]}, ${REPORT_STATUS_WORDS[report.draft].toLowerCase()}.

${table(['Fact', 'Value'], facts)}

## ${report.pins.length > 0 ? 'What mattered, as chosen' : 'What stood out'}

${stood.length === 0 ? 'Nothing.' : stood.join('\n')}

## Written by people

${written.join('\n\n')}

## Steps

${table(
  ['#', 'Step', 'Outcome', 'Begun', 'Took', 'Budget'],
  report.steps.map((step) => [
    String(step.number),
    inline(step.title),
    `${stepWording(report, step).word}${step.reason === undefined ? '' : `: ${inline(step.reason)}`}`,
    step.begunAt === undefined ? '' : clock.utc(step.begunAt),
    step.durationMs === undefined ? '' : durationText(step.durationMs),
    step.budgetMs === undefined ? '' : durationText(step.budgetMs),
  ]),
)}
`
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
    `Attempt ${number}, by ${inline(by)} on ${inline(target)}, ${clock.utc(attempt.startedAt)}${attempt.edited ? ', edited' : ''}. ${inline(attemptResult(verb, attempt))}.`,
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

function exceptions(report: Report, { clock }: MarkdownOptions): string {
  const rows = report.deviations.map(({ seq, at, by, kind, reason }) => [
    `${clock.utc(at)} (event ${seq})`,
    kind,
    inline(by),
    inline(reason),
  ])
  const unknowns = report.unknowns.map(
    ({ seq, target, host, outcome, settled }) =>
      `- Event ${seq}, ${inline(target)}${host === undefined ? '' : ` (${inline(host)})`}: ${inline(outcomeText(outcome))}.${settled === undefined ? ' Not settled.' : ` ${inline(settled.by)} settled it as ${settled.as}: ${inline(settled.reason)}`}`,
  )
  const chosen = report.decisions.map(
    ({ seq, by, question, chosen: option, reason, objections }) =>
      `- ${inline(question)} ${inline(by)} chose **${inline(option)}** (event ${seq}).${reason === undefined ? '' : ` ${inline(reason)}`}${objections === undefined ? '' : ` Objections: ${inline(objections)}`}`,
  )
  const agreed = report.approvals.map(
    ({ seq, by, granted, target, text }) =>
      `- ${inline(by)} ${granted ? 'approved' : 'refused'} on ${inline(target)} (event ${seq}):\n\n${fence(text)}`,
  )
  return `
## Deviations

${rows.length === 0 ? 'None.' : table(['When', 'What', 'By', 'Reason'], rows)}

## Outcomes nobody saw

${unknowns.length === 0 ? 'None.' : unknowns.join('\n')}

## Decisions

${chosen.length === 0 ? 'None.' : chosen.join('\n')}

## Approvals

${agreed.length === 0 ? 'None.' : agreed.join('\n\n')}
`
}

/** The whole file, in pieces. */
export async function* markdownReport(
  report: Report,
  timeline: AsyncIterable<TimelineEntry> | Iterable<TimelineEntry>,
  options: MarkdownOptions,
): AsyncGenerator<string> {
  yield head(report, options)
  yield exceptions(report, options)
  yield '\n## Every step in full\n'
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
  yield '\n## Timeline\n\n'
  for await (const { at, text, quote: words, seq } of timeline) {
    yield `- ${options.clock.utc(at)} ${inline(text)} (${seq})\n${words === undefined ? '' : `${quote(words).replaceAll(/^/gmu, '  ')}\n`}`
  }
}
