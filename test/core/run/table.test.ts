import { describe, expect, it } from 'vitest'
import type { AnyCommand, CommandType } from '../../../main/core/run/commands.ts'
import {
  BLOCK_STATUSES,
  RUN_PHASES,
  STEP_STATUSES,
  type BlockStatus,
  type RunPhase,
  type StepStatus,
} from '../../../main/core/run/state.ts'
import { BLOCK_TABLE, RUN_TABLE, STEP_TABLE } from '../../../main/core/run/table.ts'
import { block, exited, lost, planWith, Play, starting, step } from './support/play.ts'

/** Every cell of the three tables, each in a state that real events have brought about. */

const PLAN = planWith(
  step('one', {
    blocks: [block('one/1'), block('one/2', { verb: 'rollback' })],
    items: [{ id: 'one/item-1', text: 'Item' }],
  }),
  step('choice', {
    decide: {
      question: 'Which?',
      options: [
        { id: 'left', label: 'Left' },
        { id: 'right', label: 'Right' },
      ],
    },
  }),
  step('left', { when: ['left'], blocks: [block('left/1')] }),
  step('dangerous', {
    risk: 'destructive',
    target: 'laptop',
    retry: { attempts: 3, everyMs: 10 },
    blocks: [block('dangerous/1'), block('dangerous/2', { verb: 'rollback' })],
    items: [{ id: 'dangerous/item-1', text: 'Item' }],
    decide: {
      question: 'Which?',
      options: [
        { id: 'stay', label: 'Stay' },
        { id: 'leave', label: 'Leave' },
      ],
    },
  }),
)
const REASON = 'because'

// ---------------------------------------------------------------------------------------- run phase x command

function inPhase(phase: RunPhase): Play {
  const play = new Play()
  if (phase === 'none') return play
  play.must(starting(PLAN))
  // Something of everything, so that any command has something to be about.
  play.must({ type: 'step.begin', step: 'one' })
  play.must({ type: 'block.run', block: 'one/1' })
  play.must({ type: 'terminal.opened', terminal: 'terminal-1', target: 'laptop' })
  play.must({ type: 'role.offer', role: 'operator', to: 'Grace', brief: '' })
  if (phase === 'paused') play.must({ type: 'run.pause' })
  if (phase === 'finished') {
    play.must(exited('one/1', 0))
    play.must({ type: 'run.finish', reason: REASON })
  }
  if (phase === 'aborted') play.must({ type: 'run.abort', reason: REASON })
  return play
}

/** Each command as it would be right in a running run; `prepare` is done before. */
const RUN_COMMANDS: Readonly<
  Record<CommandType, { readonly command: AnyCommand; readonly prepare?: readonly AnyCommand[] }>
> = {
  'run.start': { command: starting(PLAN) },
  'run.pause': { command: { type: 'run.pause' } },
  'run.resume': { command: { type: 'run.resume' } },
  'run.finish': { command: { type: 'run.finish', reason: REASON }, prepare: [exited('one/1', 0)] },
  'run.abort': { command: { type: 'run.abort', reason: REASON } },
  'run.suspend': { command: { type: 'run.suspend' } },
  'run.reopen': { command: { type: 'run.reopen', after: 'crash', recovered: [] } },
  'step.begin': { command: { type: 'step.begin', step: 'choice', reason: REASON } },
  'step.complete': {
    command: { type: 'step.complete', step: 'left' },
    prepare: [
      { type: 'step.begin', step: 'left', reason: REASON },
      { type: 'block.run', block: 'left/1' },
      { type: 'step.reopen', step: 'left', reason: REASON },
    ],
  },
  'step.skip': { command: { type: 'step.skip', step: 'choice', reason: REASON } },
  'step.mark': {
    command: { type: 'step.mark', step: 'choice', outcome: 'failed', reason: REASON },
  },
  'step.reopen': {
    command: { type: 'step.reopen', step: 'choice', reason: REASON },
    prepare: [{ type: 'step.skip', step: 'choice', reason: REASON }],
  },
  'block.run': {
    command: { type: 'block.run', block: 'left/1' },
    prepare: [{ type: 'step.begin', step: 'left', reason: REASON }],
  },
  'block.retry': { command: { type: 'block.retry', block: 'one/1', attempt: 1 } },
  'block.stop': { command: { type: 'block.stop', block: 'one/1', rung: 'interrupt' } },
  'block.report': { command: exited('one/1', 0) },
  'block.resolve': {
    command: { type: 'block.resolve', block: 'one/1', as: 'done', reason: REASON },
    prepare: [lost('one/1')],
  },
  'item.confirm': { command: { type: 'item.confirm', item: 'one/item-1' } },
  'item.unconfirm': {
    command: { type: 'item.unconfirm', item: 'one/item-1' },
    prepare: [{ type: 'item.confirm', item: 'one/item-1' }],
  },
  'approval.grant': {
    command: { type: 'approval.grant', block: 'dangerous/1', by: 'Ada' },
    prepare: [{ type: 'step.begin', step: 'dangerous', reason: REASON }],
  },
  'approval.refuse': {
    command: { type: 'approval.refuse', block: 'dangerous/1', by: 'Ada', reason: REASON },
    prepare: [{ type: 'step.begin', step: 'dangerous', reason: REASON }],
  },
  'decision.make': {
    command: { type: 'decision.make', step: 'choice', option: 'left' },
    prepare: [{ type: 'step.begin', step: 'choice', reason: REASON }],
  },
  'severity.change': { command: { type: 'severity.change', to: 'SEV1' } },
  'role.offer': {
    command: { type: 'role.offer', role: 'operator', to: 'Grace', brief: 'All well' },
  },
  'role.accept': { command: { type: 'role.accept', role: 'operator', by: 'Grace' } },
  'note.add': { command: { type: 'note.add', kind: 'note', text: 'Seen' } },
  'rollback.begin': {
    command: { type: 'rollback.begin', step: 'one', reason: REASON },
    prepare: [exited('one/1', 0)],
  },
  'rollback.complete': {
    command: { type: 'rollback.complete', step: 'one', outcome: 'done', reason: REASON },
    prepare: [exited('one/1', 0), { type: 'rollback.begin', step: 'one', reason: REASON }],
  },
  'terminal.opened': {
    command: { type: 'terminal.opened', terminal: 'terminal-2', target: 'laptop' },
  },
  'terminal.closed': {
    command: {
      type: 'terminal.closed',
      terminal: 'terminal-1',
      target: 'laptop',
      outcome: { kind: 'exited', code: 0 },
      durationMs: 1,
    },
  },
}

