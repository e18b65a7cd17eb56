import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AnyCommand, CommandType } from '../../../main/core/run/commands.ts'
import type { Mode } from '../../../main/core/run/events.ts'
import type { Plan, PlanStep } from '../../../main/core/run/plan.ts'
import {
  BLOCK_STATUSES,
  RUN_PHASES,
  STEP_STATUSES,
  type BlockStatus,
  type RunPhase,
  type RunState,
  type StepStatus,
} from '../../../main/core/run/state.ts'
import {
  BLOCK_TABLE,
  REFUSALS,
  RUN_TABLE,
  STEP_TABLE,
  type Cell,
} from '../../../main/core/run/table.ts'
import {
  block,
  exited,
  hostExited,
  lost,
  sentToTheFirst,
  withHosts,
  planWith,
  Play,
  starting,
  step,
} from './support/play.ts'
import { DOCUMENT, withTables } from './support/table-text.ts'

/**
 * Every cell of the three tables against `decide`, in a state that real events have brought about. Where a cell allows,
 * the command is accepted; where it refuses, it is refused with exactly that code and its words.
 */

const REASON = 'because'
const OPTIONS = [
  { id: 'left', label: 'Left' },
  { id: 'right', label: 'Right' },
]

function expectCell(play: Play, command: AnyCommand, cell: Cell): void {
  const before = play.state
  const decision = play.ask(command)
  if (cell === true) {
    expect(decision).toMatchObject({ ok: true })
    expect(play.state).not.toBe(before)
  } else {
    expect(decision).toMatchObject({ ok: false, code: cell, message: REFUSALS[cell] })
    expect(play.state).toBe(before)
  }
}

/** What a witness of the newest event holds. */
function headOf(state: RunState | undefined): { readonly size: number; readonly head: string } {
  return { size: state?.seq ?? 1, head: state?.head ?? '' }
}

function commandFor<Command>(commands: Readonly<Record<string, Command>>, type: string): Command {
  const found = commands[type]
  if (found === undefined) throw new Error(`No command for ${type}`)
  return found
}

