import { durationText } from './duration.ts'
import {
  pointVerdictText,
  POINT_VERDICTS,
  statusText,
  stepsDoneText,
  VERDICTS,
  verdictText,
} from './outcome-words.ts'
import type { Report } from './report.ts'
import type { IncidentMoment } from './report-people.ts'
import { facts, table } from './tree-parts.ts'
import { element, fragment, type Child, type Tree } from './tree.ts'
import { MODE_WORDS } from './words.ts'
import type { ReportClock } from './zone.ts'

/** The beginning of a report: its verdicts, and where, when and with what it was. */

function card(name: string, look: string, value: Child, small?: Child): Tree {
  return element(
    'li',
    {},
    element('span', { class: 'soft' }, name),
    element('b', look === '' ? {} : { class: look }, value),
    small !== undefined && small !== '' && element('small', {}, small),
  )
}

/** What a hurried reader needs. */
export function glance(report: Report): Tree {
  const [status, tone] = statusText(report)
  const { recovery, recoveryPoint, deviations, unknowns } = report
  const open = unknowns.filter(({ settled }) => settled === undefined).length
  const since = recovery.basis === 'declared' ? 'declaration' : 'start'
  const until = report.times.ended === undefined ? 'now' : 'end'
  return element(
    'ul',
    { class: 'glance' },
    card('Outcome', tone, status, stepsDoneText(report)),
    card(
      `Time from ${since} to ${until}`,
      '',
      durationText(recovery.actualMs),
      recovery.pausedMs > 0 && `of it paused: ${durationText(recovery.pausedMs)}`,
    ),
    card(
      'Recovery time objective',
      VERDICTS[recovery.verdict][1],
      recovery.targetMs === undefined ? 'none set' : durationText(recovery.targetMs),
      recovery.targetMs !== undefined && verdictText(report),
    ),
    card(
      'Recovery point objective',
      recoveryPoint.targetMs === undefined ? '' : POINT_VERDICTS[recoveryPoint.verdict][1],
      recoveryPoint.targetMs === undefined ? 'none set' : durationText(recoveryPoint.targetMs),
      pointText(report),
    ),
    card('Deviations', deviations.length > 0 ? 'warning' : '', deviations.length),
    card(
      'Outcomes nobody saw',
      unknowns.length > 0 ? 'unknown' : '',
      unknowns.length,
      unknowns.length > 0 && (open === 0 ? 'all settled by a person' : `${open} not settled`),
    ),
  )
}

function pointText(report: Report): string {
  const { actualMs, targetMs, written } = report.recoveryPoint
  if (targetMs === undefined) return actualMs === undefined ? '' : `lost: ${durationText(actualMs)}`
  const text = pointVerdictText(report)
  return actualMs === undefined && written !== undefined ? `${text}; see Recovery point` : text
}

const SOURCES: Readonly<Record<IncidentMoment['source'], string>> = {
  written: '',
  declared: ', at the latest: the outage was declared then',
  ended: ', the end of the run',
}

/** When it began, was known, was over, as far as anybody or the record says. */
export function incidentTable(report: Report, clock: ReportClock): Tree | undefined {
  const { began, detected, mitigated, recovered, ...took } = report.incident
  const since = began === undefined ? 'since it was known' : 'since it began'
  const row = (
    name: string,
    moment: IncidentMoment | undefined,
    ms: number | undefined,
    counted: string,
  ): readonly (readonly Child[])[] =>
    moment === undefined
      ? []
      : [
          [
            name,
            [clock.both(moment.at), SOURCES[moment.source]],
            ms !== undefined && [durationText(ms), ' ', element('small', {}, counted)],
          ],
        ]
  if (report.kind !== 'post-mortem') return undefined
  const rows = [
    ...row('Impact began', began, undefined, ''),
    ...row('Detected', detected, took.detectMs, 'to detect'),
    ...row('Mitigated', mitigated, took.mitigateMs, `to mitigate, ${since}`),
    ...row('Recovered', recovered, took.recoverMs, `to recover, ${since}`),
  ]
  if (rows.length === 0) return undefined
  return table(
    'Times of the incident',
    [{ title: 'What', look: 'state' }, { title: 'When' }, { title: 'Took' }],
    rows,
  )
}

/** Where, when, by whom, with what. */
export function particulars(report: Report, clock: ReportClock): readonly Tree[] {
  const { times, runbook } = report
  return fragment(
    facts([
      ['Run', report.run],
      ['Runbook', [report.title, ' ', element('small', {}, runbook.path)]],
      ['Runbook file, SHA-256', element('code', {}, runbook.sha256)],
      ['Kind', runbook.kind],
      ['System', runbook.system],
      ['Mode', `${MODE_WORDS[report.mode].word}. ${MODE_WORDS[report.mode].says}`],
      [
        'Environment',
        report.environment && `${report.environment}${report.production ? ' (production)' : ''}`,
      ],
      ['Commander at the end', report.commander],
      ['Outage declared', times.declared === undefined ? undefined : clock.both(times.declared)],
      ['Started', clock.both(times.started)],
      [
        'Ended',
        times.ended === undefined
          ? `not ended; told up to ${clock.both(report.asOf)}`
          : clock.both(times.ended),
      ],
      ['Duration of the run', durationText(times.durationMs)],
      ['Inputs', report.inputs.map(({ name, value }) => `${name} = ${value}`).join(', ')],
      ['Secret inputs, never recorded', report.secretInputs.join(', ')],
      ['Muster', `version ${report.version}, device ${report.device}`],
    ]),
    report.connections.length > 0 &&
      table(
        'Where the targets led at the start',
        [{ title: 'Target' }, { title: 'Profile' }, { title: 'Place' }],
        report.connections.map(({ target, profile, summary }) => [target, profile, summary]),
      ),
    report.answers !== undefined && [
      element('h3', {}, 'Answers given before the run'),
      element('pre', {}, report.answers),
    ],
  )
}
