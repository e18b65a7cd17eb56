import { own } from '../own.ts'
import { SEVERITIES } from '../run/events.ts'
import { isMuster, samePerson } from '../run/people.ts'
import { rowsFromText } from '../run/report-rows.ts'
import { REPORT_FIELDS, REPORT_KINDS, type ReportKind } from '../run/reports.ts'
import type { RunState } from '../run/state.ts'
import { escalationNote, updateNote } from '../run/timing.ts'
import { parseDuration } from '../runbook/duration.ts'
import type { Collected } from './collect.ts'
import type { Report, WrittenField } from './report.ts'
import type { Incident, IncidentMoment } from './report-people.ts'

/** What a report says of people: what they wrote, what they were, what they had to tell to whom. */

/** The worst kind of incident is talked over within three days. */
const REVIEW_MS = 3 * 86_400_000

/** The fields of a kind of report with what is written in them; an empty one has no author. */
export function writtenFields(state: RunState, kind: ReportKind): readonly WrittenField[] {
  const fields = own(state.reports ?? {}, kind)?.fields ?? {}
  return REPORT_FIELDS[kind].map(({ id, label, help, shape, columns }) => {
    const entry = own(fields, id)
    return {
      id,
      label,
      help,
      shape,
      text: entry?.text ?? '',
      ...(columns !== undefined && {
        rows: entry?.rows ?? rowsFromText(entry?.text ?? '', columns),
      }),
      ...(entry !== undefined && { by: entry.by, at: entry.at }),
    }
  })
}

/** A fact that several reports have a field for is one fact: this report's words, else those of another. */
function factOf(state: RunState, kind: ReportKind, id: string): string | undefined {
  for (const one of [kind, ...REPORT_KINDS]) {
    const text = own(own(state.reports ?? {}, one)?.fields ?? {}, id)?.text ?? ''
    if (text !== '') return text
  }
  return undefined
}

/** Data lost against the objective, as far as somebody has written it. */
export function recoveryPointOf(state: RunState, kind: ReportKind): Report['recoveryPoint'] {
  const { rpoMs } = state.plan.objectives
  const how = factOf(state, kind, 'recovery-point')
  const actualMs = parseDuration(factOf(state, kind, 'data-loss') ?? '')
  const marginMs = rpoMs === undefined || actualMs === undefined ? undefined : rpoMs - actualMs
  return {
    ...(rpoMs !== undefined && { targetMs: rpoMs }),
    ...(actualMs !== undefined && { actualMs }),
    ...(marginMs !== undefined && { marginMs }),
    verdict:
      rpoMs === undefined
        ? 'none'
        : marginMs === undefined
          ? 'not-written'
          : marginMs < 0
            ? 'missed'
            : 'met',
    ...(how !== undefined && { written: how }),
  }
}

/** Finished, with nothing failed or left undone. */
export function isCompleted({ phase, steps }: RunState): boolean {
  return (
    phase === 'finished' &&
    Object.values(steps).every(
      ({ status }) => status !== 'failed' && status !== 'pending' && status !== 'active',
    )
  )
}

/** When it began, was known, was over; and how long each took. What nobody wrote is taken from the record where it tells. */
export function incidentOf(state: RunState, kind: ReportKind): Incident {
  const moment = (id: string): IncidentMoment | undefined => {
    const at = Date.parse(factOf(state, kind, id) ?? '')
    return Number.isNaN(at) ? undefined : { at, source: 'written' }
  }
  const began = moment('began')
  const detected =
    moment('detected') ??
    (state.declaredAt === undefined
      ? undefined
      : { at: state.declaredAt, source: 'declared' as const })
  const mitigated = moment('mitigated')
  const recovered =
    moment('recovered') ??
    // What nobody declared and nobody wrote about has not been recovered from.
    ((began ?? detected) !== undefined && isCompleted(state) && state.endedAt !== undefined
      ? { at: state.endedAt, source: 'ended' as const }
      : undefined)
  const from = began ?? detected
  const took = (
    start: IncidentMoment | undefined,
    end: IncidentMoment | undefined,
  ): number | undefined =>
    start === undefined || end === undefined ? undefined : Math.max(0, end.at - start.at)
  const detectMs = took(began, detected)
  const mitigateMs = took(from, mitigated)
  const recoverMs = took(from, recovered)
  return {
    ...(began !== undefined && { began }),
    ...(detected !== undefined && { detected }),
    ...(mitigated !== undefined && { mitigated }),
    ...(recovered !== undefined && { recovered }),
    ...(detectMs !== undefined && { detectMs }),
    ...(mitigateMs !== undefined && { mitigateMs }),
    ...(recoverMs !== undefined && { recoverMs }),
  }
}

/** The time in each severity, and until when the worst is to be reviewed. */
export function severityTimesOf(
  state: RunState,
  until: number,
): Pick<Report, 'severityTimes' | 'reviewBy'> {
  const times = SEVERITIES.flatMap((severity) => {
    const held = state.severities.flatMap((one, index) =>
      one.severity === severity
        ? [Math.max(0, (state.severities[index + 1]?.from ?? until) - one.from)]
        : [],
    )
    return held.length === 0 ? [] : [{ severity, ms: held.reduce((sum, ms) => sum + ms, 0) }]
  })
  const worst = times.some(({ severity }) => severity === 'SEV1')
  return {
    severityTimes: times,
    ...(worst && state.endedAt !== undefined && { reviewBy: state.endedAt + REVIEW_MS }),
  }
}

/** Who took part, with the roles they held, and the roles of the runbook that nobody held. */
export function participantsOf({
  state,
  people,
  roles,
}: Collected): Pick<Report, 'participants' | 'rolesNotHeld'> {
  const held = new Set(roles.map(({ role }) => role))
  return {
    participants: people
      .filter(({ who }) => !isMuster(who))
      .map((person) => ({
        ...person,
        roles: [
          ...new Set(
            roles.filter(({ who }) => samePerson(who, person.who)).map(({ role }) => role),
          ),
        ],
      })),
    rolesNotHeld: state.plan.roles.filter((role) => !held.has(role)),
  }
}

/** What had to be said how often, and what was noted as said. */
export function updatesOf(state: RunState, until: number): Pick<Report, 'updates'> {
  const { updates } = state.plan
  if (updates === undefined) return {}
  const note = updateNote(updates.to)
  const sent = state.notes
    .flat()
    .filter(({ text }) => text === note)
    .map(({ seq, at }) => ({ seq, at }))
  const moments = [state.startedAt, ...sent.map(({ at }) => at).filter((at) => at <= until), until]
  return {
    updates: {
      to: updates.to,
      everyMs: updates.everyMs,
      due: Math.floor(Math.max(0, until - state.startedAt) / updates.everyMs),
      sent,
      longestMs: Math.max(0, ...moments.slice(1).map((at, index) => at - (moments[index] ?? at))),
    },
  }
}

/** Whom the plan tells to call after how long, and whether it was noted that they were. */
export function escalationsOf(state: RunState, until: number): Report['escalations'] {
  const from = state.declaredAt ?? state.startedAt
  const notes = state.notes.flat()
  return state.plan.escalation.map(({ afterMs, to }) => {
    const note = escalationNote(to)
    const done = notes.find(({ text }) => text === note)
    const at = from + afterMs
    return {
      to,
      at,
      due: at <= until,
      ...(done !== undefined && { done: { seq: done.seq, at: done.at } }),
    }
  })
}
