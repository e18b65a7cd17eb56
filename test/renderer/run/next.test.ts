import { describe, expect, test } from 'vitest'
import type { BlockStatus, RunState, StepStatus } from '../../../main/core/run/state.ts'
import type { Ask } from '../../../renderer/features/run/model/ask.ts'
import { partsOf } from '../../../renderer/features/run/model/content.ts'
import { nextAction, type Next } from '../../../renderer/features/run/model/next.ts'
import {
  attentionOf,
  currentStep,
  progressOf,
  rollbackCandidates,
  unknownBlocks,
} from '../../../renderer/features/run/model/position.ts'
import { plan, stateOf } from './plan-fixture.ts'

const yes: Ask = () => ({ allowed: true })

function withStep(state: RunState, step: string, status: StepStatus, begunAt = 1): RunState {
  const before = state.steps[step]
  if (before === undefined) throw new Error(`no step ${step}`)
  return { ...state, steps: { ...state.steps, [step]: { ...before, status, begunAt } } }
}

function withBlock(state: RunState, block: string, status: BlockStatus): RunState {
  const before = state.blocks[block]
  if (before === undefined) throw new Error(`no block ${block}`)
  return { ...state, blocks: { ...state.blocks, [block]: { ...before, status } } }
}

function withItem(state: RunState, item: string): RunState {
  const before = state.items[item]
  if (before === undefined) throw new Error(`no item ${item}`)
  return {
    ...state,
    items: { ...state.items, [item]: { ...before, confirmed: { by: 'Ann', at: 1 } } },
  }
}

function approve(state: RunState, block: string, by: readonly string[]): RunState {
  const before = state.blocks[block]
  const planned = plan.steps.flatMap((step) => step.blocks).find((one) => one.id === block)
  if (before === undefined || planned === undefined) throw new Error(`no block ${block}`)
  const approvals = by.map((name) => ({
    by: name,
    at: 1,
    target: planned.target ?? '',
    text: planned.code,
  }))
  return { ...state, blocks: { ...state.blocks, [block]: { ...before, approvals } } }
}

function next(state: RunState, id?: string, ask: Ask = yes): Next {
  const step = id === undefined ? currentStep(state) : plan.steps.find((one) => one.id === id)
  const parts = step === undefined ? [] : partsOf(step, undefined)
  return nextAction({ state, step, parts, ask, choices: { targets: {}, edits: {} } })
}

