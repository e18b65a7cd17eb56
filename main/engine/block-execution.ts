import type { FileFacts } from '../core/files/transfer.ts'
import { evaluateGates } from '../core/run/gates.ts'
import type { EngineCommand } from '../core/run/commands.ts'
import type { GateResult, HttpFacts, Outcome, RedisFacts, StopRung } from '../core/run/events.ts'
import { redactSqlFacts, type SqlFacts } from '../core/run/sql-facts.ts'
import type { Plan, PlanBlock } from '../core/run/plan.ts'
import { profileSummary } from '../core/connection/read.ts'
import { keptFiles } from './kept-files.ts'
import type { Place } from './places.ts'
import type { Clock, Execution, ExecutionResult, Executor } from './ports.ts'
import type { Recording } from './recording.ts'

/**
 * One attempt of one block, from the moment its intent is on disk to its report. A check that polls is one attempt:
 * the outcome and output are those of its last poll.
 */

const COLUMNS = 120
const ROWS = 32

/** A captured value longer than this is cut: it has to travel as an environment variable. */
const CAPTURE_LIMIT = 64 * 1024

export interface BlockExecutionOptions {
  readonly run: string
  readonly block: PlanBlock
  readonly attempt: number
  readonly text: string
  readonly target: Plan['targets'][number]
  /** Where the target leads in the run's environment, or why it leads nowhere. */
  readonly place: Place | { readonly problem: string }
  /** Something of the block's session ran before in this run. */
  readonly continuesSession: boolean
  readonly values: Readonly<Record<string, string>>
  readonly timeoutMs: number | undefined
  /** Absolute: relative paths of files on this laptop start there. */
  readonly runbookFolder: string
  readonly executors: readonly Executor[]
  readonly clock: Clock
  /** `startedAt`, of `clock.mono`: when the attempt began, which its recording counts from. */
  readonly record: (startedAt: number) => Recording
  /** The captured value as it came; the report carries the one that may be stored. */
  readonly captured: (name: string, value: string) => void
  readonly redact: (text: string) => string
}

export type BlockReport = Extract<EngineCommand, { type: 'block.report' }>

export interface BlockResult {
  readonly report: BlockReport
  /** Text for the full-text index. */
  readonly indexable: string
}

/** The executor that takes this kind of target, or the words why none does. */
export function chooseExecutor(
  executors: readonly Executor[],
  block: PlanBlock,
  targetKind: string,
): Executor | string {
  let why = `Nothing in this version of Muster can run ${block.language} on a ${targetKind} target.`
  for (const executor of executors) {
    const accepted = executor.accepts({ block, targetKind })
    if (accepted === true) return executor
    why = accepted
  }
  return why
}

export class BlockExecution {
  readonly #options: BlockExecutionOptions
  #execution: Execution | undefined
  #recording: Recording | undefined
  #stopped: StopRung | undefined
  #wake: (() => void) | undefined
  #size = { columns: COLUMNS, rows: ROWS }
  /** Never rejects. */
  readonly finished: Promise<BlockResult>

  constructor(options: BlockExecutionOptions) {
    this.#options = options
    this.finished = this.#run()
  }

  get interactive(): boolean {
    return this.#execution?.terminal !== undefined
  }

  stop(rung: StopRung): void {
    this.#stopped = rung
    this.#execution?.stop(rung)
    this.#wake?.()
  }

  write(bytes: Uint8Array): void {
    this.#execution?.terminal?.write(bytes)
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows }
    if (this.#execution?.terminal === undefined) return
    this.#recording?.resized(columns, rows)
    this.#execution.terminal.resize(columns, rows)
  }

