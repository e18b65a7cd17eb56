import { injectsLeft, type PlannedInject } from '../../../../main/core/run/injects.ts'
import type { RunState } from '../../../../main/core/run/state.ts'
import { clockText, type Urgency } from './duration.ts'

/** So long before and after its time an inject is due: nobody reads one out to the second. */
const DUE_MS = 60_000

/** The next inject of an exercise, and how its time stands. */
export interface NextInject {
  readonly inject: PlannedInject
  /** How many are to be given, this one included. */
  readonly left: number
  /** `due in 04:07`, `due now` or `overdue by 02:10`. */
  readonly due: string
  readonly urgency: Urgency
}

/** The inject to give next; undefined where none is left, and in a live run. */
export function nextInject(state: RunState, now: number): NextInject | undefined {
  const left = injectsLeft(state)
  const [inject] = left
  return inject === undefined ? undefined : { inject, left: left.length, ...dueOf(inject.at - now) }
}

function dueOf(leftMs: number): Pick<NextInject, 'due' | 'urgency'> {
  if (leftMs < -DUE_MS) return { due: `overdue by ${clockText(-leftMs)}`, urgency: 'over' }
  if (leftMs <= 0) return { due: 'due now', urgency: 'near' }
  return { due: `due in ${clockText(leftMs)}`, urgency: leftMs <= DUE_MS ? 'near' : 'calm' }
}
