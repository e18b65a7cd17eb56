import { findLastIn } from '../chunked.ts'
import { own } from '../own.ts'
import type { RunState } from './state.ts'

/** The times of a run, in milliseconds. Pauses are shown and never subtracted: the outage does not pause. */

export interface RecoveryTime {
  /** Epoch milliseconds: when the outage was declared, else when the run started. */
  readonly from: number
  readonly basis: 'declared' | 'started'
  /** To the end of the run, or to now. Never negative. */
  readonly elapsedMs: number
  /** The runbook's objective, where it has one, and by how much it is exceeded (negative: what is left). */
  readonly objective?: { readonly rtoMs: number; readonly overMs: number }
  /** How much of it the run was paused. */
  readonly pausedMs: number
}

/** How long recovery has taken. */
export function recoveryTime(state: RunState, now: number): RecoveryTime {
  const from = state.declaredAt ?? state.startedAt
  const until = state.endedAt ?? now
  const elapsedMs = Math.max(0, until - from)
  const { rtoMs } = state.plan.objectives
  return {
    from,
    basis: state.declaredAt === undefined ? 'started' : 'declared',
    elapsedMs,
    ...(rtoMs !== undefined && { objective: { rtoMs, overMs: elapsedMs - rtoMs } }),
    pausedMs: state.pauses.reduce(
      (sum, pause) => sum + Math.max(0, (pause.to ?? until) - pause.from),
      0,
    ),
  }
}

export interface StepTime {
  readonly elapsedMs: number
  /** It has ended, or the run has. */
  readonly ended: boolean
  /** What the plan allows, where it says so, and by how much it is exceeded (negative: what is left). */
  readonly budget?: { readonly budgetMs: number; readonly overMs: number }
}

/** How long a step has taken; undefined for one that never began. */
export function stepTime(state: RunState, id: string, now: number): StepTime | undefined {
  const step = own(state.steps, id)
  if (step?.begunAt === undefined) return undefined
  const end = step.endedAt ?? state.endedAt
  const elapsedMs = Math.max(0, (end ?? now) - step.begunAt)
  const budgetMs = state.plan.steps.find((planned) => planned.id === id)?.budgetMs
  return {
    elapsedMs,
    ended: end !== undefined,
    ...(budgetMs !== undefined && { budget: { budgetMs, overMs: elapsedMs - budgetMs } }),
  }
}

/**
 * What has to be said to somebody by when: updates at their cadence, escalations by the plan. That it was done is a
 * note with fixed words, so that it stands in the record like everything else people do.
 */
export interface Deadline {
  readonly kind: 'update' | 'escalation'
  readonly to: string
  /** Epoch milliseconds. */
  readonly at: number
  /** The note that says it was done. */
  readonly note: string
}

export function updateNote(to: string): string {
  return `Update posted to ${to}.`
}

export function escalationNote(to: string): string {
  return `Escalated to ${to}.`
}

/** Deadlines that are not met yet, the most pressing first. Empty for a run that is over. */
export function deadlinesOf(state: RunState): readonly Deadline[] {
  if (state.phase === 'finished' || state.phase === 'aborted') return []
  const { updates, escalation } = state.plan
  const from = state.declaredAt ?? state.startedAt
  const lastNote = (text: string): number | undefined =>
    findLastIn(state.notes, (note) => note.text === text)?.at
  const deadlines: Deadline[] = escalation.flatMap(({ afterMs, to }) => {
    const note = escalationNote(to)
    return lastNote(note) === undefined
      ? [{ kind: 'escalation', to, at: from + afterMs, note }]
      : []
  })
  if (updates !== undefined) {
    const note = updateNote(updates.to)
    const last = lastNote(note) ?? state.startedAt
    deadlines.push({ kind: 'update', to: updates.to, at: last + updates.everyMs, note })
  }
  return deadlines.toSorted((left, right) => left.at - right.at)
}
