import { durationText } from './duration.ts'
import { markup, type Markup } from './markup.ts'
import type { Report, ReportStep } from './report.ts'
import { MODE_WORDS, outcomeText, STEP_WORDS, type Wording } from './words.ts'
import type { ReportClock } from './zone.ts'

/** The parts of a report as HTML that are the same for every kind. */

/** A link to an event of the timeline. */
export function eventLink(seq: number): Markup {
  return markup`<a href="#e${seq}">event ${seq}</a>`
}

/** A moment in a table: UTC, and the local time below it. */
export function moment(clock: ReportClock, at: number): Markup {
  const local = clock.local?.(at)
  return markup`${clock.utc(at)}${local === undefined ? undefined : markup`<br><small>${local}</small>`}`
}

export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Markup
}

/** Verdicts on the recovery time: the word, and its tone. */
export const VERDICTS: Readonly<Record<Report['recovery']['verdict'], readonly [string, string]>> =
  {
    met: ['met', 'good'],
    missed: ['missed', 'bad'],
    open: ['still open', 'warning'],
    none: ['no objective', ''],
    'not-completed': ['in time, but not completed', 'bad'],
  }

export const STATUS_TEXT: Readonly<Record<Report['status'], readonly [string, string]>> = {
  none: ['Not started', ''],
  running: ['Still running', 'warning'],
  paused: ['Paused', 'warning'],
  finished: ['Finished', 'good'],
  aborted: ['Aborted', 'bad'],
  interrupted: ['Interrupted', 'bad'],
}

/** The verdict on the recovery time in words: `met, 3 min left`. */
export function verdictText({ recovery }: Pick<Report, 'recovery'>): string {
  const [word] = VERDICTS[recovery.verdict]
  const { marginMs } = recovery
  if (marginMs === undefined) return word
  return marginMs < 0
    ? `${word}, ${durationText(-marginMs)} over`
    : `${word}, ${durationText(marginMs)} left`
}

/** What a hurried reader needs. */
export function glance(report: Report): Markup {
  const [status, tone] = STATUS_TEXT[report.status]
  const { recovery, recoveryPoint } = report
  const open = report.unknowns.filter(({ settled }) => settled === undefined).length
  return markup`<ul class="glance">
<li><span class="soft">Outcome</span><b class="${tone}">${status}</b></li>
<li><span class="soft">Time from ${recovery.basis === 'declared' ? 'declaration' : 'start'} to end</span><b>${durationText(recovery.actualMs)}</b>${recovery.pausedMs > 0 ? markup`<small>of it paused: ${durationText(recovery.pausedMs)}</small>` : undefined}</li>
<li><span class="soft">Recovery time objective</span><b class="${VERDICTS[recovery.verdict][1]}">${recovery.targetMs === undefined ? 'none set' : durationText(recovery.targetMs)}</b>${recovery.targetMs === undefined ? undefined : markup`<small>${verdictText(report)}</small>`}</li>
<li><span class="soft">Recovery point objective</span><b>${recoveryPoint.targetMs === undefined ? 'none set' : durationText(recoveryPoint.targetMs)}</b><small>${recoveryPoint.written === undefined ? (recoveryPoint.targetMs === undefined ? '' : 'what was lost is not written yet') : 'see Recovery point'}</small></li>
<li><span class="soft">Deviations</span><b class="${report.deviations.length > 0 ? 'warning' : ''}">${report.deviations.length}</b></li>
<li><span class="soft">Outcomes nobody saw</span><b class="${report.unknowns.length > 0 ? 'unknown' : ''}">${report.unknowns.length}</b>${report.unknowns.length > 0 ? markup`<small>${open} not settled</small>` : undefined}</li>
</ul>`
}

