import { dirname } from 'node:path'
import { defined } from '../core/defined.ts'
import type { EngineCommand } from '../core/run/commands.ts'
import type { EventData, StopRung } from '../core/run/events.ts'
import { batchChecks, othersOf } from '../core/run/fan-out.ts'
import type { PlanBlock, PlanStep } from '../core/run/plan.ts'
import { findBlock } from '../core/run/rules.ts'
import type { RunState } from '../core/run/state.ts'
import { BlockExecution, type BlockExecutionOptions, type BlockResult } from './block-execution.ts'
import { fanOut, type HostEnd } from './fan-out.ts'
import { localTarget, placeOf, placeOfHost } from './places.ts'
import type { Clock, Connections, Executor } from './ports.ts'
import type { Recording } from './recording.ts'
import { DisplayStream } from './streams.ts'

type Started = EventData<'block.started'>
type RunTarget = BlockExecutionOptions['target']
type HostReport = Extract<EngineCommand, { type: 'block.host-report' }>

/** What an execution came to on one host, as it is reported. */
export type HostResult = Omit<HostReport, 'type' | 'block' | 'attempt'>

export interface RunBlocksOptions {
  readonly run: string
  readonly state: () => RunState
  readonly clock: Clock
  readonly executors: readonly Executor[]
  readonly connections: Connections
  readonly randomId: () => string
  /** Inputs and captures, secrets included. */
  readonly values: () => Record<string, string>
  readonly captured: (name: string, value: string) => void
  readonly redact: (text: string) => string
  readonly record: (label: string, stream: DisplayStream, startedAt?: number) => Recording
  /** Makes the intent for these hosts durable; false: nothing may be sent to them. */
  readonly beginBatch: (
    block: string,
    attempt: number,
    batch: number,
    hosts: readonly string[],
  ) => boolean
  readonly report: (command: EngineCommand) => void
  readonly index: (text: string, step: string, block: string) => void
  readonly onStream: (stream: DisplayStream, open: boolean) => void
  readonly closing: () => boolean
}

interface Running {
  readonly execution: BlockExecution
  readonly stream: DisplayStream
  readonly host?: string
}

/** The blocks of a run that execute now: started for events, stopped rung by rung, reported as they end. */
export class RunBlocks {
  readonly #options: RunBlocksOptions
  /** By block, and of a fan-out by block and host. */
  readonly #running = new Map<string, Running>()
  /** Blocks on several hosts, by block. */
  readonly #fanOuts = new Map<string, { stopped: boolean }>()

  /** What a paused run holds back. */
  readonly #held = new Set<() => void>()

  constructor(options: RunBlocksOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#running.size + this.#fanOuts.size
  }

  get streams(): readonly DisplayStream[] {
    return [...this.#running.values()].map(({ stream }) => stream)
  }

  executionOf(stream: string): BlockExecution | undefined {
    for (const entry of this.#running.values())
      if (entry.stream.description.stream === stream) return entry.execution
    return undefined
  }

  /** Performs `block.started`, which is on disk. */
  start(started: Started): void {
    const found = findBlock(this.#options.state(), started.block)
    if (found === undefined) return
    const { block, step } = found
    const target =
      this.#options.state().plan.targets.find(({ name }) => name === started.target) ??
      localTarget(started.target)
    if (target === undefined) {
      // Nothing may run somewhere else because the place it names is not known; decide refuses it before.
      const detail = `The runbook has no target called “${started.target}”. Nothing was sent.`
      this.#options.report({
        type: 'block.report',
        block: block.id,
        attempt: started.attempt,
        ...notStarted(detail),
      })
      return
    }
    if (started.hosts !== undefined) {
      void this.#startOnHosts(started, started.hosts, block, step, target)
      return
    }
    const place = placeOf(this.#options.state(), target, this.#options.connections)
    void this.#execute({ started, block, step, text: started.text, target, place }).then(
      ({ report, indexable }) => {
        this.#options.report(report)
        this.#options.index(indexable, step.id, block.id)
      },
    )
  }

  /** The run is no longer paused, or something was stopped: what was held back looks again. */
  goOn(): void {
    const held = [...this.#held]
    this.#held.clear()
    for (const resolve of held) resolve()
  }

  /** One rung of the ladder, for the whole block or for one of its hosts. */
  stop(block: string, host: string | undefined, rung: StopRung): void {
    const fan = this.#fanOuts.get(block)
    if (fan !== undefined && host === undefined) fan.stopped = true
    this.goOn()
    for (const { execution, stream, host: its } of this.#running.values()) {
      if (stream.description.block === block && (host === undefined || host === its))
        execution.stop(rung)
    }
  }

  stopAll(rung: StopRung): void {
    for (const fan of this.#fanOuts.values()) fan.stopped = true
    this.goOn()
    for (const { execution } of this.#running.values()) execution.stop(rung)
  }

  async finished(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ execution }) => execution.finished))
  }

