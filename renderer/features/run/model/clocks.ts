import type { PlanStep } from '../../../../main/core/run/plan.ts'
import type { RunState } from '../../../../main/core/run/state.ts'
import { recoveryTime, stepTime } from '../../../../main/core/run/timing.ts'
import { deadlinesOf, type Deadline } from './deadlines.ts'
import { clockText, marginOf, urgencyOf, type Urgency } from './duration.ts'
import { currentStep, isOver } from './position.ts'

/** The clocks of the band: what they count, in words, and how urgent it is. */

export interface Clock {
  readonly key: 'recovery' | 'step' | 'deadline'
  readonly label: string
  /** The big figure. */
  readonly value: string
  /** The small line under it. */
  readonly detail: string
  readonly urgency: Urgency
  /** What a press on the clock records as done. */
  readonly deadline?: Deadline
}

/** The recovery clock: from when the outage was declared, else from the start, to the end or now. */
export function recoveryClock(state: RunState, now: number): Clock {
  const { elapsedMs: elapsed, basis, objective } = recoveryTime(state, now)
  const label = isOver(state)
    ? 'Total time'
    : basis === 'started'
      ? 'Since start'
      : 'Since declared'
  if (objective === undefined) {
    return {
      key: 'recovery',
      label,
      value: clockText(elapsed),
      detail: 'no time objective',
      urgency: 'calm',
    }
  }
  const { rtoMs } = objective
  return {
    key: 'recovery',
    label,
    value: clockText(elapsed),
    detail: `RTO ${clockText(rtoMs)}, ${marginOf(elapsed, rtoMs).text}`,
    urgency: urgencyOf(elapsed, rtoMs),
  }
}

/** Time in the current step against its budget; undefined while no step is open. */
export function stepClock(
  state: RunState,
  step: PlanStep | undefined,
  now: number,
): Clock | undefined {
  const time = step === undefined ? undefined : stepTime(state, step.id, now)
  if (step === undefined || time === undefined || time.ended) return undefined
  const elapsed = time.elapsedMs
  return {
    key: 'step',
    label: 'This step',
    value: clockText(elapsed),
    detail:
      step.budgetMs === undefined
        ? 'no budget'
        : `plan ${clockText(step.budgetMs)}, ${marginOf(elapsed, step.budgetMs).text}`,
    urgency: step.budgetMs === undefined ? 'calm' : urgencyOf(elapsed, step.budgetMs),
  }
}

/** In the last five minutes before it, a deadline is near. */
const NEAR_DEADLINE_MS = 300_000

/** The most pressing of what has to be said to somebody; undefined where there is nothing. */
export function deadlineClock(state: RunState, now: number): Clock | undefined {
  const [deadline] = deadlinesOf(state)
  if (deadline === undefined) return undefined
  const left = deadline.at - now
  return {
    key: 'deadline',
    label: deadline.kind === 'update' ? 'Update due' : 'Escalate',
    value: clockText(Math.abs(left)),
    detail: `${left < 0 ? 'overdue, ' : ''}to ${deadline.to}`,
    urgency: left < 0 ? 'over' : left < NEAR_DEADLINE_MS ? 'near' : 'calm',
    deadline,
  }
}

/** The clocks to show now, most important first. */
export function clocksOf(state: RunState, now: number): readonly Clock[] {
  const clocks = [
    recoveryClock(state, now),
    stepClock(state, currentStep(state), now),
    deadlineClock(state, now),
  ]
  return clocks.filter((clock) => clock !== undefined)
}
