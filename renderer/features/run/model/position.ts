import type { PlanStep } from '../../../../main/core/run/plan.ts'
import { isSettled, type BlockState, type RunState } from '../../../../main/core/run/state.ts'

/** Where a run stands: pure readings of its state. */

/** The step the run is at: the one being rolled back, else the last one begun that is still open, else the first to do. */
export function currentStep(state: RunState): PlanStep | undefined {
  const { steps } = state.plan
  const rolling = steps.find((step) => state.steps[step.id]?.status === 'rolling-back')
  if (rolling !== undefined) return rolling
  const active = steps.filter((step) => state.steps[step.id]?.status === 'active')
  const latest = active.toSorted(
    (a, b) => (state.steps[b.id]?.begunAt ?? 0) - (state.steps[a.id]?.begunAt ?? 0),
  )[0]
  return latest ?? steps.find((step) => state.steps[step.id]?.status === 'pending')
}

export function isOver(state: RunState): boolean {
  return state.phase === 'finished' || state.phase === 'aborted'
}

export interface StepCounts {
  readonly total: number
  /** Settled in any way, not-needed steps included. */
  readonly settled: number
  readonly failed: number
  readonly unknown: number
}

/** How far the run is. */
export function countSteps(state: RunState): StepCounts {
  const steps = Object.values(state.steps)
  return {
    total: state.plan.steps.length,
    settled: steps.filter((step) => isSettled(step.status)).length,
    failed: steps.filter((step) => step.status === 'failed').length,
    unknown: unknownBlocks(state).length,
  }
}

function inPlanOrder(state: RunState): readonly BlockState[] {
  return state.plan.steps.flatMap((step) =>
    step.blocks.flatMap((block) => state.blocks[block.id] ?? []),
  )
}

/** Blocks that were started and of which nobody knows how they ended, in plan order. */
export function unknownBlocks(state: RunState): readonly BlockState[] {
  return inPlanOrder(state).filter((block) => block.status === 'unknown')
}

export function runningBlocks(state: RunState): readonly BlockState[] {
  return inPlanOrder(state).filter((block) => block.status === 'running')
}

/** What of a step wants a person's eye, besides its status. */
export type Attention = 'unknown' | 'failed' | 'running' | 'none'

export function attentionOf(state: RunState, step: PlanStep): Attention {
  const statuses = new Set(step.blocks.map((block) => state.blocks[block.id]?.status))
  if (statuses.has('unknown')) return 'unknown'
  const settled = isSettled(state.steps[step.id]?.status ?? 'pending')
  if (!settled && statuses.has('failed')) return 'failed'
  return statuses.has('running') ? 'running' : 'none'
}

/** Items confirmed and actions passed of a step, for its line in the list. */
export function progressOf(
  state: RunState,
  step: PlanStep,
): { readonly done: number; readonly of: number } {
  const gates = step.blocks.filter((block) => block.verb === 'run' || block.verb === 'check')
  const passed = gates.filter((block) => {
    const status = state.blocks[block.id]?.status
    return status === 'passed' || status === 'done'
  })
  const confirmed = step.items.filter((item) => state.items[item.id]?.confirmed !== undefined)
  return { done: passed.length + confirmed.length, of: gates.length + step.items.length }
}

/** Steps whose rollback can be offered: settled or active with a rollback block, the latest begun first. */
export function rollbackCandidates(state: RunState): readonly PlanStep[] {
  return state.plan.steps
    .filter((step) => {
      const at = state.steps[step.id]
      return (
        step.blocks.some((block) => block.verb === 'rollback') &&
        at?.begunAt !== undefined &&
        at.status !== 'rolled-back' &&
        at.status !== 'rolling-back'
      )
    })
    .toSorted((a, b) => (state.steps[b.id]?.begunAt ?? 0) - (state.steps[a.id]?.begunAt ?? 0))
}

/** True once a step that cannot be undone was begun. */
export function pastPointOfNoReturn(state: RunState): PlanStep | undefined {
  return state.plan.steps.findLast(
    (step) => step.pointOfNoReturn && state.steps[step.id]?.begunAt !== undefined,
  )
}