  async #startOnHosts(
    started: Started,
    hosts: readonly string[],
    block: PlanBlock,
    step: PlanStep,
    target: RunTarget,
  ): Promise<void> {
    const { clock, closing, report } = this.#options
    const { attempt } = started
    const startedAt = clock.mono()
    const fan = { stopped: false }
    this.#fanOuts.set(block.id, fan)
    const on = (host: string, its: PlanBlock, label?: string): Promise<BlockResult> =>
      this.#execute({
        started,
        block: its,
        step,
        text: its === block ? started.text : its.code,
        target,
        place: placeOfHost(this.#options.state(), target, host, this.#options.connections),
        host,
        ...(label !== undefined && { label }),
      })
    const end = await fanOut({
      hosts,
      others: othersOf(this.#options.state(), block.id, hosts),
      strategy: step.strategy,
      begin: (batch, some) => this.#options.beginBatch(block.id, attempt, batch, some),
      run: async (host) => {
        const { report: result, indexable } = await on(host, block)
        const ended = hostResult(host, result)
        report({ type: 'block.host-report', block: block.id, attempt, ...ended })
        this.#options.index(indexable, step.id, block.id)
        return endOf(ended)
      },
      skip: (host) => {
        const ended = {
          host,
          ...notStarted('It was stopped before this host had its turn; nothing was sent to it.'),
        }
        report({ type: 'block.host-report', block: block.id, attempt, ...ended })
        return endOf(ended)
      },
      check: async (batch, some) => {
        for (const check of batchChecks(step, block, started.target)) {
          const results = await Promise.all(
            some.map(async (host) => {
              const label = `${block.id}#${attempt}@${host}!${check.id}`
              const { report: result, indexable } = await on(host, check, label)
              this.#options.index(indexable, step.id, check.id)
              return hostResult(host, result)
            }),
          )
          report({
            type: 'block.batch-report',
            block: block.id,
            attempt,
            batch,
            check: check.id,
            hosts: results,
          })
          const failed = results.filter((result) => !endOf(result).passed)
          if (failed.length > 0) return failed.map(({ host }) => host)
        }
        return []
      },
      unpaused: async () => {
        while (this.#options.state().phase === 'paused' && !fan.stopped && !closing())
          await new Promise<void>((resolve) => this.#held.add(resolve))
      },
      stopped: () => fan.stopped || closing(),
    })
    this.#fanOuts.delete(block.id)
    report({
      type: 'block.report',
      block: block.id,
      attempt,
      ...end,
      durationMs: Math.round(clock.mono() - startedAt),
    })
  }

  async #execute(one: {
    readonly started: Started
    readonly block: PlanBlock
    readonly step: PlanStep
    readonly text: string
    readonly target: RunTarget
    readonly place: BlockExecutionOptions['place']
    readonly host?: string
    /** Of its recording, where it is not the block's own. */
    readonly label?: string
  }): Promise<BlockResult> {
    const { started, block, step, target, place, host } = one
    const { run, clock, executors, captured, redact } = this.#options
    const stream = new DisplayStream({
      run,
      stream: `block-${this.#options.randomId()}`,
      kind: 'block',
      // What runs between two batches is shown, and stopped, with the block it belongs to.
      block: started.block,
      attempt: started.attempt,
      target: started.target,
      interactive: block.pty || block.verb === 'terminal' || block.session !== undefined,
      ...(block.executor === 'sql' && { tabular: true }),
      ...(host !== undefined && { host }),
    })
    // The stream is announced before the first byte can arrive.
    this.#options.onStream(stream, true)
    const at = host === undefined ? '' : `@${host}`
    const execution = new BlockExecution({
      run,
      block,
      attempt: started.attempt,
      text: one.text,
      target,
      place,
      continuesSession: continuesSession(this.#options.state(), block, started.attempt),
      values: this.#options.values(),
      timeoutMs: block.timeoutMs ?? step.timeoutMs,
      runbookFolder: dirname(this.#options.state().runbook.path),
      executors,
      clock,
      record: (startedAt) =>
        this.#options.record(one.label ?? `${block.id}#${started.attempt}${at}`, stream, startedAt),
      captured,
      redact,
    })
    const key = `${started.block}${at}`
    this.#running.set(key, { execution, stream, ...(host !== undefined && { host }) })
    const result = await execution.finished
    this.#running.delete(key)
    this.#options.onStream(stream, false)
    return result
  }
}

function hostResult(
  host: string,
  {
    outcome,
    gates,
    durationMs,
    stdout,
    stderr,
    timing,
    polls,
    unrecorded,
    notice,
    place,
    files,
  }: Extract<EngineCommand, { type: 'block.report' }>,
): HostResult {
  return {
    host,
    ...defined({
      outcome,
      gates,
      durationMs,
      stdout,
      stderr,
      timing,
      polls,
      unrecorded,
      notice,
      place,
      files,
    }),
  }
}

function endOf({ outcome, gates }: HostResult): HostEnd {
  const known = outcome.kind === 'exited' || outcome.kind === 'responded'
  return { outcome, passed: known && gates.length > 0 && gates.every(({ passed }) => passed) }
}

function notStarted(detail: string): Pick<HostResult, 'outcome' | 'gates' | 'durationMs'> {
  return {
    outcome: { kind: 'not-started', detail },
    gates: [{ gate: 'outcome', passed: false, wanted: 'a known end', seen: detail }],
    durationMs: 0,
  }
}

/** Whether an attempt other than this one ran something in the block's session. */
function continuesSession(state: RunState, block: PlanBlock, attempt: number): boolean {
  if (block.session === undefined) return false
  const ofSession = state.plan.steps
    .flatMap((step) => step.blocks)
    .filter((each) => each.session === block.session)
  return ofSession.some((each) =>
    state.blocks[each.id]?.attempts.some(
      ({ number, outcome }) =>
        outcome?.kind !== 'not-started' && (each.id !== block.id || number !== attempt),
    ),
  )
}
