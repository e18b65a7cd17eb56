import { durationText } from './duration.ts'
import type { Report } from './report.ts'
import { plannedText, type ReportInject } from './report-injects.ts'
import { asSentence } from './sentence.ts'
import {
  cell,
  eventLink,
  moment,
  paragraph,
  quoted,
  table,
  whoText,
  type Cell,
} from './tree-parts.ts'
import { element, fragment, type Child, type Tree } from './tree.ts'
import type { ReportClock } from './zone.ts'

/** What whoever led the exercise put to the others, against what was planned. */

/** Nearer to the plan than this is on time: nobody reads a sentence out to the second. */
const ON_TIME_MS = 60_000

function punctuality(planned: number, at: number): string | undefined {
  const late = at - planned
  if (Math.abs(late) < ON_TIME_MS) return undefined
  return `${durationText(Math.abs(late))} ${late > 0 ? 'late' : 'early'}`
}

/** Small words on a line of their own; nothing where there are none. */
function below(words: string | undefined): Child {
  return words !== undefined && [element('br', {}), element('small', {}, words)]
}

/** What is said of an inject that nobody has given. */
function notGiven({ at }: ReportInject, { times, asOf }: Report): Cell {
  if (times.ended === undefined)
    return at > asOf ? cell('', 'not due yet') : cell('warning', 'due, and not given yet')
  return at > asOf
    ? cell('warning', 'not given,', below('the run was over before'))
    : cell('warning', 'not given')
}

function what({ fault, expected, given }: ReportInject): Child {
  return [
    element('b', {}, asSentence(fault)),
    element('br', {}),
    element('span', { class: 'soft' }, 'Expected:'),
    ` ${asSentence(expected)}`,
    given !== undefined && [
      element('br', {}),
      element('span', { class: 'soft' }, 'Given by'),
      ` ${whoText(given.by)} (`,
      eventLink(given.seq),
      ')',
      quoted(given.note),
    ],
  ]
}

/** Each inject with its planned time, what was expected, and when it was given by whom. */
export function injects(report: Report, clock: ReportClock): readonly Tree[] {
  const given = report.injects.filter((inject) => inject.given !== undefined).length
  return fragment(
    paragraph(`${given} of ${report.injects.length} injects given.`),
    table(
      undefined,
      [
        { title: 'No.', look: 'number' },
        { title: 'Planned', look: 'time' },
        { title: 'Given', look: 'time' },
        { title: 'Fault, expected action, note' },
      ],
      report.injects.map((inject) => [
        inject.number,
        [moment(clock, inject.at), below(plannedText(inject))],
        inject.given === undefined
          ? notGiven(inject, report)
          : [moment(clock, inject.given.at), below(punctuality(inject.at, inject.given.at))],
        what(inject),
      ]),
    ),
  )
}
