import type { DecisionOption, Step } from '../../../core/runbook/model.ts'
import type { PlanBlock, PlanStep } from '../../../core/run/plan.ts'
import { isSettled, type RunState } from '../../../core/run/state.ts'

/** What comes next in a run, for a terminal that goes through it one thing at a time. */
export type Next =
  | { readonly kind: 'block'; readonly step: PlanStep; readonly block: PlanBlock }
  | {
      readonly kind: 'item'
      readonly step: PlanStep
      readonly item: { readonly id: string; readonly text: string }
    }
  | {
      readonly kind: 'decision'
      readonly step: PlanStep
      readonly question: string
      readonly options: readonly DecisionOption[]
    }
  /** Nothing is open in the step; somebody has to say that it is done. */
  | { readonly kind: 'complete'; readonly step: PlanStep }
  /** Every rollback block has run. */
  | { readonly kind: 'rolled-back'; readonly step: PlanStep }
  /** The step that was looked at is settled. */
  | { readonly kind: 'settled'; readonly step: PlanStep }

/** The first step that is not behind us. */
export function currentStep(state: RunState): PlanStep | undefined {
  return state.plan.steps.find(({ id }) => !isSettled(state.steps[id]?.status ?? 'pending'))
}

type OpenPart = Extract<Next, { kind: 'block' | 'item' }>

/** Blocks and items that are still open, in the order in which they are worked through. */
export function openParts(
  state: RunState,
  step: PlanStep,
  source: Step | undefined,
): readonly OpenPart[] {
  const parts = (source?.content ?? []).flatMap((part): readonly OpenPart[] => {
    switch (part.kind) {
      case 'block': {
        const block = step.blocks.find(({ id }) => id === part.id)
        return block !== undefined && isOpenBlock(state, block)
          ? [{ kind: 'block', step, block }]
          : []
      }
      case 'items':
        return part.items
          .filter(({ id }) => state.items[id]?.confirmed === undefined)
          .map((item) => ({ kind: 'item', step, item }))
      case 'prose':
      case 'snippet':
        return []
    }
  })
  if (step.checklist === 'read-do') return parts
  // do-confirm: the work first, then the list that confirms it.
  return [
    ...parts.filter(({ kind }) => kind === 'block'),
    ...parts.filter(({ kind }) => kind === 'item'),
  ]
}

/** A guide's own fences and whatever a walkthrough shows never come next by themselves. */
function isOpenBlock(state: RunState, block: PlanBlock): boolean {
  if (state.mode === 'walkthrough' || block.implicit || block.verb === 'rollback') return false
  const status = state.blocks[block.id]?.status
  return status !== 'passed' && status !== 'done'
}

/** What is next in a step. */
export function nextIn(state: RunState, step: PlanStep, source: Step | undefined): Next {
  const status = state.steps[step.id]?.status ?? 'pending'
  if (status === 'rolling-back') {
    const block = step.blocks.find(({ id, verb }) => {
      const current = state.blocks[id]?.status
      return verb === 'rollback' && current !== 'passed' && current !== 'done'
    })
    return block !== undefined && state.mode !== 'walkthrough'
      ? { kind: 'block', step, block }
      : { kind: 'rolled-back', step }
  }
  if (isSettled(status)) return { kind: 'settled', step }
  const [part] = openParts(state, step, source)
  if (part !== undefined) return part
  if (step.decide !== undefined && state.decisions[step.id] === undefined)
    return { kind: 'decision', step, ...step.decide }
  return { kind: 'complete', step }
}