describe('run phase x command', () => {
  const WITHOUT_INJECTS = withHosts(
    step('one', {
      retry: { attempts: 3, everyMs: 10 },
      blocks: [block('one/1'), block('one/2', { verb: 'rollback' })],
      items: [{ id: 'one/item-1', text: 'Item' }],
    }),
    step('choice', { decide: { question: 'Which?', options: OPTIONS } }),
    step('left', { when: ['left'], blocks: [block('left/1')] }),
    step('dangerous', { risk: 'destructive', target: 'laptop', blocks: [block('dangerous/1')] }),
    step('prose'),
    step('many', { target: 'web', blocks: [block('many/1', { target: 'web' })] }),
  )
  const RUN_PLAN: Plan = {
    ...WITHOUT_INJECTS,
    injects: [{ atMs: 60_000, fault: 'The primary is cut off', expected: 'It is noticed' }],
  }

  function inPhase(phase: RunPhase, mode: Mode): Play {
    const play = new Play()
    if (phase === 'none') return play
    play.must(starting(RUN_PLAN, mode))
    // Something of everything, so that any command has something to be about.
    play.must({ type: 'step.begin', step: 'one' })
    play.must({ type: 'block.run', block: 'one/1' })
    play.must({ type: 'step.begin', step: 'many', reason: REASON })
    play.must({ type: 'block.run', block: 'many/1' })
    play.must({ type: 'block.batch', block: 'many/1', attempt: 1, hosts: ['web-1'] })
    play.must({ type: 'terminal.opened', terminal: 'terminal-1', target: 'laptop' })
    play.must({ type: 'role.offer', role: 'operator', to: 'Grace', brief: '' })
    if (phase === 'paused') play.must({ type: 'run.pause' })
    if (phase === 'finished')
      play
        .must(exited('one/1', 0))
        .must(exited('many/1', 1))
        .must({ type: 'run.finish', reason: REASON })
    if (phase === 'aborted') play.must({ type: 'run.abort', reason: REASON })
    return play
  }

  /** Each command as it is right in a running run; `prepare` is done before, where the run is running. */
  const COMMANDS: Readonly<
    Record<
      CommandType,
      {
        readonly command: AnyCommand | ((state: RunState | undefined) => AnyCommand)
        readonly prepare?: readonly AnyCommand[]
        /** Of the run; live where it is not said. */
        readonly mode?: Mode
      }
    >
  > = {
    'run.start': { command: starting(RUN_PLAN) },
    'run.pause': { command: { type: 'run.pause' } },
    'run.resume': { command: { type: 'run.resume' } },
    'run.finish': {
      command: { type: 'run.finish', reason: REASON },
      prepare: [exited('one/1', 0), exited('many/1', 1)],
    },
    'run.abort': { command: { type: 'run.abort', reason: REASON } },
    'run.suspend': { command: { type: 'run.suspend' } },
    'run.reopen': { command: { type: 'run.reopen', after: 'crash', recovered: [] } },
    'step.begin': { command: { type: 'step.begin', step: 'choice', reason: REASON } },
    'step.complete': {
      command: { type: 'step.complete', step: 'prose' },
      prepare: [{ type: 'step.begin', step: 'prose', reason: REASON }],
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
    'block.retry': {
      command: { type: 'block.retry', block: 'one/1', attempt: 1 },
      prepare: [exited('one/1', 1)],
    },
    'block.stop': { command: { type: 'block.stop', block: 'one/1', rung: 'interrupt' } },
    'block.report': { command: exited('one/1', 0) },
    'block.batch': {
      command: { type: 'block.batch', block: 'many/1', attempt: 1, hosts: ['web-2'] },
    },
    'block.host-report': { command: hostExited('many/1', 'web-1', 0) },
    'block.batch-report': {
      command: {
        type: 'block.batch-report',
        block: 'many/1',
        attempt: 1,
        batch: 1,
        check: 'many/2',
        hosts: [],
      },
    },
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
    'inject.give': { command: { type: 'inject.give', inject: 1 }, mode: 'drill' },
    'report.edit': {
      command: { type: 'report.edit', report: 'audit', field: 'owner', text: 'Ada' },
    },
    'report.move': { command: { type: 'report.move', report: 'audit', to: 'in-review' } },
    'timeline.pin': { command: { type: 'timeline.pin', event: 1, pinned: true } },
    'checkpoint.witness': {
      command: (state) => ({ type: 'checkpoint.witness', ...headOf(state), by: 'Grace' }),
    },
    'checkpoint.countersign': {
      command: (state) => ({
        type: 'checkpoint.countersign',
        ...headOf(state),
        kind: 'ssh',
        by: 'Grace',
        signature: 'signature',
      }),
    },
    'output.redact': {
      command: {
        type: 'output.redact',
        event: 1,
        sha256: 'f'.repeat(64),
        kind: 'personal',
        reason: REASON,
      },
    },
    'attachment.add': {
      command: {
        type: 'attachment.add',
        name: 'graph.png',
        mediaType: 'image/png',
        blob: { sha256: 'e'.repeat(64), bytes: 9 },
        sha256: 'f'.repeat(64),
        size: 9,
      },
    },
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
  /** A run cannot finish while something runs, so here it is the block's own table that speaks. */
  const IMPOSSIBLE = new Set([
    'finished block.stop',
    'finished block.report',
    'finished block.host-report',
    'finished block.batch-report',
  ])

  const cells = Object.entries(RUN_TABLE).flatMap(([type, row]) =>
    RUN_PHASES.map((phase) => ({ type, phase, cell: row[phase] })),
  )
  it.each(cells)('$type in $phase: $cell', ({ type, phase, cell }) => {
    const { command, prepare = [], mode = 'live' } = commandFor(COMMANDS, type)
    const play = inPhase(phase, mode)
    expect(play.state?.phase ?? 'none').toBe(phase)
    if (phase === 'running') for (const one of prepare) play.must(one)
    const asked = typeof command === 'function' ? command(play.state) : command
    expectCell(play, asked, IMPOSSIBLE.has(`${phase} ${type}`) ? 'block-not-running' : cell)
  })
})

describe('step status x command', () => {
  const SUBJECT = step('subject', {
    risk: 'destructive',
    target: 'laptop',
    blocks: [block('subject/1'), block('subject/2', { verb: 'rollback' })],
    items: [{ id: 'subject/item-1', text: 'Item' }],
    decide: {
      question: 'Which?',
      options: [
        { id: 'stay', label: 'Stay' },
        { id: 'leave', label: 'Leave' },
      ],
    },
  })
  const CHOICE = step('choice', { decide: { question: 'Which?', options: OPTIONS } })
  const BEGIN: AnyCommand = { type: 'step.begin', step: 'subject', reason: REASON }
  const ROLL_BACK: AnyCommand = { type: 'rollback.begin', step: 'subject', reason: REASON }

  /** Brings the step to a status; `during` is done while it is active on the way there. */
  function withStep(status: StepStatus, subject: PlanStep, during: readonly AnyCommand[]): Play {
    const play = new Play()
    const start = (planned: PlanStep): Play => play.must(starting(planWith(CHOICE, planned)))
    const active = (): Play => {
      start(subject).must(BEGIN)
      for (const one of during) play.must(one)
      return play
    }
    switch (status) {
      case 'pending':
        return start(subject)
      case 'active':
        return active()
      case 'done':
      case 'failed':
        return active().must({
          type: 'step.mark',
          step: 'subject',
          outcome: status,
          reason: REASON,
        })
      case 'skipped':
        return active().must({ type: 'step.skip', step: 'subject', reason: REASON })
      case 'not-needed':
        return start({ ...subject, when: ['left'] })
          .must({ type: 'step.begin', step: 'choice' })
          .must({ type: 'decision.make', step: 'choice', option: 'right' })
      case 'rolling-back':
        return active().must(ROLL_BACK)
      case 'rolled-back':
        return active()
          .must(ROLL_BACK)
          .must({ type: 'rollback.complete', step: 'subject', outcome: 'done', reason: REASON })
    }
  }

  interface Row {
    readonly command: AnyCommand
    /** Done while the step is active, on the way to the status. */
    readonly during?: readonly AnyCommand[]
    /** Done in the status, where the cell allows. */
    readonly prepare?: readonly AnyCommand[]
    readonly subject?: PlanStep
  }
  const approve = (id: string): AnyCommand => ({ type: 'approval.grant', block: id, by: 'Ada' })
  const PROSE: PlanStep = { ...step('subject'), blocks: [], items: [] }
  const COMMANDS: Readonly<Record<keyof typeof STEP_TABLE, Row>> = {
    'step.begin': { command: BEGIN },
    'step.complete': { command: { type: 'step.complete', step: 'subject' }, subject: PROSE },
    'step.skip': { command: { type: 'step.skip', step: 'subject', reason: REASON } },
    'step.mark': {
      command: { type: 'step.mark', step: 'subject', outcome: 'done', reason: REASON },
    },
    'step.reopen': { command: { type: 'step.reopen', step: 'subject', reason: REASON } },
    'block.run': {
      command: { type: 'block.run', block: 'subject/1' },
      prepare: [approve('subject/1')],
    },
    'block.run rollback': {
      command: { type: 'block.run', block: 'subject/2' },
      prepare: [approve('subject/2')],
    },
    'block.resolve': {
      command: { type: 'block.resolve', block: 'subject/1', as: 'done', reason: REASON },
      during: [
        approve('subject/1'),
        { type: 'block.run', block: 'subject/1' },
        exited('subject/1', 1),
      ],
    },
    'item.confirm': { command: { type: 'item.confirm', item: 'subject/item-1' } },
    'item.unconfirm': {
      command: { type: 'item.unconfirm', item: 'subject/item-1' },
      during: [{ type: 'item.confirm', item: 'subject/item-1' }],
    },
    'approval.grant': { command: approve('subject/1') },
    'approval.refuse': {
      command: { type: 'approval.refuse', block: 'subject/1', by: 'Ada', reason: REASON },
    },
    'decision.make': { command: { type: 'decision.make', step: 'subject', option: 'stay' } },
    'rollback.begin': { command: ROLL_BACK },
    'rollback.complete': {
      command: { type: 'rollback.complete', step: 'subject', outcome: 'done', reason: REASON },
    },
  }

  const cells = Object.entries(STEP_TABLE).flatMap(([type, row]) =>
    STEP_STATUSES.map((status) => ({ type, status, cell: row[status] })),
  )
  it.each(cells)('$type when $status: $cell', ({ type, status, cell }) => {
    const { command, during = [], prepare = [], subject = SUBJECT } = commandFor(COMMANDS, type)
    const play = withStep(status, subject, during)
    expect(play.now.steps['subject']?.status).toBe(status)
    if (cell === true) for (const one of prepare) play.must(one)
    expectCell(play, command, cell)
  })
})

describe('block status x command', () => {
  function withBlock(status: BlockStatus, risk: 'safe' | 'destructive'): Play {
    const subject = step('subject', {
      risk,
      target: 'laptop',
      retry: { attempts: 3, everyMs: 10 },
      blocks: [block('subject/1')],
      items: [{ id: 'subject/item-1', text: 'Item' }],
    })
    const play = new Play()
      .must(starting(planWith(subject)))
      .must({ type: 'step.begin', step: 'subject' })
    if (status === 'idle') return play
    if (risk === 'destructive') play.must({ type: 'approval.grant', block: 'subject/1', by: 'Ada' })
    play.must({ type: 'block.run', block: 'subject/1' })
    switch (status) {
      case 'running':
        return play
      case 'passed':
        return play.must(exited('subject/1', 0))
      case 'failed':
        return play.must(exited('subject/1', 1))
      case 'unknown':
        return play.must(lost('subject/1'))
      case 'done':
      case 'gave-up':
        return play.must(lost('subject/1')).must({
          type: 'block.resolve',
          block: 'subject/1',
          as: status === 'done' ? 'done' : 'failed',
          reason: REASON,
        })
    }
  }

  const COMMANDS: Readonly<Record<keyof typeof BLOCK_TABLE, AnyCommand>> = {
    'block.run': { type: 'block.run', block: 'subject/1', reason: REASON },
    'block.retry': { type: 'block.retry', block: 'subject/1', attempt: 1 },
    'block.stop': { type: 'block.stop', block: 'subject/1', rung: 'kill' },
    'block.report': exited('subject/1', 0),
    'block.batch': { type: 'block.batch', block: 'subject/1', attempt: 1, hosts: ['web-2'] },
    'block.host-report': hostExited('subject/1', 'web-1', 0),
    'block.batch-report': {
      type: 'block.batch-report',
      block: 'subject/1',
      attempt: 1,
      batch: 1,
      check: 'subject/2',
      hosts: [],
    },
    'block.resolve': { type: 'block.resolve', block: 'subject/1', as: 'done', reason: REASON },
    'approval.grant': { type: 'approval.grant', block: 'subject/1', by: 'Grace' },
    'approval.refuse': { type: 'approval.refuse', block: 'subject/1', by: 'Grace', reason: REASON },
  }

  const cells = Object.entries(BLOCK_TABLE).flatMap(([type, row]) =>
    BLOCK_STATUSES.map((status) => ({ type, status, cell: row[status] })),
  )
  it.each(cells)('$type when $status: $cell', ({ type, status, cell }) => {
    const aboutHosts = ['block.batch', 'block.host-report', 'block.batch-report'].includes(type)
    const play =
      aboutHosts && status === 'running'
        ? sentToTheFirst('subject/1')
        : withBlock(status, type.startsWith('approval') ? 'destructive' : 'safe')
    expect(play.now.blocks['subject/1']?.status).toBe(status)
    expectCell(play, commandFor(COMMANDS, type), cell)
  })
})

describe('the words of a refusal', () => {
  it.each(Object.entries(REFUSALS))('%s is a sentence', (_code, words) => {
    expect(words).toMatch(/^[A-Z].*\.$/u)
  })

  it('stand for cells that exist', () => {
    const used = new Set<unknown>(
      [RUN_TABLE, STEP_TABLE, BLOCK_TABLE].flatMap((table) =>
        Object.values(table).flatMap((row) => Object.values(row)),
      ),
    )
    expect(Object.keys(REFUSALS).filter((code) => !used.has(code))).toEqual([])
  })
})

describe('docs/runs.md', () => {
  it('shows the tables as they are', () => {
    const document = readFileSync(DOCUMENT, 'utf8')
    expect(document).toBe(withTables(document))
  })
})
