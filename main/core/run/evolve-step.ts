import { own } from '../own.ts'
import { deviating, withBlock, withStep } from './change.ts'
import { withEntry } from './entries.ts'
import type { EventData, RunEvent } from './events.ts'
import type { BlockState, ItemState, RunState, StepState } from './state.ts'

/** What events about steps, their items and their decisions do to a state. */

/** Every block of a step, changed. */
function withBlocksOf(
  state: RunState,
  step: string,
  change: (block: BlockState) => Partial<BlockState>,
): RunState {
  return Object.values(state.blocks)
    .filter((block) => block.step === step)
    .reduce((next, { id }) => withBlock(next, id, change), state)
}

/**
 * A reopened step keeps what was achieved in it: what passed need not run again. One that was rolled back starts over,
 * for its work was undone. Approvals were given for another moment and do not survive.
 */
export function reopened(
  state: RunState,
  event: RunEvent,
  { step: id, reason, undecided }: EventData<'step.reopened'>,
): RunState {
  const before = own(state.steps, id)
  if (before === undefined) return state
  const { endedAt: _endedAt, reason: _reason, because: _because, ...kept } = before
  const step: StepState = { begunAt: event.wall, ...kept, status: 'active' }
  let next: RunState = { ...state, steps: withEntry(state.steps, id, step) }
  next = withBlocksOf(next, id, () => ({ approvals: [] }))
  if (undecided === true) next = withoutDecision(next, id)
  if (before.status === 'rolled-back') next = startedOver(next, id)
  return deviating(next, event, 'reopened', reason, { step: id })
}

function startedOver(state: RunState, step: string): RunState {
  const items = Object.entries(state.items).map(([id, item]): [string, ItemState] => [
    id,
    item.step === step ? { id: item.id, step } : item,
  ])
  return {
    ...withBlocksOf(state, step, () => ({ status: 'idle' })),
    items: Object.fromEntries(items),
  }
}

export function settled(
  state: RunState,
  event: RunEvent,
  { step, outcome, basis, reason }: EventData<'step.finished'>,
): RunState {
  const next = withStep(state, step, {
    status: outcome,
    endedAt: event.wall,
    ...(reason !== undefined && { reason }),
  })
  if (basis !== 'marked') return next
  return deviating(next, event, outcome === 'failed' ? 'failed' : 'marked', reason ?? '', { step })
}

export function itemChanged(
  state: RunState,
  event: RunEvent,
  id: string,
  confirmed: boolean,
): RunState {
  const item = own(state.items, id)
  if (item === undefined) return state
  const next: ItemState = {
    id: item.id,
    step: item.step,
    ...(confirmed && { confirmed: { by: event.actor, at: event.wall } }),
  }
  return { ...state, items: withEntry(state.items, id, next) }
}

/** Gives back the steps that a decision had made unnecessary. */
function neededAgain(state: RunState, decision: string): RunState {
  const steps = Object.entries(state.steps).map(([id, step]): [string, StepState] => {
    if (step.status !== 'not-needed' || step.because !== decision) return [id, step]
    const { endedAt: _endedAt, because: _because, ...kept } = step
    return [id, { ...kept, status: 'pending' }]
  })
  return { ...state, steps: Object.fromEntries(steps) }
}

function withoutDecision(state: RunState, step: string): RunState {
  const decisions = Object.entries(state.decisions).filter(([id]) => id !== step)
  return neededAgain({ ...state, decisions: Object.fromEntries(decisions) }, step)
}

/** A choice that replaces another starts from the steps as they were before either. */
export function decided(
  state: RunState,
  event: RunEvent,
  { step: id, option, instead, reason }: EventData<'decision.made'>,
): RunState {
  const decision = {
    option,
    by: event.actor,
    at: event.wall,
    ...(reason !== undefined && { reason }),
  }
  const before = neededAgain(state, id)
  const next = { ...before, decisions: { ...before.decisions, [id]: decision } }
  return instead === undefined
    ? next
    : deviating(next, event, 'decided-again', reason ?? '', { step: id })
}

export function rollingBack(
  state: RunState,
  event: RunEvent,
  { step, reason, later }: EventData<'rollback.begun'>,
): RunState {
  const next = withBlocksOf(withStep(state, step, { status: 'rolling-back' }), step, () => ({
    approvals: [],
  }))
  return later === undefined ? next : deviating(next, event, 'out-of-order', reason, { step })
}

export function rolledBack(
  state: RunState,
  event: RunEvent,
  { step, outcome, reason }: EventData<'rollback.finished'>,
): RunState {
  const next = withStep(state, step, {
    status: outcome === 'done' ? 'rolled-back' : 'failed',
    endedAt: event.wall,
    ...(reason !== undefined && { reason }),
  })
  if (outcome === 'failed')
    return deviating(next, event, 'failed', reason ?? 'The rollback failed.', { step })
  const asWritten = Object.values(state.blocks).every(
    (block) =>
      block.step !== step ||
      block.verb !== 'rollback' ||
      block.status === 'passed' ||
      block.status === 'done',
  )
  if (asWritten || state.mode === 'walkthrough') return next
  return deviating(next, event, 'marked', reason ?? '', { step })
}
