import { DEVIATIONS } from './outcome-words.ts'
import type { Report } from './report.ts'
import {
  cell,
  eventLink,
  momentOf,
  paragraph,
  quoted,
  stepLink,
  table,
  whoText,
} from './tree-parts.ts'
import { element, fragment, type Child, type Tree } from './tree.ts'
import { outcomeText } from './words.ts'
import type { ReportClock } from './zone.ts'

/** What people chose and allowed, and what did not go as written. */

/** Choices, with what was said against them. */
export function decisions(report: Report, clock: ReportClock): readonly Tree[] {
  if (report.decisions.length === 0) return fragment(paragraph('Nothing was put to a decision.'))
  return fragment(
    report.decisions.map((made) => [
      element('h3', {}, made.question),
      paragraph(
        `${made.by} chose `,
        element('strong', {}, made.chosen),
        made.instead !== undefined && ` instead of ${made.instead}`,
        ` on ${clock.both(made.at)} (`,
        eventLink(made.seq),
        `). Options: ${made.options.join('; ')}.`,
      ),
      made.reason !== undefined && [paragraph('Reason:'), quoted(made.reason)],
      made.objections !== undefined && [paragraph('Objections:'), quoted(made.objections)],
    ]),
  )
}

/** Who agreed to exactly what. */
export function approvals(report: Report, clock: ReportClock): readonly Tree[] {
  if (report.approvals.length === 0) return fragment(paragraph('Nothing needed an approval.'))
  return fragment(
    report.approvals.map(({ seq, at, by, granted, step, target, text, reason }) => [
      paragraph(
        `${by} `,
        element('strong', { class: granted ? 'good' : 'bad' }, granted ? 'approved' : 'refused'),
        ' this for ',
        stepLink(report, step),
        ` on ${target}, ${clock.both(at)} (`,
        eventLink(seq),
        '):',
      ),
      element('pre', {}, text),
      quoted(reason),
    ]),
  )
}

function unknowns(report: Report, clock: ReportClock): Child {
  if (report.unknowns.length === 0) {
    return paragraph(
      report.counts.executions === 0
        ? 'No command was executed.'
        : 'The outcome of every command is known.',
    )
  }
  return table(
    'Outcomes that nobody saw',
    [
      { title: 'When', look: 'time' },
      { title: 'Step' },
      { title: 'Where' },
      { title: 'What is known' },
    ],
    report.unknowns.map(({ seq, at, step, target, host, outcome, settled }) => [
      momentOf(clock, at, seq),
      stepLink(report, step),
      `${target}${host === undefined ? '' : `, ${host}`}`,
      cell(
        'unknown',
        `It ${outcomeText(outcome)}.`,
        settled === undefined
          ? [element('br', {}), element('strong', {}, 'Not settled.')]
          : quoted(`${settled.by} settled it as ${settled.as}: ${settled.reason}`),
      ),
    ]),
  )
}

/** What did not go as written: deviations, unknown outcomes, refusals. */
export function exceptions(report: Report, clock: ReportClock): readonly Tree[] {
  return fragment(
    unknowns(report, clock),
    report.deviations.length === 0
      ? paragraph('No deviation from the runbook was recorded.')
      : table(
          'Deviations',
          [
            { title: 'When', look: 'time' },
            { title: 'What' },
            { title: 'Step' },
            { title: 'By' },
            { title: 'Reason' },
          ],
          report.deviations.map(({ seq, at, by, kind, step, reason }) => [
            momentOf(clock, at, seq),
            cell('warning', DEVIATIONS[kind] ?? kind),
            stepLink(report, step),
            whoText(by),
            cell('words', reason),
          ]),
        ),
  )
}

/** What was noted to do and as evidence. */
export function notes(report: Report, clock: ReportClock): readonly Tree[] {
  const list = (kind: 'todo' | 'evidence', title: string): readonly Tree[] => {
    const some = report.notes.filter((note) => note.kind === kind)
    if (some.length === 0) return []
    return fragment(
      element('h3', {}, title),
      element(
        'ul',
        {},
        some.map(({ text, by, at, seq }) =>
          element(
            'li',
            {},
            element('span', { class: 'words' }, text),
            ' ',
            element('small', {}, `(${by}, ${clock.both(at)}, `, eventLink(seq), ')'),
          ),
        ),
      ),
    )
  }
  const noted = [...list('todo', 'Noted to do'), ...list('evidence', 'Noted as evidence')]
  return noted.length > 0
    ? noted
    : fragment(paragraph('Nothing was noted to do, and nothing as evidence.'))
}
