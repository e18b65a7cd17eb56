import { own } from '../own.ts'
import type { AnyCommand } from './commands.ts'
import { accept, needsReason, type Decision } from './decision.ts'
import type { PlanStep } from './plan.ts'
import type { RunState } from './state.ts'

/** Going back over a step that has begun. */

/**
 * Steps that were begun after this one and still stand, newest first. Going back in another order can break what stands
 * on it, so the newest comes first unless the commander has a reason.
 */
function laterWork(state: RunState, step: PlanStep): readonly string[] {
  const order = (id: string): number => state.plan.steps.findIndex((one) => one.id === id)
  const begunAt = (id: string): number => own(state.steps, id)?.begunAt ?? 0
  const newer = (left: string, right: string): number =>
    begunAt(right) - begunAt(left) || order(right) - order(left)
  return state.plan.steps
    .filter(({ id, blocks }) => {
      const current = own(state.steps, id)
      if (id === step.id || current?.begunAt === undefined) return false
      const stands =
        current.status === 'active' ||
        current.status === 'done' ||
        current.status === 'failed' ||
        current.status === 'rolling-back'
      return stands && blocks.some(({ verb }) => verb === 'rollback') && newer(step.id, id) > 0
    })
    .map(({ id }) => id)
    .toSorted(newer)
}

/** Begins going back. The words are always there; out of order they justify a deviation. */
export function beginRollback(state: RunState, step: PlanStep, reason: string): Decision {
  const later = laterWork(state, step)
  return accept({
    type: 'rollback.begun',
    data: { step: step.id, reason, ...(later.length > 0 && { later: [...later] }) },
  })
}

/** Ends a rollback, which is a person's word: what the blocks did is not all there is to it. */
export function completeRollback(
  state: RunState,
  step: PlanStep,
  command: Extract<AnyCommand, { type: 'rollback.complete' }>,
): Decision {
  const { outcome, reason } = command
  const waiting = step.blocks.filter(({ id, verb }) => {
    const status = own(state.blocks, id)?.status
    return verb === 'rollback' && status !== 'passed' && status !== 'done'
  })
  if (
    outcome === 'done' &&
    waiting.length > 0 &&
    state.mode !== 'walkthrough' &&
    reason === undefined
  ) {
    return needsReason(
      'rollback-open',
      `${waiting.length} rollback ${waiting.length === 1 ? 'block has' : 'blocks have'} not passed. Say why the step counts as rolled back.`,
    )
  }
  return accept({
    type: 'rollback.finished',
    data: { step: step.id, outcome, ...(reason !== undefined && { reason }) },
  })
}
