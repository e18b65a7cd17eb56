import { own } from '../own.ts'
import type { Approval } from '../runbook/model.ts'
import { distinctPersons, samePerson } from './people.ts'
import type { PlanBlock, PlanStep } from './plan.ts'
import { isSettled, type BlockState, type RunPhase, type RunState } from './state.ts'

/** Questions about a state that both `decide` and a window ask. */

export function phaseOf(state: RunState | undefined): RunPhase {
  return state?.phase ?? 'none'
}

export function findStep(state: RunState, id: string): PlanStep | undefined {
  return state.plan.steps.find((step) => step.id === id)
}

export function findBlock(
  state: RunState,
  id: string,
):
  { readonly step: PlanStep; readonly block: PlanBlock; readonly current: BlockState } | undefined {
  const current = own(state.blocks, id)
  const step = current && findStep(state, current.step)
  const block = step?.blocks.find((candidate) => candidate.id === id)
  return current && step && block ? { step, block, current } : undefined
}

/** Whether something was started of which nobody has said how it ended: a block, a terminal. */
export function inFlight(state: RunState): boolean {
  return (
    Object.values(state.blocks).some(({ status }) => status === 'running') ||
    Object.values(state.terminals).some(({ open }) => open)
  )
}

/** Blocks that must pass before their step is done: all but rollbacks, and nothing in a walkthrough or of a guide's own fences. */
export function gatingBlocks(state: RunState, step: PlanStep): readonly PlanBlock[] {
  if (state.mode === 'walkthrough') return []
  return step.blocks.filter((block) => block.verb !== 'rollback' && !block.implicit)
}

/** Why a step is not done yet, in words; empty when every gate is closed. */
export function openGates(state: RunState, step: PlanStep): readonly string[] {
  const open: string[] = []
  for (const [index, block] of gatingBlocks(state, step).entries()) {
    const status = own(state.blocks, block.id)?.status
    if (status !== 'passed' && status !== 'done')
      open.push(`block ${index + 1} (${block.verb}) is ${status ?? 'idle'}`)
  }
  const waiting = step.items.filter(
    ({ id }) => own(state.items, id)?.confirmed === undefined,
  ).length
  if (waiting > 0) open.push(`${waiting} item${waiting === 1 ? '' : 's'} not confirmed`)
  if (step.decide && own(state.decisions, step.id) === undefined)
    open.push('the decision is not made')
  return open
}

/** Whether the step has anything that can close by itself. */
export function hasGates(state: RunState, step: PlanStep): boolean {
  return gatingBlocks(state, step).length > 0 || step.items.length > 0 || step.decide !== undefined
}

/**
 * Ids of steps that should have been dealt with before this one: earlier ones still open, needed ones that were not done
 * (whatever the reason), and decisions that it waits for.
 */
export function unmet(state: RunState, step: PlanStep): readonly string[] {
  const ids = new Set<string>()
  for (const earlier of state.plan.steps) {
    if (earlier.id === step.id) break
    const status = own(state.steps, earlier.id)?.status
    if (status !== undefined && !isSettled(status)) ids.add(earlier.id)
  }
  for (const needed of step.needs) {
    if (own(state.steps, needed)?.status !== 'done') ids.add(needed)
  }
  if (needOf(state, step) === 'undecided') {
    for (const { step: decision } of step.when.flatMap((one) => decisionsFor(state, one))) {
      if (own(state.decisions, decision.id) === undefined) ids.add(decision.id)
    }
  }
  return [...ids]
}

/** Approvals this block needs before it runs; undefined when none. */
export function approvalFor(step: PlanStep, block: PlanBlock): Approval | undefined {
  if (block.verb === 'check') return undefined
  return (
    step.approve ?? (step.risk === 'destructive' ? { role: 'commander', quorum: 1 } : undefined)
  )
}

export interface ApprovalProgress {
  readonly needed: Approval
  /** Distinct persons who approved exactly this target and text. */
  readonly by: readonly string[]
  readonly complete: boolean
  /** What is still missing, in words; empty when complete. */
  readonly missing: string
}

/** How far the approvals of a block are, for the text and target it would run with. */
export function approvalProgress(
  state: RunState,
  step: PlanStep,
  block: PlanBlock,
  target: string,
  text: string,
): ApprovalProgress | undefined {
  const needed = approvalFor(step, block)
  if (needed === undefined) return undefined
  const by = distinctPersons(
    (own(state.blocks, block.id)?.approvals ?? [])
      .filter((approval) => approval.target === target && approval.text === text)
      .map((approval) => approval.by),
  )
  const holder = own(state.roles, needed.role)
  const missing: string[] = []
  if (by.length < needed.quorum) {
    const left = needed.quorum - by.length
    missing.push(`${left} more approval${left === 1 ? '' : 's'}`)
  }
  if (holder === undefined) {
    missing.push(`somebody in the role ${needed.role} to approve it (offer the role to them)`)
  } else if (!by.some((person) => samePerson(person, holder))) {
    missing.push(`the approval of ${holder} (${needed.role})`)
  }
  return { needed, by, complete: missing.length === 0, missing: missing.join(' and ') }
}

/** The target a block runs on: its own, its step's, or the one chosen for a guide. */
export function targetOf(step: PlanStep, block: PlanBlock, chosen?: string): string | undefined {
  return block.target ?? step.target ?? chosen
}

/** Names of this laptop that need no declaration. */
const LAPTOP = ['laptop', 'local']

/** Names a block may run on: what the plan declares, and this laptop. */
export function knownTargets(state: RunState): readonly string[] {
  return [...new Set([...state.plan.targets.map(({ name }) => name), ...LAPTOP])]
}

/** `step/option`, or the option alone where only one decision offers it. */
export function decisionsFor(
  state: RunState,
  reference: string,
): readonly { step: PlanStep; option: string }[] {
  const found: { step: PlanStep; option: string }[] = []
  for (const step of state.plan.steps) {
    for (const option of step.decide?.options ?? []) {
      if (reference === option.id || reference === `${step.id}/${option.id}`)
        found.push({ step, option: option.id })
    }
  }
  return found
}

/**
 * Whether `when` is satisfied: by a choice already made, not any more, or not decided yet. A decision that was passed
 * over (its step is settled without a choice) cannot make anything needed.
 */
export function needOf(state: RunState, step: PlanStep): 'needed' | 'not-needed' | 'undecided' {
  if (step.when.length === 0) return 'needed'
  let undecided = false
  for (const reference of step.when) {
    const candidates = decisionsFor(state, reference)
    // Nothing offers it: a mistake in the runbook must not make the step disappear.
    if (candidates.length === 0) undecided = true
    for (const { step: decision, option } of candidates) {
      const made = own(state.decisions, decision.id)
      if (made?.option === option) return 'needed'
      const status = own(state.steps, decision.id)?.status
      if (made === undefined && status !== undefined && !isSettled(status)) undecided = true
    }
  }
  return undecided ? 'undecided' : 'not-needed'
}
