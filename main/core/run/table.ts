import type { CommandType } from './commands.ts'
import type { BlockStatus, RunPhase, StepStatus } from './state.ts'

/**
 * The transition tables: what may be asked in which state. They are the specification; `decide` looks here first and
 * only then at the finer rules (reasons, approvals, order). A cell is `true`, or the code of the refusal.
 */

export const REFUSALS = {
  'not-started': 'The run has not started yet.',
  'already-started': 'The run has already started.',
  'run-over': 'The run is over. What happened in it can be read, not changed.',
  'run-paused': 'The run is paused. Resume it first.',
  'not-paused': 'The run is not paused.',
  'step-not-begun': 'Begin the step first.',
  'step-begun': 'The step has already begun.',
  'step-settled': 'The step is already settled. Reopen it to change it.',
  'step-not-settled': 'The step is still open, so there is nothing to reopen.',
  'step-not-needed': 'A decision made this step unnecessary.',
  'step-rolling-back': 'The step is being rolled back.',
  'step-not-rolling-back': 'The step is not being rolled back.',
  'step-rolled-back': 'The step has been rolled back.',
  'block-running': 'The block is still running.',
  'block-not-running': 'The block is not running.',
  'block-not-run': 'The block has not run yet.',
  'block-resolved': 'The outcome of the block has already been settled.',
  'block-unknown': 'Nobody knows whether the block took effect, so only a person may run it again.',
  'block-passed': 'The block passed, so there is nothing to settle.',
} as const
export type RefusalCode = keyof typeof REFUSALS

export type Cell = true | RefusalCode

type Row<State extends string> = Readonly<Record<State, Cell>>

const whileRunning: Row<RunPhase> = {
  none: 'not-started',
  running: true,
  paused: 'run-paused',
  finished: 'run-over',
  aborted: 'run-over',
}
const whileOpen: Row<RunPhase> = {
  none: 'not-started',
  running: true,
  paused: true,
  finished: 'run-over',
  aborted: 'run-over',
}
/** What the world reports is recorded whatever has been decided meanwhile. */
const onceStarted: Row<RunPhase> = {
  none: 'not-started',
  running: true,
  paused: true,
  finished: true,
  aborted: true,
}

/** Phase of the run x every command. */
export const RUN_TABLE: Readonly<Record<CommandType, Row<RunPhase>>> = {
  'run.start': {
    none: true,
    running: 'already-started',
    paused: 'already-started',
    finished: 'already-started',
    aborted: 'already-started',
  },
  'run.pause': whileRunning,
  'run.resume': {
    none: 'not-started',
    running: 'not-paused',
    paused: true,
    finished: 'run-over',
    aborted: 'run-over',
  },
  'run.finish': whileRunning,
  'run.abort': whileOpen,
  'run.suspend': whileOpen,
  // A run that ended while something was in flight has still to learn that nobody knows how that came out.
  'run.reopen': onceStarted,
  'step.begin': whileRunning,
  'step.complete': whileRunning,
  'step.skip': whileRunning,
  'step.mark': whileRunning,
  'step.reopen': whileRunning,
  'block.run': whileRunning,
  'block.retry': whileRunning,
  // Stopping must always be possible, also in a paused run.
  'block.stop': onceStarted,
  'block.report': onceStarted,
  // A run that was aborted sends no further batch.
  'block.batch': whileOpen,
  'block.host-report': onceStarted,
  'block.batch-report': onceStarted,
  'block.resolve': whileRunning,
  'item.confirm': whileRunning,
  'item.unconfirm': whileRunning,
  'approval.grant': whileRunning,
  'approval.refuse': whileRunning,
  'decision.make': whileRunning,
  'severity.change': whileOpen,
  'role.offer': whileOpen,
  'role.accept': whileOpen,
  'note.add': whileOpen,
  // While an exercise is paused nobody can answer to one.
  'inject.give': whileRunning,
  // About the run, not in it: most of a report is written when it is over.
  'report.edit': onceStarted,
  'report.move': onceStarted,
  'timeline.pin': onceStarted,
  'checkpoint.witness': onceStarted,
  'checkpoint.countersign': onceStarted,
  'output.redact': onceStarted,
  // A screenshot is often there when the run is over; when it came is recorded.
  'attachment.add': onceStarted,
  'rollback.begin': whileRunning,
  'rollback.complete': whileRunning,
  'terminal.opened': whileOpen,
  'terminal.closed': onceStarted,
}