  async #run(): Promise<BlockResult> {
    const { block, clock } = this.#options
    const startedAt = clock.mono()
    for (let polls = 1; ; polls++) {
      const pollStartedAt = clock.mono()
      const recording = this.#options.record(startedAt)
      let result = await this.#once(recording)
      const durationMs = result.durationMs ?? Math.round(clock.mono() - pollStartedAt)
      const { stdout, truncated } = recording.observed()
      const judge = (of = (text: string): string => text): GateResult[] =>
        evaluateGates(block, {
          outcome: result.outcome,
          stdout: of(result.data?.plain ?? stdout),
          truncated: result.data?.plain === undefined && truncated,
          durationMs,
          ...(result.http && { http: result.http }),
          ...(result.redis && {
            redis: result.redis,
            ...(result.data?.text !== undefined && { cell: of(result.data.text) }),
          }),
          ...(result.sql && {
            sql: result.sql,
            ...(result.data?.text !== undefined && { cell: of(result.data.text) }),
          }),
          ...(result.certificate && { certificate: result.certificate }),
          ...(result.files && { files: result.files }),
          ...(result.data?.json !== undefined && { json: of(result.data.json) }),
        })
      let gates = judge()
      const passed = gates.every((gate) => gate.passed)
      if (!passed && this.#pollsAgain(result.outcome, clock.mono() - startedAt)) {
        await this.#sleep(block.everyMs ?? 0)
        if (this.#stopped === undefined) {
          await recording.discard()
          continue
        }
        result = { outcome: { kind: 'cancelled' } }
        gates = judge()
      }
      const recorded = await recording.finish()
      const files = result.files && keptFiles(result.files, recorded, recording.digest)
      if (files?.redacted === true) {
        result = { ...result, files }
        gates = judge()
      }
      return {
        report: {
          type: 'block.report',
          block: block.id,
          attempt: this.#options.attempt,
          outcome: this.#redactOutcome(result.outcome),
          gates: this.#redactGates(gates, judge),
          durationMs: Math.round(clock.mono() - startedAt),
          ...recorded,
          ...(passed && this.#capture(result.data?.text ?? stdout)),
          ...(result.notice !== undefined && { notice: this.#options.redact(result.notice) }),
          ...(block.everyMs !== undefined && { polls }),
          ...(result.http && { http: this.#redactHttp(result.http) }),
          ...(result.certificate && { certificate: result.certificate }),
          ...(files && { files: this.#redactFiles(files) }),
          ...(result.redis && { redis: this.#redactRedis(result.redis) }),
          ...(result.sql && { sql: this.#sqlFacts(result.sql, recorded.stdout?.bytes) }),
          ...this.#place(),
        },
        indexable: recording.indexable(),
      }
    }
  }

  async #once(recording: Recording): Promise<ExecutionResult> {
    const { block, target, executors } = this.#options
    const { place } = this.#options
    if ('problem' in place) return { outcome: { kind: 'not-started', detail: place.problem } }
    const executor = chooseExecutor(executors, block, target.kind)
    if (typeof executor === 'string') return { outcome: { kind: 'not-started', detail: executor } }
    try {
      this.#execution = executor.start(
        {
          block,
          text: this.#options.text,
          ...place,
          runbookFolder: this.#options.runbookFolder,
          run: this.#options.run,
          continuesSession: this.#options.continuesSession,
          values: this.#options.values,
          ...(this.#options.timeoutMs !== undefined && { timeoutMs: this.#options.timeoutMs }),
          ...this.#size,
        },
        recording.sink,
      )
      this.#recording = recording
      if (this.#execution.terminal !== undefined)
        recording.resized(this.#size.columns, this.#size.rows)
      return await this.#execution.result
    } catch (error) {
      // An executor must not throw; if one does, nobody knows what it had already done.
      const detail = error instanceof Error ? error.message : String(error)
      return { outcome: { kind: 'unknown', detail: `Muster failed while running it: ${detail}` } }
    } finally {
      this.#execution = undefined
    }
  }

  /** Only a known answer is asked for again; an unknown one would be guessing. */
  #pollsAgain(outcome: Outcome, elapsed: number): boolean {
    const { block } = this.#options
    if (block.verb !== 'check' || block.everyMs === undefined || this.#stopped !== undefined)
      return false
    if (elapsed + block.everyMs > (block.forMs ?? 60_000)) return false
    return (
      outcome.kind === 'exited' || outcome.kind === 'responded' || outcome.kind === 'not-started'
    )
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #capture(stdout: string): Pick<BlockReport, 'captured'> {
    const name = this.#options.block.capture
    if (name === undefined) return {}
    const whole = stdout.trim()
    const { captured, redact } = this.#options
    captured(name, whole.slice(0, CAPTURE_LIMIT))
    // Cut after it was redacted: half a secret is not recognised.
    return {
      captured: { name, value: redact(whole.slice(0, 2 * CAPTURE_LIMIT)).slice(0, CAPTURE_LIMIT) },
    }
  }

  #place(): Pick<BlockReport, 'place'> {
    const { place } = this.#options
    if ('problem' in place || place.profile === undefined) return {}
    const summary = profileSummary(place.profile)
    return { place: place.host === undefined ? summary : `${place.host}, of ${summary}` }
  }

  /**
   * Gates quote pieces of an output, and in a piece of a secret nobody recognises it. Where there is one in what they
   * quote, the words are those of a second look at the output without it; what passes is decided by the first.
   */
  #redactGates(
    gates: readonly GateResult[],
    judge: (of: (text: string) => string) => GateResult[],
  ): GateResult[] {
    const { redact } = this.#options
    let hidden = false
    const shown = judge((text) => {
      const redacted = redact(text)
      hidden ||= redacted !== text
      return redacted
    })
    return gates.map((gate, index) => {
      const wanted = redact(gate.wanted)
      const look = hidden ? shown[index] : gate
      if (look?.gate !== gate.gate || look.passed !== gate.passed) {
        const seen = gate.passed ? 'what was wanted' : 'something else'
        return { ...gate, wanted, seen: `${seen}; there is a secret in it, so it is not shown` }
      }
      return { ...gate, wanted, seen: redact(look.seen) }
    })
  }

  #redactHttp(facts: HttpFacts): HttpFacts {
    const { redact } = this.#options
    return {
      ...facts,
      headers: facts.headers.map(([name, value]) => [redact(name), redact(value)]),
      ...(facts.redirects && {
        redirects: facts.redirects.map(({ status, from, to }) => ({
          status,
          from: redact(from),
          to: redact(to),
        })),
      }),
    }
  }

  #redactFiles(facts: FileFacts): FileFacts {
    const { redact } = this.#options
    return {
      ...facts,
      from: redact(facts.from),
      to: redact(facts.to),
      ...(facts.error !== undefined && { error: redact(facts.error) }),
    }
  }

  /** Places in the output hold only while nothing in it was redacted or refused by the disk. */
  #sqlFacts(facts: SqlFacts, recorded = 0): SqlFacts {
    const redacted = redactSqlFacts(facts, this.#options.redact)
    const produced = Math.max(0, ...facts.results.map(({ to }) => to ?? 0))
    if (produced === recorded) return redacted
    return {
      ...redacted,
      results: redacted.results.map(({ from: _from, to: _to, ...result }) => result),
    }
  }

  #redactRedis(facts: RedisFacts): RedisFacts {
    const { redact } = this.#options
    return {
      ...facts,
      commands: facts.commands.map((command) => ({
        ...command,
        text: redact(command.text),
        ...(command.reply !== undefined && { reply: redact(command.reply) }),
        ...(command.error !== undefined && { error: redact(command.error) }),
      })),
    }
  }

  #redactOutcome(outcome: Outcome): Outcome {
    return 'detail' in outcome
      ? { ...outcome, detail: this.#options.redact(outcome.detail) }
      : outcome
  }
}
