import { durationText } from './duration.ts'
import { verdictText } from './outcome-words.ts'
import type { Report } from './report.ts'
import { shownLine } from './hostile.ts'
import type { ReportClock } from './zone.ts'

/** The run in a few sentences, for a reader who was not there: computed, so that a report tells something before anybody writes. */

const MODES: Readonly<Record<Report['mode'], string>> = {
  live: 'live',
  drill: 'as a drill',
  walkthrough: 'as a walkthrough, in which nothing is executed',
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

/** `a, b and c`. */
function listed(parts: readonly string[]): string {
  return parts.length < 2
    ? parts.join('')
    : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}

/** The sentences, in order. */
export function leadOf(report: Report, clock: ReportClock): readonly string[] {
  return [
    began(report, clock),
    command(report),
    ended(report),
    recovered(report),
    stoodOut(report),
    away(report),
  ].flatMap((sentence) => (sentence === undefined ? [] : [sentence]))
}

function began(report: Report, clock: ReportClock): string {
  const { times, mode, environment, production, roles, commander, severities } = report
  const who = roles.find(({ role }) => role === 'commander')?.who ?? commander
  const where =
    environment === undefined ? '' : ` in ${environment}${production ? ' (production)' : ''}`
  const until = times.ended ?? report.asOf
  const first = severities[0]?.severity
  const last = severities.at(-1)?.severity
  const severity =
    first === undefined || last === undefined
      ? ''
      : first === last
        ? `, at ${first}`
        : `, from ${first} to ${last}`
  const declared =
    times.declared === undefined
      ? ''
      : `, after the outage had been declared at ${clock.utc(times.declared)}`
  return `${who} ran it ${MODES[mode]}${where} from ${clock.utc(times.started)} to ${clock.utc(until)}, for ${durationText(times.durationMs)}${severity}${declared}.`
}

function command({ roles }: Report): string | undefined {
  const held = roles.filter(({ role }) => role === 'commander').map(({ who }) => who)
  return held.length < 2 ? undefined : `The command went from ${held.join(' to ')}.`
}

function ended(report: Report): string {
  const { steps, status, endReason } = report
  const count = (...kinds: readonly string[]): number =>
    steps.filter((step) => kinds.includes(step.status)).length
  const rest = [
    [count('failed'), 'failed'],
    [count('skipped'), 'skipped'],
    [count('rolled-back', 'rolling-back'), 'rolled back'],
    [count('active'), 'left open'],
    [count('pending'), 'not begun'],
  ] as const
  const others = rest.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`]))
  const needed = steps.length - count('not-needed')
  const done = `${count('done')} of ${counted(needed, 'step')} done${others.length === 0 ? '' : `, ${listed(others)}`}`
  const why =
    endReason === undefined
      ? ''
      : `; the reason given: “${shownLine(endReason.trim().replace(/\.$/u, ''))}”`
  switch (status) {
    case 'finished':
      return `It was finished with ${done}${why}.`
    case 'aborted':
      return `It was aborted with ${done}${why}.`
    case 'interrupted':
      return `Muster ended without closing it, and nobody has gone on with it: ${done}.`
    case 'running':
    case 'paused':
    case 'none':
      return `It is not over: ${done}.`
  }
}

function recovered(report: Report): string | undefined {
  const { actualMs, targetMs, basis } = report.recovery
  if (targetMs === undefined) return undefined
  const since = basis === 'declared' ? 'the declaration' : 'the start'
  return `From ${since} it took ${durationText(actualMs)} against a recovery time objective of ${durationText(targetMs)}: ${verdictText(report)}.`
}

function stoodOut({ unknowns, deviations, approvals, redactions }: Report): string | undefined {
  const open = unknowns.filter(({ settled }) => settled === undefined).length
  const refused = approvals.filter(({ granted }) => !granted).length
  const parts = [
    ...(unknowns.length === 0
      ? []
      : [
          `${counted(unknowns.length, 'outcome')} that nobody saw (${open === 0 ? 'settled by a person' : `${open} never settled`})`,
        ]),
    ...(deviations.length === 0 ? [] : [counted(deviations.length, 'deviation')]),
    ...(refused === 0 ? [] : [counted(refused, 'refused approval')]),
    ...(redactions.length === 0
      ? []
      : [`${counted(redactions.length, 'output')} taken out afterwards`]),
  ]
  if (parts.length === 0) return 'Nothing deviated from the runbook, and every outcome is known.'
  return `The record has ${listed(parts)}.`
}

function away({ gaps, pauses }: Report): string | undefined {
  const crashes = gaps.filter(({ after }) => after === 'crash').length
  const parts = [
    ...(crashes === 0 ? [] : [`Muster ended without warning ${times(crashes)}`]),
    ...(gaps.length === crashes ? [] : [`it was closed ${times(gaps.length - crashes)}`]),
    ...(pauses.length === 0
      ? []
      : [`the run was paused for ${durationText(pauses.reduce((sum, { ms }) => sum + ms, 0))}`]),
  ]
  if (parts.length === 0) return undefined
  const text = listed(parts)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)} in the middle.`
}