/** Finer rules that speak where the table allows, in states where nothing could make the command right. */
const FINER = new Set([
  'gates-open',
  'no-retry',
  'block-not-running',
  'block-running',
  'block-not-run',
])

describe('run phase x command', () => {
  const cells = Object.entries(RUN_TABLE).flatMap(([type, row]) =>
    RUN_PHASES.map((phase) => ({ type, phase, cell: row[phase] })),
  )
  it.each(cells)('$type in $phase: $cell', ({ type, phase, cell }) => {
    const known = Object.entries(RUN_COMMANDS).find(([name]) => name === type)?.[1]
    if (known === undefined) throw new Error(`No command for ${type}`)
    const play = inPhase(phase)
    if (phase === 'running') for (const prepare of known.prepare ?? []) play.ask(prepare)
    const decision = play.ask(known.command)
    if (cell === true)
      expect(decision.ok || FINER.has(decision.code), JSON.stringify(decision)).toBe(true)
    else expect(decision).toMatchObject({ ok: false, code: cell })
  })
})

// ---------------------------------------------------------------------------------------- step status x command

function withStep(status: StepStatus): Play {
  const play = new Play().must(starting(PLAN))
  const begin: AnyCommand = { type: 'step.begin', step: 'dangerous', reason: REASON }
  switch (status) {
    case 'pending':
      return play
    case 'active':
      return play.must(begin)
    case 'done':
      return play.must({ type: 'step.mark', step: 'dangerous', outcome: 'done', reason: REASON })
    case 'failed':
      return play.must({ type: 'step.mark', step: 'dangerous', outcome: 'failed', reason: REASON })
    case 'skipped':
      return play.must({ type: 'step.skip', step: 'dangerous', reason: REASON })
    case 'not-needed':
      // Its own decision cannot make it unnecessary; one before it can.
      return new Play()
        .must(
          starting(
            planWith(
              ...PLAN.steps.map((one) =>
                one.id === 'dangerous' ? { ...one, when: ['left'] } : one,
              ),
            ),
          ),
        )
        .must({ type: 'step.begin', step: 'choice', reason: REASON })
        .must({ type: 'decision.make', step: 'choice', option: 'right' })
    case 'rolling-back':
      return play.must(begin).must({ type: 'rollback.begin', step: 'dangerous', reason: REASON })
    case 'rolled-back':
      return play
        .must(begin)
        .must({ type: 'rollback.begin', step: 'dangerous', reason: REASON })
        .must({ type: 'rollback.complete', step: 'dangerous', outcome: 'done', reason: REASON })
  }
}

