import type { CertificateFacts } from '../certificate/expectation.ts'
import type { GateResult, HttpFacts, Outcome, RedisFacts } from './events.ts'
import { compareText } from './expectation.ts'
import { parseJson, showJson } from './json-text.ts'
import type { PlanBlock } from './plan.ts'
import type { FileFacts } from '../files/transfer.ts'
import type { SqlFacts } from './sql-facts.ts'

/** Whether what a block did is what its author wanted. Pure: the same observation always gives the same gates. */

/** Characters shown of an answer. */
const SHOWN = 160

export interface Observation {
  readonly outcome: Outcome
  /** The beginning of standard output (HTTP: the body), decoded as UTF-8. */
  readonly stdout: string
  /** Whether there was more output than `stdout` holds. */
  readonly truncated: boolean
  readonly durationMs: number
  readonly http?: HttpFacts
  readonly redis?: RedisFacts
  readonly sql?: SqlFacts
  /** Of SQL the first cell of the last result, of Redis the last reply; absent without one, and for null. */
  readonly cell?: string
  readonly files?: FileFacts
  readonly certificate?: CertificateFacts
  /** What expectations of data look at, where the output is made for people. */
  readonly json?: string
}

/** How an execution ended, in words. */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exited with ${outcome.code}`
    case 'responded':
      return outcome.status === undefined ? 'answered' : `answered ${outcome.status}`
    case 'signalled':
      return `was ended by ${outcome.signal}`
    case 'timed-out':
      return `did not end within ${outcome.afterMs / 1000} s`
    case 'cancelled':
      return 'was stopped'
    case 'disconnected':
      return `lost its connection: ${outcome.detail}`
    case 'not-started':
      return `did not start: ${outcome.detail}`
    case 'unknown':
      return `is unknown: ${outcome.detail}`
  }
}

/** Only a complete, known answer can pass anything. */
export function isKnown(outcome: Outcome): boolean {
  return outcome.kind === 'exited' || outcome.kind === 'responded'
}

function list(numbers: readonly number[]): string {
  return numbers.join(' or ')
}

/** The exit status, where the block has one or its author asked for one. */
function exitGate(block: PlanBlock, { outcome }: Observation): GateResult | undefined {
  const accepted = block.exit ?? [0]
  if (outcome.kind === 'exited') {
    // Closing an interactive shell says nothing about what was done in it.
    if (block.verb === 'terminal' && block.exit === undefined) return undefined
    return {
      gate: 'exit',
      passed: accepted.includes(outcome.code),
      wanted: `exit ${list(accepted)}`,
      seen: `exit ${outcome.code}`,
    }
  }
  if (block.exit === undefined) return undefined
  return { gate: 'exit', passed: false, wanted: `exit ${list(accepted)}`, seen: 'no exit status' }
}

/** The status of an answer, where there is one or must be one. */
function statusGate(block: PlanBlock, { outcome, http }: Observation): GateResult | undefined {
  if (block.executor !== 'http' && block.status === undefined) return undefined
  const status = http?.status ?? (outcome.kind === 'responded' ? outcome.status : undefined)
  const wanted = block.status === undefined ? 'status 200 to 299' : `status ${list(block.status)}`
  if (status === undefined) return { gate: 'status', passed: false, wanted, seen: 'no status' }
  return {
    gate: 'status',
    passed:
      block.status === undefined ? status >= 200 && status <= 299 : block.status.includes(status),
    wanted,
    seen: `status ${status}`,
  }
}

/** A check in SQL without an expectation must give exactly one true. */
function truthGate(block: PlanBlock, observation: Observation): GateResult | undefined {
  if (block.executor !== 'sql' || block.verb !== 'check' || block.expectations.length > 0)
    return undefined
  const answer = parseJson(observation.json ?? '')
  const wanted = 'one row with one true'
  if (!answer.ok || !Array.isArray(answer.value))
    return { gate: 'expect', passed: false, wanted, seen: 'no rows that can be read' }
  const rows: readonly unknown[] = answer.value
  const [row] = rows
  const cells =
    rows.length === 1 && typeof row === 'object' && row !== null ? Object.values(row) : []
  const [only]: readonly unknown[] = cells
  return {
    gate: 'expect',
    passed: cells.length === 1 && (only === true || only === 't' || only === 'true'),
    wanted,
    seen:
      cells.length === 1
        ? showJson(only, SHOWN)
        : `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}: ${showJson(rows, SHOWN)}`,
  }
}

/** A command that the server answered with an error ended the block, as a failing command ends a shell's. */
function answerGate({ redis }: Observation): GateResult | undefined {
  if (redis === undefined) return undefined
  const failed = redis.commands.find(({ state }) => state === 'error')
  const wanted = 'every command answered without an error'
  if (failed === undefined) {
    const count = redis.commands.length + (redis.more ?? 0)
    return {
      gate: 'outcome',
      passed: true,
      wanted,
      seen: `${count} ${count === 1 ? 'command' : 'commands'} answered`,
    }
  }
  return {
    gate: 'outcome',
    passed: false,
    wanted,
    seen: `line ${failed.line}, ${failed.text}: ${failed.error ?? 'an error'}`,
  }
}

/** A file that came whole, or why it did not. */
function fileGate(block: PlanBlock, { files }: Observation): GateResult | undefined {
  if (block.executor !== 'files') return undefined
  const wanted = block.verb === 'upload' ? 'the file is there, whole' : 'the file has come, whole'
  if (files?.sha256 !== undefined && files.error === undefined)
    return { gate: 'outcome', passed: true, wanted, seen: `${files.bytes} bytes` }
  return { gate: 'outcome', passed: false, wanted, seen: files?.error ?? 'it did not come whole' }
}

/** What a later block is going to use must be there: no row, null and nil are no values. */
function captureGate(block: PlanBlock, observation: Observation): GateResult | undefined {
  const { sql, redis, cell } = observation
  if (redis !== undefined && block.capture !== undefined && cell === undefined) {
    if (redis.commands.some(({ state }) => state === 'error')) return undefined
    return {
      gate: 'expect',
      passed: false,
      wanted: `a value for ${block.capture}`,
      seen: redis.commands.at(-1)?.reply === 'null' ? 'nil' : 'a reply that is too large to keep',
    }
  }
  if (sql === undefined || sql.error !== undefined || block.capture === undefined) return undefined
  if (cell !== undefined) return undefined
  const last = sql.results.findLast(({ columns }) => columns !== undefined)
  const none = last?.rows === undefined || last.rows === 0
  return {
    gate: 'expect',
    passed: false,
    wanted: `a value for ${block.capture}`,
    seen: none ? 'no row' : 'null',
  }
}

/** A statement that failed ended the block. */
function statementsGate({ sql }: Observation): GateResult | undefined {
  if (sql === undefined) return undefined
  const wanted = 'every statement answered without an error'
  const { error, statements } = sql
  if (error === undefined) {
    const seen = `${statements} ${statements === 1 ? 'statement' : 'statements'} answered`
    return { gate: 'outcome', passed: true, wanted, seen }
  }
  const place = error.line === undefined ? '' : ` at ${error.line}:${error.column ?? 1}`
  return {
    gate: 'outcome',
    passed: false,
    wanted,
    seen: `statement ${error.statement}: ${error.severity} ${error.code}${place}: ${error.message}`,
  }
}

/** All gates of a block, in the order a person would look. Empty for nothing: every outcome has at least one gate. */
export function evaluateGates(block: PlanBlock, given: Observation): GateResult[] {
  // An answer of which the rest was not read can pass only what a beginning can prove.
  const observation = given.http?.capped === undefined ? given : { ...given, truncated: true }
  if (!isKnown(observation.outcome)) {
    return [
      {
        gate: 'outcome',
        passed: false,
        wanted: 'a known end',
        seen: outcomeWords(observation.outcome),
      },
    ]
  }
  const gates: GateResult[] = []
  const exit = exitGate(block, observation)
  if (exit) gates.push(exit)
  const status = statusGate(block, observation)
  if (status) gates.push(status)
  const answer = answerGate(observation)
  if (answer) gates.push(answer)
  const statements = statementsGate(observation)
  if (statements) gates.push(statements)
  const file = fileGate(block, observation)
  if (file) gates.push(file)
  if (block.maxMs !== undefined) {
    gates.push({
      gate: 'max',
      passed: observation.durationMs <= block.maxMs,
      wanted: `within ${block.maxMs} ms`,
      seen: `${observation.durationMs} ms`,
    })
  }
  const capture = captureGate(block, observation)
  if (capture) gates.push(capture)
  for (const expectation of block.expectations) gates.push(compareText(expectation, observation))
  const truth = truthGate(block, observation)
  if (truth && observation.sql?.error === undefined) gates.push(truth)
  if (gates.length === 0) {
    gates.push({
      gate: 'outcome',
      passed: true,
      wanted: 'a known end',
      seen: outcomeWords(observation.outcome),
    })
  }
  return gates
}
