import { CONTROLS } from './controls.ts'
import type { Report } from './report.ts'
import { REPORT_STATUS_WORDS } from './sentence-report.ts'
import { eventLink, momentOf, moment, paragraph, quoted, table } from './tree-parts.ts'
import { element, fragment, type Child, type Tree } from './tree.ts'
import type { ReportClock } from './zone.ts'

/** What stands behind a report: the record it is computed from, who vouches for it, and how the draft went. */

const WITNESS_TEXT: Readonly<Record<Report['witnesses'][number]['kind'], string>> = {
  words: 'has its eight words',
  muster: 'signed it with another Muster',
  ssh: 'signed it with an SSH key',
  timestamp: 'stamped its time',
}

function checked({ verification: found }: Report): Child {
  if (found === undefined) {
    return element(
      'p',
      { class: 'warning' },
      'The record was not verified when this report was made.',
    )
  }
  if (!found.ok) {
    return [
      element('p', { class: 'bad' }, 'The verification found problems:'),
      element(
        'ul',
        {},
        found.problems.map((problem) => element('li', {}, problem)),
      ),
    ]
  }
  const { signed } = found
  return [
    element(
      'p',
      { class: 'good' },
      `Verified when this report was made: ${found.events} events and ${found.outputs} outputs are as they were recorded.`,
    ),
    signed !== undefined &&
      paragraph(
        signed.checkpoints === 0
          ? 'It has no signed checkpoint.'
          : `${signed.checkpoints} signed ${signed.checkpoints === 1 ? 'checkpoint holds' : 'checkpoints hold'}, up to event ${signed.upTo}.`,
      ),
  ]
}

function vouched(report: Report, clock: ReportClock): Child {
  if (report.witnesses.length === 0)
    return paragraph('Nobody outside of this laptop vouches for it, as far as the record says.')
  return table(
    'Who else vouches for it, as the record says',
    [{ title: 'When', look: 'time' }, { title: 'Who' }, { title: 'What' }],
    report.witnesses.map(({ seq, size, kind, by, how, at }) => [
      momentOf(clock, at, seq),
      by,
      `${WITNESS_TEXT[kind]}, up to event ${size}${how === undefined ? '' : ` (${how})`}`,
    ]),
  )
}

function takenOut({ redactions }: Report, clock: ReportClock): Child {
  if (redactions.length === 0) return undefined
  return table(
    'Outputs that were taken out',
    [{ title: 'When', look: 'time' }, { title: 'Of' }, { title: 'By' }, { title: 'Why' }],
    redactions.map(({ event, kind, reason, by, at }) => [
      moment(clock, at),
      eventLink(event),
      by,
      [`${kind}:`, quoted(reason)],
    ]),
  )
}

/** Whether the record holds, and who says so. */
export function verification(report: Report, clock: ReportClock): readonly Tree[] {
  return fragment(
    paragraph(`The record has ${report.counts.events} events. Its last hash is`),
    element('pre', {}, report.head),
    checked(report),
    vouched(report, clock),
    takenOut(report, clock),
    element(
      'p',
      { class: 'soft' },
      'A hash chain shows that nothing was changed since somebody else saw this hash. It does not show that what was recorded was true, and whoever holds the laptop can write the whole record anew as long as nobody holds an earlier hash.',
    ),
  )
}

/** Who moved the draft where, and why; undefined where nobody has. */
export function moves(report: Report, clock: ReportClock): Tree | undefined {
  if (report.moves.length === 0) return undefined
  return table(
    'How this report went',
    [{ title: 'When', look: 'time' }, { title: 'By' }, { title: 'To' }],
    report.moves.map(({ seq, at, by, to, reason }) => [
      momentOf(clock, at, seq),
      by,
      [REPORT_STATUS_WORDS[to], quoted(reason)],
    ]),
  )
}

/** What the run is evidence for. */
export function controls(report: Report): readonly Tree[] {
  return fragment(
    table(
      undefined,
      [
        { title: 'Framework' },
        { title: 'Control' },
        { title: 'Asks for' },
        { title: 'This run shows' },
      ],
      CONTROLS.map(({ framework, control, asks, shows }) => [
        framework,
        control,
        asks,
        shows(report),
      ]),
    ),
  )
}