/** Where, when, by whom, with what. */
export function particulars(report: Report, clock: ReportClock): Markup {
  const { times } = report
  const row = (name: string, value: Markup | string | undefined): Markup | undefined =>
    value === undefined || value === '' ? undefined : markup`<dt>${name}</dt><dd>${value}</dd>`
  return markup`<dl>
${row('Run', report.run)}
${row('Runbook', markup`${report.title} <small>${report.runbook.path}</small>`)}
${row('Runbook file, SHA-256', markup`<code>${report.runbook.sha256}</code>`)}
${row('Kind', report.runbook.kind)}
${row('System', report.runbook.system)}
${row('Mode', `${MODE_WORDS[report.mode].word}. ${MODE_WORDS[report.mode].says}`)}
${row('Environment', report.environment === undefined ? undefined : `${report.environment}${report.production ? ' (production)' : ''}`)}
${row('Commander at the end', report.commander)}
${row('Outage declared', times.declared === undefined ? undefined : clock.both(times.declared))}
${row('Started', clock.both(times.started))}
${row('Ended', times.ended === undefined ? `not ended; told up to ${clock.both(report.asOf)}` : clock.both(times.ended))}
${row('Duration of the run', durationText(times.durationMs))}
${row('Inputs', report.inputs.map(({ name, value }) => `${name} = ${value}`).join(', '))}
${row('Secret inputs, never recorded', report.secretInputs.join(', '))}
${row('Muster', `version ${report.version}, device ${report.device}`)}
</dl>
${
  report.connections.length === 0
    ? undefined
    : markup`<table><caption>Where the targets led at the start</caption><thead><tr><th>Target</th><th>Profile</th><th>Place</th></tr></thead><tbody>
${report.connections.map(({ target, profile, summary }) => markup`<tr><td>${target}</td><td>${profile}</td><td>${summary}</td></tr>`)}
</tbody></table>`
}
${report.answers === undefined ? undefined : markup`<h3>Answers given before the run</h3><pre>${report.answers}</pre>`}`
}

/** Who was what when, how severe it was, and when nobody was at the wheel. */
export function people(report: Report, clock: ReportClock): Markup {
  const { severities, pauses, gaps, updates } = report
  return markup`<table><caption>Roles</caption><thead><tr><th>Role</th><th>Who</th><th>From</th><th>To</th></tr></thead><tbody>
${report.roles.map(({ role, who, from, to, seq }) => markup`<tr><td>${role}</td><td>${who}</td><td class="time">${moment(clock, from)} (${eventLink(seq)})</td><td class="time">${to === undefined ? 'the end' : moment(clock, to)}</td></tr>`)}
</tbody></table>
${
  severities.length === 0
    ? markup`<p>No severity was set.</p>`
    : markup`<table><caption>Severity</caption><thead><tr><th>Severity</th><th>From</th><th class="number">Time in it</th></tr></thead><tbody>
${severities.map(({ severity, from, ms }) => markup`<tr><td>${severity}</td><td class="time">${moment(clock, from)}</td><td class="number">${durationText(ms)}</td></tr>`)}
</tbody></table>`
}
${
  pauses.length + gaps.length === 0
    ? undefined
    : markup`<table><caption>Pauses, and times when Muster was not running; they are part of the recovery time</caption><thead><tr><th>What</th><th>From</th><th>To</th></tr></thead><tbody>
${pauses.map(({ from, to, ms, reason }) => markup`<tr><td>Paused for ${durationText(ms)}${reason === undefined ? undefined : markup`<div class="quote">${reason}</div>`}</td><td class="time">${moment(clock, from)}</td><td class="time">${to === undefined ? 'the end' : moment(clock, to)}</td></tr>`)}
${gaps.map(({ from, to, after, seq }) => markup`<tr><td>${after === 'crash' ? 'Muster ended without closing the run' : 'Muster was closed'} (${eventLink(seq)})</td><td class="time">${moment(clock, from)}</td><td class="time">${to === undefined ? 'not resumed' : moment(clock, to)}</td></tr>`)}
</tbody></table>`
}
${updates === undefined ? undefined : markup`<p>Updates to ${updates.to} were due every ${durationText(updates.everyMs)}: ${updates.due} due, ${updates.sent.length} noted${updates.sent.length === 0 ? '' : ' '}${updates.sent.map(({ seq }, index) => markup`${index === 0 ? '(' : ', '}${eventLink(seq)}${index === updates.sent.length - 1 ? ')' : ''}`)}.</p>`}`
}

/** A step's state in words; in a run that is over nothing is still to do. */
export function stepWording({ status }: Report, step: ReportStep): Wording {
  const over = status === 'finished' || status === 'aborted'
  if (over && step.status === 'active') return { word: 'Left open', tone: 'bad' }
  if (over && step.status === 'pending') return { word: 'Not begun', tone: 'warning' }
  return STEP_WORDS[step.status]
}

function stepRow(report: Report, step: ReportStep, clock: ReportClock): Markup {
  const { word, tone } = stepWording(report, step)
  const over =
    step.budgetMs !== undefined && step.durationMs !== undefined && step.durationMs > step.budgetMs
  return markup`<tr><td class="number">${step.number}</td><td><a href="#s${step.number}">${step.title}</a>${step.pointOfNoReturn ? markup` <small>(point of no return)</small>` : undefined}${step.reason === undefined ? undefined : markup`<div class="quote">${step.reason}</div>`}</td><td class="state ${tone}">${word}${step.outOfOrder ? ', out of order' : ''}</td><td class="time">${step.begunAt === undefined ? '' : moment(clock, step.begunAt)}</td><td class="number ${over ? 'bad' : ''}">${step.durationMs === undefined ? '' : durationText(step.durationMs)}</td><td class="number">${step.budgetMs === undefined ? '' : `${durationText(step.budgetMs)}${over ? ' (over)' : ''}`}</td><td class="number">${step.usualMs === undefined ? '' : durationText(step.usualMs)}</td></tr>`
}

