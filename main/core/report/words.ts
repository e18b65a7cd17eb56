import type { GateResult, Mode, Outcome, StopRung } from '../run/events.ts'
import type { PlanBlock } from '../run/plan.ts'
import type { BlockStatus, RunPhase, StepStatus } from '../run/state.ts'
import type { ActionVerb, Risk } from '../runbook/model.ts'
import { durationText } from './duration.ts'

/** The words of the run screen for each of the core's kinds. One place, so that a state is called the same everywhere. */

/** How a state looks: always together with its word and its icon, never by itself. */
export type Tone = 'neutral' | 'info' | 'good' | 'warning' | 'bad' | 'unknown'

export interface Wording {
  readonly word: string
  readonly tone: Tone
}

export const STEP_WORDS: Readonly<Record<StepStatus, Wording>> = {
  pending: { word: 'To do', tone: 'neutral' },
  active: { word: 'Active', tone: 'info' },
  done: { word: 'Done', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  skipped: { word: 'Skipped', tone: 'warning' },
  'not-needed': { word: 'Not needed', tone: 'neutral' },
  'rolling-back': { word: 'Rolling back', tone: 'warning' },
  'rolled-back': { word: 'Rolled back', tone: 'warning' },
}

export const BLOCK_WORDS: Readonly<Record<BlockStatus, Wording>> = {
  idle: { word: 'Not run', tone: 'neutral' },
  running: { word: 'Running', tone: 'info' },
  passed: { word: 'Passed', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  unknown: { word: 'Outcome unknown', tone: 'unknown' },
  done: { word: 'Marked done', tone: 'warning' },
  'gave-up': { word: 'Marked failed', tone: 'bad' },
}

export const RUN_WORDS: Readonly<Record<RunPhase, Wording>> = {
  none: { word: 'Not started', tone: 'neutral' },
  running: { word: 'Running', tone: 'info' },
  paused: { word: 'Paused', tone: 'warning' },
  finished: { word: 'Finished', tone: 'good' },
  aborted: { word: 'Aborted', tone: 'bad' },
}

export const MODE_WORDS: Readonly<Record<Mode, { readonly word: string; readonly says: string }>> =
  {
    live: { word: 'Live', says: 'Commands run for real, on the real targets.' },
    drill: { word: 'Drill', says: 'A rehearsal: commands run in the sandbox on this laptop.' },
    walkthrough: {
      word: 'Walkthrough',
      says: 'Nothing is executed. Read the steps and tick them off.',
    },
  }

export const RISK_WORDS: Readonly<Record<Risk, Wording>> = {
  safe: { word: 'Safe', tone: 'neutral' },
  caution: { word: 'Caution', tone: 'warning' },
  destructive: { word: 'Destructive', tone: 'bad' },
}

export const VERB_WORDS: Readonly<Record<ActionVerb, string>> = {
  run: 'Run',
  check: 'Check',
  rollback: 'Roll back',
  terminal: 'Terminal',
  upload: 'Upload',
  download: 'Download',
}

/** The rungs of the ladder, gentlest first, with what each does to the command. */
export const RUNG_WORDS: Readonly<
  Record<StopRung, { readonly word: string; readonly past: string; readonly says: string }>
> = {
  interrupt: {
    word: 'Interrupt',
    past: 'interrupted',
    says: 'Sends Ctrl-C. The command may tidy up and end by itself. In SQL the query is cancelled.',
  },
  terminate: {
    word: 'Terminate',
    past: 'asked to terminate',
    says: 'Asks the command to end now. It may still tidy up.',
  },
  kill: {
    word: 'Kill',
    past: 'killed',
    says: 'Ends the command and all it started at once. Half-done work stays half done.',
  },
  abandon: {
    word: 'Abandon',
    past: 'abandoned',
    says: 'Stops waiting. The command may go on where it runs; its outcome is recorded as unknown.',
  },
}

/** Without its last full stop: it becomes part of a longer sentence. */
function clause(text: string): string {
  return text.trim().replace(/\.$/, '')
}

/** How an execution ended, as a clause: `exited with code 1`. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exited with code ${outcome.code}`
    case 'responded':
      return outcome.status === undefined ? 'answered' : `answered with status ${outcome.status}`
    case 'signalled':
      return `was ended by ${outcome.signal}`
    case 'timed-out':
      return `timed out after ${durationText(outcome.afterMs)}`
    case 'cancelled':
      return 'was cancelled'
    case 'disconnected':
      return `lost its connection: ${clause(outcome.detail)}`
    case 'not-started':
      return `was not started: ${clause(outcome.detail)}`
    case 'unknown':
      return `has an unknown outcome: ${clause(outcome.detail)}`
  }
}

/** What an execution came to, as a clause that begins with its result; without a full stop. */
export function outcomeResult(
  status: BlockStatus,
  outcome: Outcome,
  durationMs: number,
  verb: ActionVerb = 'run',
): string {
  // A limit that was reached says how long it took; what was not started took no time.
  const took =
    outcome.kind === 'timed-out' || outcome.kind === 'not-started'
      ? ''
      : ` after ${durationText(durationMs)}`
  // A file does not answer: it arrives, or why it did not is said beside.
  const transferred = outcome.kind === 'responded' && (verb === 'upload' || verb === 'download')
  const text = outcomeText(outcome)
  if (status === 'passed')
    return `Passed: ${transferred ? 'every byte arrived' : `it ${text}`}${took}`
  if (status !== 'unknown')
    return `Failed: ${transferred ? 'the transfer ended' : `it ${text}`}${took}`
  if (outcome.kind === 'unknown') return `Ended, nobody knows how: ${clause(outcome.detail)}`
  const open = 'Ended without a known result: it'
  const doubt = ', and whether it took effect is not known'
  if (outcome.kind !== 'disconnected') return `${open} ${outcomeText(outcome)}${took}${doubt}`
  const detail = clause(outcome.detail)
  // What was in flight says it with more precision where it knows its parts.
  return `${open} lost its connection${took}${detail.includes('took effect') ? '' : doubt}: ${detail}`
}

/** What is known after an end that nobody wanted, and what to do; undefined where the outcome says it all. */
export function nextAfter(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'not-started':
      return outcome.detail.includes('Nothing was sent')
        ? 'Run it again when that is put right.'
        : 'Nothing was sent. Put that right, then run it again.'
    case 'disconnected':
    case 'unknown':
      return 'It was sent, and the end of it was not seen: it may have taken effect wholly, partly or not at all. Muster does not send it again by itself. Look at the target first, then settle it.'
    case 'timed-out':
      return 'It did not end in its time and was stopped. What it did until then stands: look before running it again.'
    case 'exited':
    case 'responded':
    case 'signalled':
    case 'cancelled':
      return undefined
  }
}

/** The name of a gate: what it looks at. */
export function gateName(gate: GateResult['gate']): string {
  switch (gate) {
    case 'exit':
      return 'Exit code'
    case 'status':
      return 'Status'
    case 'max':
      return 'Duration'
    case 'expect':
      return 'Output'
    case 'outcome':
      return 'Outcome'
  }
}

/** `2 of 3 gates passed`, and which did not. Undefined where there were no gates. */
export function gateSummary(gates: readonly GateResult[]): string | undefined {
  if (gates.length === 0) return undefined
  const failed = gates.filter((gate) => !gate.passed)
  const noun = gates.length === 1 ? 'gate' : 'gates'
  if (failed.length === 0)
    return gates.length === 1 ? 'Its gate passed' : `All ${gates.length} gates passed`
  const names = [...new Set(failed.map((gate) => gateName(gate.gate).toLowerCase()))].join(', ')
  return `${gates.length - failed.length} of ${gates.length} ${noun} passed; not ${names}`
}

function list(values: readonly number[]): string {
  return values.join(' or ')
}

/** One thing a block must satisfy, in words, with the expected text where there is one. */
export interface ExpectationText {
  readonly says: string
  readonly text?: string
}

/** Everything a block has to satisfy before it counts as passed: the expectations that are written, else the default. */
export function expectationTexts(block: PlanBlock): readonly ExpectationText[] {
  const texts: ExpectationText[] = []
  if (block.exit !== undefined) texts.push({ says: `Exits with code ${list(block.exit)}` })
  if (block.status !== undefined) texts.push({ says: `Answers with status ${list(block.status)}` })
  if (block.maxMs !== undefined) texts.push({ says: `Takes at most ${durationText(block.maxMs)}` })
  for (const expectation of block.expectations) {
    texts.push({ says: EXPECT_WORDS[expectation.mode], text: expectation.text })
  }
  if (texts.length === 0) texts.push({ says: defaultExpectation(block) })
  if (block.everyMs !== undefined && block.forMs !== undefined) {
    texts.push({
      says: `Asked again every ${durationText(block.everyMs)} until it passes, for at most ${durationText(block.forMs)}`,
    })
  }
  return texts
}

const EXPECT_WORDS = {
  exact: 'Output is exactly',
  contains: 'Output contains',
  regex: 'Output matches the pattern',
  json: 'Output is JSON that includes',
  certificate: 'The certificate has',
  rows: 'Rows are',
} as const

function defaultExpectation(block: PlanBlock): string {
  switch (block.executor) {
    case 'shell':
      return 'Exits with code 0'
    case 'sql':
      return block.verb === 'check'
        ? 'Returns one row with a single true'
        : 'Completes without an error'
    case 'redis':
      return 'Answers without an error'
    case 'http':
      return 'Answers with a 2xx status'
    case 'files':
      return block.verb === 'upload' ? 'The file is there, whole' : 'The file has come, whole'
  }
}
