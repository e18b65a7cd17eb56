import type { PlanStep } from '../../../../main/core/run/plan.ts'
import type { RunState } from '../../../../main/core/run/state.ts'
import { clockText, marginOf, urgencyOf, type Urgency } from './duration.ts'
import { currentStep, isOver } from './position.ts'

/** The clocks of the band: what they count, in words, and how urgent it is. */

export interface Clock {
  readonly key: 'recovery' | 'step' | 'update' | 'escalation'
  readonly label: string
  /** The big figure. */
  readonly value: string
  /** The small line under it. */
  readonly detail: string
  readonly urgency: Urgency
}

/** The recovery clock: from when the outage was declared, else from the start, to the end or now. */
export function recoveryClock(state: RunState, now: number): Clock {
  const from = state.declaredAt ?? state.startedAt
  const elapsed = (state.endedAt ?? now) - from
  const { rtoMs } = state.plan.objectives
  const label = isOver(state)
    ? 'Total time'
    : state.declaredAt === undefined
      ? 'Since start'
      : 'Since declared'
  if (rtoMs === undefined) {
    return {
      key: 'recovery',
      label,
      value: clockText(elapsed),
      detail: 'no time objective',
      urgency: 'calm',
    }
  }
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
  const at = step === undefined ? undefined : state.steps[step.id]
  if (
    step === undefined ||
    at?.begunAt === undefined ||
    at.endedAt !== undefined ||
    isOver(state)
  ) {
    return undefined
  }
  const elapsed = now - at.begunAt
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

/** The clocks to show now, most important first. */
export function clocksOf(state: RunState, now: number): readonly Clock[] {
  const clocks = [recoveryClock(state, now), stepClock(state, currentStep(state), now)]
  return clocks.filter((clock) => clock !== undefined)
}
