import { durationText } from './duration.ts'
import type { Report } from './report.ts'
import { eventLink, moment, momentOf, paragraph, quoted, table } from './tree-parts.ts'
import { fragment, type Child, type Tree } from './tree.ts'
import type { ReportClock } from './zone.ts'

/** Who was what when, how severe it was, what was told to whom, and when nobody was at the wheel. */

function roles(report: Report, clock: ReportClock): Child {
  return [
    table(
      'Roles',
      [
        { title: 'Role' },
        { title: 'Who' },
        { title: 'From', look: 'time' },
        { title: 'To', look: 'time' },
      ],
      report.roles.map(({ role, who, from, to, seq, brief }) => [
        role,
        [who, quoted(brief)],
        momentOf(clock, from, seq),
        to === undefined ? 'the end' : moment(clock, to),
      ]),
    ),
    report.rolesNotHeld.length > 0 &&
      paragraph(`Nobody took the role of ${report.rolesNotHeld.join(', ')}.`),
    table(
      'Who took part, as the record names them',
      [
        { title: 'Who' },
        { title: 'Roles' },
        { title: 'First', look: 'time' },
        { title: 'Last', look: 'time' },
        { title: 'Events', look: 'number' },
      ],
      report.participants.map(({ who, roles: held, from, to, acts }) => [
        who,
        held.join(', '),
        moment(clock, from),
        moment(clock, to),
        acts,
      ]),
    ),
  ]
}

function severities({ severities: changes, severityTimes }: Report, clock: ReportClock): Child {
  if (changes.length === 0) return paragraph('No severity was set.')
  return [
    table(
      'Severity',
      [
        { title: 'Severity' },
        { title: 'From', look: 'time' },
        { title: 'Time in it', look: 'number' },
      ],
      changes.map(({ severity, from, ms }) => [severity, moment(clock, from), durationText(ms)]),
    ),
    changes.length > severityTimes.length &&
      paragraph(
        `In all: ${severityTimes.map(({ severity, ms }) => `${durationText(ms)} in ${severity}`).join(', ')}.`,
      ),
  ]
}

function pauses({ pauses: paused, gaps }: Report, clock: ReportClock): Child {
  if (paused.length + gaps.length === 0) return undefined
  return table(
    'Pauses, and times when Muster was not running; they are part of the recovery time',
    [{ title: 'What' }, { title: 'From', look: 'time' }, { title: 'To', look: 'time' }],
    [
      ...paused.map(({ from, to, ms, reason }): readonly Child[] => [
        [`Paused for ${durationText(ms)}`, quoted(reason)],
        moment(clock, from),
        to === undefined ? 'the end' : moment(clock, to),
      ]),
      ...gaps.map(({ from, to, after, seq }): readonly Child[] => [
        [
          after === 'crash' ? 'Muster ended without closing the run (' : 'Muster was closed (',
          eventLink(seq),
          ')',
        ],
        moment(clock, from),
        to === undefined ? 'not resumed' : moment(clock, to),
      ]),
    ],
  )
}

function updates({ updates: plan }: Report): Child {
  if (plan === undefined) return undefined
  const { to, everyMs, due, sent, longestMs } = plan
  return paragraph(
    `Updates to ${to} were due every ${durationText(everyMs)}: ${due} due, ${sent.length} noted`,
    sent.length > 0 && [
      ' (',
      sent.map(({ seq }, index) => [index > 0 && ', ', eventLink(seq)]),
      ')',
    ],
    `. The longest time without one was ${durationText(longestMs)}.`,
  )
}

function escalations({ escalations: calls }: Report, clock: ReportClock): Child {
  if (calls.length === 0) return undefined
  return table(
    'Escalations that the plan asks for',
    [{ title: 'To' }, { title: 'Due', look: 'time' }, { title: 'Noted', look: 'time' }],
    calls.map(({ to, at, done, due }) => [
      to,
      moment(clock, at),
      done === undefined
        ? due
          ? 'not noted'
          : 'not due: the run was over before'
        : [
            momentOf(clock, done.at, done.seq),
            done.at > at && `, ${durationText(done.at - at)} late`,
          ],
    ]),
  )
}

export function people(report: Report, clock: ReportClock): readonly Tree[] {
  return fragment(
    roles(report, clock),
    severities(report, clock),
    pauses(report, clock),
    updates(report),
    escalations(report, clock),
  )
}
