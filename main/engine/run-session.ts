import type { AnyCommand, Command, EngineCommand } from '../core/run/commands.ts'
import { decide, MUSTER, type Decision } from '../core/run/decide.ts'
import type { EventData, RunEvent } from '../core/run/events.ts'
import { wordsOfAttachment } from '../core/run/attachments.ts'
import { wordsOfInject } from '../core/run/injects.ts'
import { evolve } from '../core/run/evolve.ts'
import { failedKnowably } from '../core/run/fan-out.ts'
import { findBlock } from '../core/run/rules.ts'
import type { RunState } from '../core/run/state.ts'
import { ContractError } from '../contract/frames.ts'
import type { RequestResult } from '../contract/requests.ts'
import type { Clock, Connections, Executor, Secrets, Store } from './ports.ts'
import { Recording } from './recording.ts'
import { ReportQueue } from './report-queue.ts'
import { RunBlocks } from './run-blocks.ts'
import { RunSecrets } from './run-secrets.ts'
import { RunTerminals, type TerminalPlace } from './run-terminals.ts'
import type { DisplayStream } from './streams.ts'
import type { ReportTrouble } from './troubles.ts'

/** How long an orderly close waits for a stopped block before it is abandoned. */
const CLOSE_GRACE_MS = 3_000

export type AttachmentAdd = Extract<EngineCommand, { type: 'attachment.add' }>
export type CommandResult = RequestResult<'runs.command'>

export interface SessionOptions {
  readonly run: string
  readonly store: Store
  readonly clock: Clock
  readonly executors: readonly Executor[]
  readonly connections: Connections
  readonly secrets: Secrets
  readonly randomId: () => string
  readonly onEvents: (events: readonly RunEvent[], state: RunState) => void
  readonly onStream: (stream: DisplayStream, open: boolean) => void
  readonly trouble: ReportTrouble
}

/**
 * One run that this engine has open for writing: decides, makes durable, then acts. The order is the promise:
 * `block.started` is on disk before the first byte is sent.
 */
export class RunSession {
  readonly #options: SessionOptions
  #state: RunState | undefined
  readonly #blocks: RunBlocks
  readonly #terminals: RunTerminals
  readonly #reports: ReportQueue
  readonly #secrets: RunSecrets
  /** Captured values as they came; those in the state may have been redacted. */
  readonly #captures = new Map<string, string>()
  readonly #retries = new Set<NodeJS.Timeout>()
  #closing = false