const whenActive: Row<StepStatus> = {
  pending: 'step-not-begun',
  active: true,
  done: 'step-settled',
  failed: 'step-settled',
  skipped: 'step-settled',
  'not-needed': 'step-not-needed',
  'rolling-back': 'step-rolling-back',
  'rolled-back': 'step-rolled-back',
}

/** Status of the step x every command that names a step, or a block or item in it. */
export const STEP_TABLE = {
  'step.begin': {
    pending: true,
    active: 'step-begun',
    done: 'step-settled',
    failed: 'step-settled',
    skipped: 'step-settled',
    'not-needed': 'step-not-needed',
    'rolling-back': 'step-rolling-back',
    'rolled-back': 'step-rolled-back',
  },
  'step.complete': whenActive,
  'step.skip': { ...whenActive, pending: true },
  'step.mark': { ...whenActive, pending: true },
  'step.reopen': {
    pending: 'step-not-settled',
    active: 'step-not-settled',
    done: true,
    failed: true,
    skipped: true,
    'not-needed': true,
    'rolling-back': 'step-rolling-back',
    'rolled-back': true,
  },
  'block.run': whenActive,
  /** The same for a block with the verb rollback. */
  'block.run rollback': {
    pending: 'step-not-rolling-back',
    active: 'step-not-rolling-back',
    done: 'step-not-rolling-back',
    failed: 'step-not-rolling-back',
    skipped: 'step-not-rolling-back',
    'not-needed': 'step-not-needed',
    'rolling-back': true,
    'rolled-back': 'step-rolled-back',
  },
  'block.resolve': { ...whenActive, 'rolling-back': true },
  'item.confirm': whenActive,
  'item.unconfirm': { ...whenActive, done: true },
  'approval.grant': { ...whenActive, 'rolling-back': true },
  'approval.refuse': { ...whenActive, 'rolling-back': true },
  'decision.make': whenActive,
  'rollback.begin': {
    pending: 'step-not-begun',
    active: true,
    done: true,
    failed: true,
    skipped: 'step-settled',
    'not-needed': 'step-not-needed',
    'rolling-back': 'step-rolling-back',
    'rolled-back': 'step-rolled-back',
  },
  'rollback.complete': {
    pending: 'step-not-rolling-back',
    active: 'step-not-rolling-back',
    done: 'step-not-rolling-back',
    failed: 'step-not-rolling-back',
    skipped: 'step-not-rolling-back',
    'not-needed': 'step-not-needed',
    'rolling-back': true,
    'rolled-back': 'step-rolled-back',
  },
} as const satisfies Readonly<Record<string, Row<StepStatus>>>

const whenRunning: Row<BlockStatus> = {
  idle: 'block-not-running',
  running: true,
  passed: 'block-not-running',
  failed: 'block-not-running',
  unknown: 'block-not-running',
  done: 'block-not-running',
  'gave-up': 'block-not-running',
}
const whenNotRunning: Row<BlockStatus> = {
  idle: true,
  running: 'block-running',
  passed: true,
  failed: true,
  unknown: true,
  done: true,
  'gave-up': true,
}

/** Status of the block x every command that names a block. */
export const BLOCK_TABLE = {
  'block.run': whenNotRunning,
  'block.retry': {
    idle: 'block-not-run',
    running: 'block-running',
    passed: 'block-passed',
    failed: true,
    unknown: 'block-unknown',
    done: 'block-resolved',
    'gave-up': 'block-resolved',
  },
  'block.stop': whenRunning,
  'block.report': whenRunning,
  'block.batch': whenRunning,
  'block.host-report': whenRunning,
  'block.batch-report': whenRunning,
  'block.resolve': {
    idle: 'block-not-run',
    running: 'block-running',
    passed: 'block-passed',
    failed: true,
    unknown: true,
    done: 'block-resolved',
    'gave-up': 'block-resolved',
  },
  'approval.grant': whenNotRunning,
  'approval.refuse': whenNotRunning,
} as const satisfies Readonly<Record<string, Row<BlockStatus>>>
