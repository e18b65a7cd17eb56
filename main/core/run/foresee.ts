import type { DecideContext } from './decision.ts'
import type { EventBody } from './events.ts'
import { evolve } from './evolve.ts'
import type { PlanStep } from './plan.ts'
import { hasGates, needOf, openGates } from './rules.ts'
import type { RunState } from './state.ts'

/** What a change closes by itself: a step whose last gate fell, steps that a decision made unnecessary. */

/** The state as it will be after an event that the log has not numbered yet. */
function foresee(state: RunState, body: EventBody, context: DecideContext): RunState {
  return evolve(state, {
    v: 1,
    seq: state.seq + 1,
    run: state.run,
    actor: context.actor,
    device: '',
    wall: context.now,
    mono: 0,
    boot: '',
    prev: state.head,
    hash: '',
    ...body,
  })
}

/** The state after these events, in order. */
export function foreseen(
  state: RunState,
  bodies: readonly EventBody[],
  context: DecideContext,
): RunState {
  return bodies.reduce((next, body) => foresee(next, body, context), state)
}

/** The event that finishes a step, when it is active and nothing is left to do in it. */
export function closing(
  state: RunState,
  step: PlanStep,
  bodies: readonly EventBody[],
  context: DecideContext,
): readonly EventBody[] {
  const next = foreseen(state, bodies, context)
  if (next.steps[step.id]?.status !== 'active') return []
  if (!hasGates(next, step) || openGates(next, step).length > 0) return []
  return [{ type: 'step.finished', data: { step: step.id, outcome: 'done', basis: 'gates' } }]
}

/**
 * Steps that are not needed any more once the step `cause` decided `option` (or was settled without deciding, when
 * `option` is undefined). A step made unnecessary may itself have been a decision, so this goes on until nothing changes.
 */
export function unneeded(
  state: RunState,
  cause: string,
  option: string | undefined,
  bodies: readonly EventBody[],
  context: DecideContext,
): readonly EventBody[] {
  const events: EventBody[] = []
  let current = foreseen(state, bodies, context)
  for (let found = true; found;) {
    found = false
    for (const step of current.plan.steps) {
      if (current.steps[step.id]?.status !== 'pending' || needOf(current, step) !== 'not-needed')
        continue
      const event: EventBody = {
        type: 'step.not-needed',
        data: { step: step.id, decision: cause, option: option ?? 'none' },
      }
      events.push(event)
      current = foresee(current, event, context)
      found = true
    }
  }
  return events
}