  constructor(options: SessionOptions, state?: RunState) {
    this.#options = options
    this.#state = state
    this.#secrets = new RunSecrets(() => options.secrets.values())
    const { run, clock, executors, connections, randomId, onStream } = options
    const report = (command: EngineCommand): void => this.#reports.add(command)
    const record = (label: string, stream: DisplayStream, startedAt?: number): Recording =>
      this.#recording(label, stream, startedAt)
    const common = { run, clock, executors, connections, randomId, onStream, report, record }
    this.#reports = new ReportQueue(
      (command) => void this.#apply(MUSTER, command),
      (message) => options.trouble(this, message),
    )
    this.#blocks = new RunBlocks({
      ...common,
      state: () => this.state,
      values: () => this.#values(),
      captured: (name, value) => this.#captures.set(name, value),
      redact: (text) => this.#secrets.redact(text),
      beginBatch: (...batch) => this.#beginBatch(...batch),
      index: (text, step, block) => this.#index('output', text, step, block),
      closing: () => this.#closing,
    })
    this.#terminals = new RunTerminals({
      ...common,
      state: () => this.state,
      opened: (actor, command) => {
        const opened = this.#apply(actor, command)
        if (!opened.ok) throw new ContractError(opened.code, opened.message)
      },
      index: (text) => this.#index('output', text),
    })
  }

  get state(): RunState {
    if (this.#state === undefined)
      throw new ContractError('not-started', 'This run has not started.')
    return this.#state
  }

  get streams(): readonly DisplayStream[] {
    return [...this.#blocks.streams, ...this.#terminals.streams]
  }

  get busy(): boolean {
    return this.#blocks.size > 0 || this.#terminals.size > 0 || this.#reports.length > 0
  }

  /** Names of secret inputs whose values this process does not have. */
  get missingSecrets(): readonly string[] {
    return this.#state?.secretInputs.filter((name) => !this.#secrets.has(name)) ?? []
  }

  provideSecrets(values: Readonly<Record<string, string>>): void {
    this.#secrets.provide(values)
  }

  /** A person's command: refused with words, or durable when this returns. */
  command(actor: string, command: Command): CommandResult {
    if (command.type === 'block.run') {
      const [missing] = this.missingSecrets
      if (missing !== undefined) {
        return refuse(
          'secret-missing',
          `The value of ${missing} is not kept on disk. Enter it again to go on.`,
        )
      }
    }
    if (this.#reports.length > 0 && command.type === 'block.run') {
      return refuse(
        'log-refuses',
        'Results of earlier blocks could not be recorded yet. Free space on the disk of the data folder; nothing runs until they are.',
      )
    }
    const quoted = this.#secrets.quoted(command)
    if (quoted !== undefined) {
      return refuse('secret-in-text', `The text contains ${quoted}`)
    }
    const redacted = this.#secrets.redactCommand(command)
    const decision = this.#apply(actor, redacted)
    if (!decision.ok) return decision
    if (command.type === 'block.stop') this.#blocks.stop(command.block, command.host, command.rung)
    if (command.type === 'run.abort') this.#stopEverything()
    return { ok: true, seq: this.state.seq }
  }

  /** A command of the run loop itself. */
  engineCommand(command: EngineCommand): CommandResult {
    const decision = this.#apply(MUSTER, command)
    return decision.ok ? { ok: true, seq: this.state.seq } : decision
  }

  /** A signature that was checked; recorded for whoever brought it. */
  countersign(
    actor: string,
    command: Extract<EngineCommand, { type: 'checkpoint.countersign' }>,
  ): CommandResult {
    const decision = this.#apply(actor, command)
    return decision.ok ? { ok: true, seq: this.state.seq } : decision
  }

  /** A file that a person gave. Its words are redacted like those of any command; gives the name it has now. */
  attach(actor: string, command: AttachmentAdd): { result: CommandResult; name: string } {
    const name = this.#secrets.redact(command.name)
    const { caption } = command
    const decision = this.#apply(actor, {
      ...command,
      name,
      ...(caption !== undefined && { caption: this.#secrets.redact(caption) }),
    })
    return { result: decision.ok ? { ok: true, seq: this.state.seq } : decision, name }
  }

  /** The first command of a run comes from the person who commands it. */
  start(actor: string, command: Extract<EngineCommand, { type: 'run.start' }>): CommandResult {
    const decision = this.#apply(actor, command)
    return decision.ok ? { ok: true, seq: this.state.seq } : decision
  }

  openTerminal(actor: string, where: TerminalPlace): DisplayStream {
    return this.#terminals.open(actor, where)
  }

  write(stream: string, bytes: Uint8Array): boolean {
    const terminal = this.#terminals.get(stream) ?? this.#blocks.executionOf(stream)
    terminal?.write(bytes)
    return terminal !== undefined
  }

  resize(stream: string, columns: number, rows: number): boolean {
    const terminal = this.#terminals.get(stream) ?? this.#blocks.executionOf(stream)
    terminal?.resize(columns, rows)
    return terminal !== undefined
  }

  closeTerminal(stream: string): boolean {
    const terminal = this.#terminals.get(stream)
    terminal?.close()
    return terminal !== undefined
  }

  /** An orderly end of the program: what runs is stopped, what cannot be stopped is unknown, the run is suspended. */
  async close(): Promise<void> {
    this.#closing = true
    for (const timer of this.#retries) clearTimeout(timer)
    this.#stopEverything()
    const ends = (): Promise<unknown> =>
      Promise.all([this.#blocks.finished(), this.#terminals.finished()])
    await within(CLOSE_GRACE_MS, ends())
    this.#blocks.stopAll('abandon')
    await within(CLOSE_GRACE_MS, ends())
    await within(CLOSE_GRACE_MS, this.#idle())
    this.#reports.close()
    await Promise.all(
      this.#options.executors.map((executor) => executor.closeRun(this.#options.run)),
    )
    const phase = this.#state?.phase
    if (phase === 'running' || phase === 'paused') {
      // When even this cannot be recorded the next start will say that Muster stopped, which is the truth.
      try {
        this.#apply(MUSTER, { type: 'run.suspend' })
      } catch {
        this.#options.trouble(this, 'The end of this session could not be recorded.')
      }
    }
  }

  async #idle(): Promise<void> {
    while (this.#blocks.size > 0 || this.#terminals.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  #stopEverything(): void {
    this.#blocks.stopAll('terminate')
    this.#terminals.close()
  }

  /** decide, make durable, evolve, tell everyone, act. Throws only what the log throws. */
  #apply(
    actor: string,
    command: AnyCommand,
  ): Extract<CommandResult, { ok: false }> | { readonly ok: true } {
    const decision: Decision = decide(this.#state, command, {
      actor,
      now: this.#options.clock.wall(),
    })
    if (!decision.ok) return decision
    if (decision.events.length === 0) return { ok: true }
    let events: readonly RunEvent[]
    try {
      events = this.#options.store.log.append(this.#options.run, actor, decision.events)
    } catch (error) {
      throw new ContractError('log-refuses', error instanceof Error ? error.message : String(error))
    }
    let state = this.#state
    for (const event of events) state = evolve(state, event)
    this.#state = state
    if (state === undefined) return { ok: true }
    this.#options.onEvents(events, state)
    for (const event of events) this.#effect(event)
    return { ok: true }
  }

  #effect(event: RunEvent): void {
    if (event.type === 'block.started') this.#blocks.start(event.data)
    if (event.type === 'run.resumed') this.#blocks.goOn()
    if (event.type === 'block.finished') this.#scheduleRetry(event.data)
    if (event.type === 'note.added') this.#index('note', event.data.text)
    if (event.type === 'inject.given') this.#index('note', wordsOfInject(event.data))
    // What a person says of a file can be found, and never what stands in it.
    if (event.type === 'attachment.added') this.#index('note', wordsOfAttachment(event.data))
    if (event.type === 'run.finished' || event.type === 'run.aborted') {
      for (const timer of this.#retries) clearTimeout(timer)
      this.#terminals.close()
      void Promise.all(
        this.#options.executors.map((executor) => executor.closeRun(this.#options.run)),
      )
    }
  }

  /** Nothing of a batch may be sent that is not on disk. */
  #beginBatch(block: string, attempt: number, batch: number, hosts: readonly string[]): boolean {
    try {
      return this.#apply(MUSTER, { type: 'block.batch', block, attempt, batch, hosts: [...hosts] })
        .ok
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#options.trouble(
        this,
        `The next hosts were not started, for that could not be recorded: ${message}`,
      )
      return false
    }
  }

  #recording(label: string, display: DisplayStream, startedAt?: number): Recording {
    return new Recording({
      blobs: this.#options.store.blobs,
      clock: this.#options.clock,
      run: this.#options.run,
      label,
      secrets: () => this.hidden,
      display,
      startedAt,
      trouble: this.#options.trouble,
    })
  }

  #values(): Record<string, string> {
    return {
      ...this.state.inputs,
      ...this.state.captures,
      ...Object.fromEntries(this.#captures),
      ...this.#secrets.inputs,
    }
  }

  #scheduleRetry(finished: EventData<'block.finished'>): void {
    const found = findBlock(this.state, finished.block)
    const last = found?.current.attempts.find(({ number }) => number === finished.attempt)
    const again = last !== undefined && !finished.passed && failedKnowably(last)
    if (found?.step.retry === undefined || !again || this.#closing) return
    if (finished.attempt >= found.step.retry.attempts) return
    const timer = setTimeout(() => {
      this.#retries.delete(timer)
      try {
        this.#apply(MUSTER, {
          type: 'block.retry',
          block: finished.block,
          attempt: finished.attempt,
        })
      } catch (error) {
        this.#options.trouble(this, error instanceof Error ? error.message : String(error))
      }
    }, found.step.retry.everyMs)
    this.#retries.add(timer)
  }

  #index(where: 'note' | 'output', text: string, step?: string, block?: string): void {
    if (text.trim() === '') return
    const { run, store, trouble } = this.#options
    try {
      store.runs.indexText({
        run,
        where,
        text,
        ...(step !== undefined && { step }),
        ...(block !== undefined && { block }),
      })
      trouble(store.runs)
    } catch (error) {
      trouble(
        store.runs,
        `Search will not find this: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  /** Values of secret inputs, and what connections were opened with. */
  get hidden(): readonly string[] {
    return this.#secrets.hidden
  }
}

function refuse(code: string, message: string): Extract<CommandResult, { ok: false }> {
  return { ok: false, code, message, needsReason: false }
}

/** Resolves when the promise does, or after that many milliseconds. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    promise,
    new Promise((resolve) => {
      timer = setTimeout(resolve, milliseconds)
    }),
  ])
  clearTimeout(timer)
}