describe('the next thing to do', () => {
  test('a pending step is begun, its items confirmed, its decision made', () => {
    expect(next(stateOf())).toMatchObject({
      kind: 'send',
      command: { type: 'step.begin', step: 'assess' },
    })
    const begun = withStep(stateOf(), 'assess', 'active')
    expect(next(begun)).toMatchObject({ command: { type: 'item.confirm', item: 'assess/item-1' } })
    expect(next(withItem(begun, 'assess/item-1'))).toMatchObject({ kind: 'decide', step: 'assess' })
  })

  test('F-4.6 of a do-confirm list the work comes first, of a read-do list whatever is written first', () => {
    const active = withStep(stateOf(), 'promote', 'active')
    const step = plan.steps.find(({ id }) => id === 'promote')
    if (step === undefined) throw new Error('no step promote')
    const nextOf = (checklist: 'read-do' | 'do-confirm'): Next =>
      nextAction({
        state: active,
        step: { ...step, checklist },
        parts: partsOf(step, undefined),
        ask: yes,
        choices: { targets: {}, edits: {} },
      })
    expect(nextOf('read-do')).toMatchObject({ command: { type: 'item.confirm' } })
    expect(nextOf('do-confirm')).toMatchObject({ kind: 'run', block: 'promote/1' })
  })

  test('blocks follow in order; the rollback is never the next thing by itself', () => {
    const active = withItem(withStep(stateOf(), 'promote', 'active'), 'promote/item-1')
    expect(next(active, 'promote')).toMatchObject({
      kind: 'run',
      need: 'approval',
      block: 'promote/1',
    })
    const approved = approve(active, 'promote/1', ['Ann', 'Ben'])
    expect(next(approved, 'promote')).toMatchObject({
      need: 'nothing',
      block: 'promote/1',
      verdict: { allowed: true },
    })
    const first = withBlock(active, 'promote/1', 'passed')
    expect(next(first, 'promote')).toMatchObject({
      kind: 'run',
      need: 'nothing',
      label: 'Run the check',
      block: 'promote/2',
    })
    const both = withBlock(first, 'promote/2', 'passed')
    expect(next(both, 'promote')).toMatchObject({ command: { type: 'step.complete' } })
  })

  test('approvals of the text of the runbook do not count for an edited one', () => {
    const active = withItem(withStep(stateOf(), 'promote', 'active'), 'promote/item-1')
    const state = approve(active, 'promote/1', ['Ann', 'Ben'])
    const step = currentStep(state)
    const choices = { targets: {}, edits: { 'promote/1': { text: 'true', reason: 'r' } } }
    const found = nextAction({
      state,
      step,
      parts: step === undefined ? [] : partsOf(step, undefined),
      ask: yes,
      choices,
    })
    expect(found).toMatchObject({ kind: 'run', need: 'approval' })
  })

  test('an unknown outcome comes before everything else in the step', () => {
    const state = withBlock(withStep(stateOf(), 'promote', 'active'), 'promote/1', 'unknown')
    expect(next(state, 'promote')).toMatchObject({
      kind: 'block',
      panel: 'resolve',
      block: 'promote/1',
    })
  })

  test('a running block can be stopped', () => {
    const state = withBlock(withStep(stateOf(), 'promote', 'active'), 'promote/1', 'running')
    expect(next(state, 'promote')).toMatchObject({
      kind: 'block',
      panel: 'stop',
      block: 'promote/1',
    })
  })

  test('what the engine refuses is offered with its words, and a paused run is resumed first', () => {
    const no: Ask = () => ({ allowed: false, code: 'x', message: 'Not now.', needsReason: false })
    expect(next(stateOf(), undefined, no)).toMatchObject({
      verdict: { allowed: false, message: 'Not now.' },
    })
    expect(next(stateOf({ phase: 'paused' }))).toMatchObject({ command: { type: 'run.resume' } })
  })

  test('in a walkthrough nothing is offered to run', () => {
    const active = withItem(
      withStep(stateOf({ mode: 'walkthrough' }), 'promote', 'active'),
      'promote/item-1',
    )
    expect(next(active, 'promote')).toMatchObject({
      command: { type: 'step.complete', step: 'promote' },
    })
  })

  test('when every step is settled the run is finished; an ended run its report', () => {
    const all = plan.steps.reduce((state, step) => withStep(state, step.id, 'done'), stateOf())
    expect(next(all)).toMatchObject({ command: { type: 'run.finish' } })
    expect(next({ ...all, phase: 'finished' })).toMatchObject({ kind: 'report' })
  })

  test('a rollback in progress is the current step, and its block the next thing', () => {
    const state = withStep(withStep(stateOf(), 'promote', 'rolling-back'), 'close', 'active', 9)
    expect(currentStep(state)?.id).toBe('promote')
    expect(next(state)).toMatchObject({ kind: 'run', block: 'promote/3' })
    expect(next(withBlock(state, 'promote/3', 'passed'))).toMatchObject({
      kind: 'roll-back-result',
    })
  })
})

describe('where a run stands', () => {
  test('of several active steps the one begun last is current', () => {
    const state = withStep(withStep(stateOf(), 'assess', 'active', 5), 'close', 'active', 9)
    expect(currentStep(state)?.id).toBe('close')
  })

  test('attention, progress, unknown blocks', () => {
    const promote = plan.steps[1]
    if (promote === undefined) throw new Error('the fixture has three steps')
    const state = withItem(
      withBlock(withStep(stateOf(), 'promote', 'active'), 'promote/1', 'unknown'),
      'promote/item-1',
    )
    expect(attentionOf(state, promote)).toBe('unknown')
    expect(attentionOf(withBlock(state, 'promote/1', 'failed'), promote)).toBe('failed')
    expect(progressOf(state, promote)).toEqual({ done: 1, of: 3 })
    expect(unknownBlocks(state).map((block) => block.id)).toEqual(['promote/1'])
  })

  test('rollback is offered for begun steps that have one', () => {
    expect(rollbackCandidates(stateOf())).toEqual([])
    const state = withStep(withStep(stateOf(), 'assess', 'done', 1), 'promote', 'done', 2)
    expect(rollbackCandidates(state).map((step) => step.id)).toEqual(['promote'])
  })
})

describe('parts of a step', () => {
  test('without a parsed source everything of the plan is still there', () => {
    const promote = plan.steps[1]
    if (promote === undefined) throw new Error('the fixture has three steps')
    expect(partsOf(promote, undefined).map((part) => part.kind)).toEqual([
      'items',
      'block',
      'block',
      'block',
    ])
  })
})
