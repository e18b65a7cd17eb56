import type { EventBody } from './events.ts'
import type { PlanStep } from './plan.ts'
import { hasGates, needOf, openGates } from './rules.ts'
import type { BlockStatus, ItemState, RunState } from './state.ts'

/** What a change closes by itself: a step whose last gate fell, steps that a decision made unnecessary. */

/** The event that finishes a step, when it is active and nothing is left to do in it. */
export function closing(state: RunState, step: PlanStep): readonly EventBody[] {
  if (state.steps[step.id]?.status !== 'active') return []
  if (!hasGates(state, step) || openGates(state, step).length > 0) return []
  return [{ type: 'step.finished', data: { step: step.id, outcome: 'done', basis: 'gates' } }]
}

/** The state as it will be for the gates of a step, before the events have been numbered. */
export function supposing(
  state: RunState,
  change: {
    readonly block?: { readonly id: string; readonly status: BlockStatus }
    readonly item?: ItemState
    readonly decision?: { readonly step: string; readonly option: string }
    readonly settled?: string
  },
): RunState {
  let next = state
  if (change.block) {
    const block = next.blocks[change.block.id]
    if (block) {
      next = {
        ...next,
        blocks: { ...next.blocks, [block.id]: { ...block, status: change.block.status } },
      }
    }
  }
  if (change.item) next = { ...next, items: { ...next.items, [change.item.id]: change.item } }
  if (change.decision) {
    const { step, option } = change.decision
    next = { ...next, decisions: { ...next.decisions, [step]: { option, by: '', at: 0 } } }
  }
  if (change.settled !== undefined) {
    const step = next.steps[change.settled]
    if (step)
      next = { ...next, steps: { ...next.steps, [step.id]: { ...step, status: 'skipped' } } }
  }
  return next
}

/**
 * Steps that are not needed any more after the step `cause` decided `option` (or was settled without deciding, when
 * `option` is undefined). A step made unnecessary may itself have been a decision, so this goes on until nothing changes.
 */
export function unneeded(
  state: RunState,
  cause: string,
  option: string | undefined,
): readonly EventBody[] {
  const events: EventBody[] = []
  let current = state
  for (let found = true; found;) {
    found = false
    for (const step of current.plan.steps) {
      if (current.steps[step.id]?.status !== 'pending' || needOf(current, step) !== 'not-needed')
        continue
      events.push({
        type: 'step.not-needed',
        data: { step: step.id, decision: cause, option: option ?? 'none' },
      })
      current = supposing(current, { settled: step.id })
      found = true
    }
  }
  return events
}
