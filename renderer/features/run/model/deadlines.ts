import type { RunState } from '../../../../main/core/run/state.ts'
import { isOver } from './position.ts'

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
  if (isOver(state)) return []
  const { updates, escalation } = state.plan
  const from = state.declaredAt ?? state.startedAt
  const lastNote = (text: string): number | undefined =>
    state.notes.findLast((note) => note.text === text)?.at
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
  return deadlines.toSorted((a, b) => a.at - b.at)
}