/** Every step with its times. */
export function stepTable(report: Report, clock: ReportClock): Markup {
  return markup`<table><thead><tr><th class="number">#</th><th>Step</th><th>Outcome</th><th>Begun</th><th class="number">Took</th><th class="number">Budget</th><th class="number">Usually</th></tr></thead><tbody>
${report.steps.map((step) => stepRow(report, step, clock))}
</tbody></table>`
}

/** A report's name for a step. */
export function stepName(report: Report, id: string | undefined): Markup | string {
  const step = report.steps.find((one) => one.id === id)
  return step === undefined ? (id ?? '') : markup`<a href="#s${step.number}">${step.title}</a>`
}

/** Choices, with what was said against them. */
export function decisions(report: Report, clock: ReportClock): Markup {
  if (report.decisions.length === 0) return markup`<p>Nothing was put to a decision.</p>`
  return markup`${report.decisions.map(
    (made) => markup`<h3>${made.question}</h3>
<p>${made.by} chose <strong>${made.chosen}</strong>${made.instead === undefined ? '' : ` instead of ${made.instead}`} on ${clock.both(made.at)} (${eventLink(made.seq)}). Options: ${made.options.join('; ')}.</p>
${made.reason === undefined ? undefined : markup`<p>Reason:</p><div class="quote">${made.reason}</div>`}
${made.objections === undefined ? undefined : markup`<p>Objections:</p><div class="quote">${made.objections}</div>`}`,
  )}`
}

/** What did not go as written: deviations, unknown outcomes, refusals. */
export function exceptions(report: Report, clock: ReportClock): Markup {
  const { deviations, unknowns } = report
  return markup`${
    unknowns.length === 0
      ? markup`<p>The outcome of every command is known.</p>`
      : markup`<table><caption>Outcomes that nobody saw</caption><thead><tr><th>When</th><th>Step</th><th>Where</th><th>What is known</th></tr></thead><tbody>
${unknowns.map(({ seq, at, step, target, host, outcome, settled }) => markup`<tr><td class="time">${moment(clock, at)} (${eventLink(seq)})</td><td>${stepName(report, step)}</td><td>${target}${host === undefined ? '' : `, ${host}`}</td><td class="unknown">It ${outcomeText(outcome)}.${settled === undefined ? markup`<br><strong>Not settled.</strong>` : markup`<div class="quote">${settled.by} settled it as ${settled.as}: ${settled.reason}</div>`}</td></tr>`)}
</tbody></table>`
  }
${
  deviations.length === 0
    ? markup`<p>No deviation from the runbook was recorded.</p>`
    : markup`<table><caption>Deviations</caption><thead><tr><th>When</th><th>What</th><th>Step</th><th>By</th><th>Reason</th></tr></thead><tbody>
${deviations.map(({ seq, at, by, kind, step, reason }) => markup`<tr><td class="time">${moment(clock, at)} (${eventLink(seq)})</td><td class="warning">${DEVIATIONS[kind] ?? kind}</td><td>${stepName(report, step)}</td><td class="state">${by === 'muster' ? 'Muster' : by}</td><td class="words">${reason}</td></tr>`)}
</tbody></table>`
}`
}

/** Kinds of deviations, in words. */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  skipped: 'Skipped',
  'out-of-order': 'Out of order',
  edited: 'Command edited before it ran',
  marked: 'Marked against its gates',
  failed: 'Failed',
  resolved: 'Unknown or failed outcome settled by a person',
  'run-again': 'Run again',
  'finished-open': 'Finished with steps open',
  reopened: 'Step opened again',
  'decided-again': 'Decided again',
  refused: 'Approval refused',
}

/** Who agreed to exactly what. */
export function approvals(report: Report, clock: ReportClock): Markup {
  if (report.approvals.length === 0) return markup`<p>Nothing needed an approval.</p>`
  return markup`${report.approvals.map(
    ({ seq, at, by, granted, step, target, text, reason }) =>
      markup`<p>${by} <strong class="${granted ? 'good' : 'bad'}">${granted ? 'approved' : 'refused'}</strong> this for ${stepName(report, step)} on ${target}, ${clock.both(at)} (${eventLink(seq)}):</p><pre>${text}</pre>${reason === undefined ? undefined : markup`<div class="quote">${reason}</div>`}`,
  )}`
}
