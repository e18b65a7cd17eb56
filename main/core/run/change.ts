import { own } from '../own.ts'
import { withEntry } from './entries.ts'
import type { RunEvent } from './events.ts'
import type { Attempt, BlockState, Deviation, DeviationKind, RunState, StepState } from './state.ts'

/** Changed copies of a state. What a state does not have stays as it is. */

export function withStep(state: RunState, id: string, change: Partial<StepState>): RunState {
  const step = own(state.steps, id)
  return step === undefined
    ? state
    : { ...state, steps: withEntry(state.steps, id, { ...step, ...change }) }
}

export function withBlock(
  state: RunState,
  id: string,
  change: (block: BlockState) => Partial<BlockState>,
): RunState {
  const block = own(state.blocks, id)
  if (block === undefined) return state
  return { ...state, blocks: withEntry(state.blocks, id, { ...block, ...change(block) }) }
}

export function withAttempt(
  state: RunState,
  id: string,
  number: number,
  change: Partial<Attempt>,
): RunState {
  return withBlock(state, id, (block) => ({
    attempts: block.attempts.map((attempt) =>
      attempt.number === number ? { ...attempt, ...change } : attempt,
    ),
  }))
}

/** Notes that something was done otherwise than the runbook foresaw. */
export function deviating(
  state: RunState,
  event: RunEvent,
  kind: DeviationKind,
  reason: string,
  where: { readonly step?: string; readonly block?: string } = {},
): RunState {
  const deviation: Deviation = {
    kind,
    seq: event.seq,
    at: event.wall,
    by: event.actor,
    reason,
    ...where,
  }
  return { ...state, deviations: [...state.deviations, deviation] }
}