const STEP_COMMANDS: Readonly<Record<keyof typeof STEP_TABLE, AnyCommand>> = {
  'step.begin': { type: 'step.begin', step: 'dangerous', reason: REASON },
  'step.complete': { type: 'step.complete', step: 'dangerous' },
  'step.skip': { type: 'step.skip', step: 'dangerous', reason: REASON },
  'step.mark': { type: 'step.mark', step: 'dangerous', outcome: 'done', reason: REASON },
  'step.reopen': { type: 'step.reopen', step: 'dangerous', reason: REASON },
  'block.run': { type: 'block.run', block: 'dangerous/1' },
  'block.run rollback': { type: 'block.run', block: 'dangerous/2' },
  'block.resolve': { type: 'block.resolve', block: 'dangerous/1', as: 'done', reason: REASON },
  'item.confirm': { type: 'item.confirm', item: 'dangerous/item-1' },
  'item.unconfirm': { type: 'item.unconfirm', item: 'dangerous/item-1' },
  'approval.grant': { type: 'approval.grant', block: 'dangerous/1', by: 'Ada' },
  'approval.refuse': { type: 'approval.refuse', block: 'dangerous/1', by: 'Ada', reason: REASON },
  'decision.make': { type: 'decision.make', step: 'dangerous', option: 'stay' },
  'rollback.begin': { type: 'rollback.begin', step: 'dangerous', reason: REASON },
  'rollback.complete': {
    type: 'rollback.complete',
    step: 'dangerous',
    outcome: 'done',
    reason: REASON,
  },
}
/** Finer rules that may speak where the step's table allows. */
const STEP_FINER = new Set(['gates-open', 'not-approved', 'block-not-run', 'item-open'])

describe('step status x command', () => {
  const cells = Object.entries(STEP_TABLE).flatMap(([type, row]) =>
    STEP_STATUSES.map((status) => ({ type, status, cell: row[status] })),
  )
  it.each(cells)('$type when $status: $cell', ({ type, status, cell }) => {
    const command = Object.entries(STEP_COMMANDS).find(([name]) => name === type)?.[1]
    if (command === undefined) throw new Error(`No command for ${type}`)
    const play = withStep(status)
    expect(play.now.steps['dangerous']?.status).toBe(status)
    const decision = play.ask(command)
    if (cell === true)
      expect(decision.ok || STEP_FINER.has(decision.code), JSON.stringify(decision)).toBe(true)
    else expect(decision).toMatchObject({ ok: false, code: cell })
  })
})

// ---------------------------------------------------------------------------------------- block status x command

function withBlock(status: BlockStatus): Play {
  const play = new Play()
    .must(starting(PLAN))
    .must({ type: 'step.begin', step: 'dangerous', reason: REASON })
  if (status === 'idle') return play
  play
    .must({ type: 'approval.grant', block: 'dangerous/1', by: 'Ada' })
    .must({ type: 'block.run', block: 'dangerous/1' })
  if (status === 'running') return play
  if (status === 'passed') return play.must(exited('dangerous/1', 0))
  if (status === 'failed') return play.must(exited('dangerous/1', 1))
  play.must(lost('dangerous/1'))
  if (status === 'unknown') return play
  return play.must({
    type: 'block.resolve',
    block: 'dangerous/1',
    as: status === 'done' ? 'done' : 'failed',
    reason: REASON,
  })
}

const BLOCK_COMMANDS: Readonly<Record<keyof typeof BLOCK_TABLE, AnyCommand>> = {
  'block.run': { type: 'block.run', block: 'dangerous/1', reason: REASON },
  'block.retry': { type: 'block.retry', block: 'dangerous/1', attempt: 1 },
  'block.stop': { type: 'block.stop', block: 'dangerous/1', rung: 'kill' },
  'block.report': exited('dangerous/1', 0),
  'block.resolve': { type: 'block.resolve', block: 'dangerous/1', as: 'done', reason: REASON },
  'approval.grant': { type: 'approval.grant', block: 'dangerous/1', by: 'Grace' },
  'approval.refuse': { type: 'approval.refuse', block: 'dangerous/1', by: 'Grace', reason: REASON },
}
const BLOCK_FINER = new Set(['not-approved', 'no-retry'])

describe('block status x command', () => {
  const cells = Object.entries(BLOCK_TABLE).flatMap(([type, row]) =>
    BLOCK_STATUSES.map((status) => ({ type, status, cell: row[status] })),
  )
  it.each(cells)('$type when $status: $cell', ({ type, status, cell }) => {
    const command = Object.entries(BLOCK_COMMANDS).find(([name]) => name === type)?.[1]
    if (command === undefined) throw new Error(`No command for ${type}`)
    const play = withBlock(status)
    expect(play.now.blocks['dangerous/1']?.status).toBe(status)
    const decision = play.ask(command)
    if (cell === true)
      expect(decision.ok || BLOCK_FINER.has(decision.code), JSON.stringify(decision)).toBe(true)
    else expect(decision).toMatchObject({ ok: false, code: cell })
  })
})
