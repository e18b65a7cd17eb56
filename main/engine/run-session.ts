import { defined } from '../core/defined.ts'
import { redactText, SHORTEST_SECRET } from '../core/evidence/redact.ts'
import type { AnyCommand, Command, EngineCommand } from '../core/run/commands.ts'
import { decide, MUSTER, type Decision } from '../core/run/decide.ts'
import type { EventData, RunEvent } from '../core/run/events.ts'
import { evolve } from '../core/run/evolve.ts'
import type { PlanBlock, PlanStep } from '../core/run/plan.ts'
import type { RunState } from '../core/run/state.ts'
import { ContractError } from '../contract/frames.ts'
import type { RequestResult } from '../contract/requests.ts'
import { BlockExecution, type BlockExecutionOptions, type BlockResult } from './block-execution.ts'
import { fanOut, type HostEnd } from './fan-out.ts'
import { placeOf, placeOfHost } from './places.ts'
import type { Clock, Connections, Executor, Secrets, Store } from './ports.ts'
import { Recording } from './recording.ts'
import { DisplayStream } from './streams.ts'
import { TerminalSession } from './terminal-session.ts'

/** How long an orderly close waits for a stopped block before it is abandoned. */
const CLOSE_GRACE_MS = 3_000
/** How long the log is left alone after it refused an event. */
const RETRY_LOG_MS = 2_000

type RunTarget = BlockExecutionOptions['target']

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
  readonly onTrouble: (message: string | undefined) => void
}

/**
 * One run that this engine has open for writing: decides, makes durable, then acts. The order is the promise:
 * `block.started` is on disk before the first byte is sent.
 */
export class RunSession {
  readonly #options: SessionOptions
  #state: RunState | undefined
  /** By block, and of a fan-out by block and host. */
  readonly #executions = new Map<
    string,
    { execution: BlockExecution; stream: DisplayStream; host?: string }
  >()
  /** Blocks on several hosts, by block; the last rung they were stopped with. */
  readonly #fanOuts = new Map<string, { stopped: boolean }>()
  readonly #terminals = new Map<string, TerminalSession>()
  readonly #secrets = new Map<string, string>()
  /** Captured values as they came; those in the state may have been redacted. */
  readonly #captures = new Map<string, string>()
  readonly #retries = new Set<NodeJS.Timeout>()
  /** Reports that the log refused, oldest first; they are offered again until it takes them. */
  readonly #waiting: EngineCommand[] = []
  #retryLog: NodeJS.Timeout | undefined
  #closing = false

  constructor(options: SessionOptions, state?: RunState) {
    this.#options = options
    this.#state = state
  }

  get state(): RunState {
    if (this.#state === undefined)
      throw new ContractError('not-started', 'This run has not started.')
    return this.#state
  }

  get streams(): readonly DisplayStream[] {
    return [
      ...[...this.#executions.values()].map(({ stream }) => stream),
      ...[...this.#terminals.values()].map(({ stream }) => stream),
    ]
  }

  get busy(): boolean {
    return (
      this.#executions.size > 0 ||
      this.#fanOuts.size > 0 ||
      this.#terminals.size > 0 ||
      this.#waiting.length > 0
    )
  }

  /** Names of secret inputs whose values this process does not have. */
  get missingSecrets(): readonly string[] {
    return this.#state?.secretInputs.filter((name) => !this.#secrets.has(name)) ?? []
  }

  provideSecrets(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) this.#secrets.set(name, value)
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
    if (this.#waiting.length > 0 && command.type === 'block.run') {
      return refuse(
        'log-refuses',
        'Results of earlier blocks could not be recorded yet. Free space on the disk of the data folder; nothing runs until they are.',
      )
    }
    const quoted = this.#quotedSecret(command)
    if (quoted !== undefined) {
      return refuse(
        'secret-in-text',
        `The text contains the value of ${quoted}, which must never be recorded. Write $${quoted} instead.`,
      )
    }
    const redacted = this.#redactCommand(command)
    const decision = this.#apply(actor, redacted)
    if (!decision.ok) return decision
    if (command.type === 'block.stop') this.#stop(command)
    if (command.type === 'run.abort') this.#stopEverything()
    return { ok: true, seq: this.state.seq }
  }

  /** A command of the run loop itself. */
  engineCommand(command: EngineCommand): CommandResult {
    const decision = this.#apply(MUSTER, command)
    return decision.ok ? { ok: true, seq: this.state.seq } : decision
  }

  /** The first command of a run comes from the person who commands it. */
  start(actor: string, command: Extract<EngineCommand, { type: 'run.start' }>): CommandResult {
    const decision = this.#apply(actor, command)
    return decision.ok ? { ok: true, seq: this.state.seq } : decision
  }

  openTerminal(actor: string, targetName: string, columns: number, rows: number): DisplayStream {
    const { state } = this
    if (state.phase !== 'running' && state.phase !== 'paused') {
      throw new ContractError(
        'run-over',
        'The run is over: terminals can no longer be opened in it.',
      )
    }
    if (state.mode === 'walkthrough') {
      throw new ContractError(
        'walkthrough',
        'In a walkthrough nothing executes, so there is no terminal either.',
      )
    }
    const target =
      state.plan.targets.find(({ name }) => name === targetName) ?? localTarget(targetName)
    if (target === undefined) {
      throw new ContractError('no-target', `The runbook has no target called “${targetName}”.`)
    }
    const executor = this.#options.executors.find(
      (candidate) => candidate.openTerminal && opens(candidate, target.kind),
    )
    if (executor?.openTerminal === undefined) {
      throw new ContractError(
        'needs-connection',
        `A terminal on ${targetName} (${target.kind}) needs a connection that this version cannot make yet.`,
      )
    }
    const place = placeOf(state, target, this.#options.connections)
    if ('problem' in place) throw new ContractError('needs-connection', place.problem)
    const terminal = `terminal-${this.#options.randomId()}`
    const stream = new DisplayStream({
      run: this.#options.run,
      stream: terminal,
      kind: 'terminal',
      target: target.name,
      interactive: true,
    })
    const opened = this.#apply(actor, { type: 'terminal.opened', terminal, target: target.name })
    if (!opened.ok) throw new ContractError(opened.code, opened.message)
    const recording = this.#recording(terminal, stream)
    const open = executor.openTerminal.bind(executor)
    const session = new TerminalSession({
      stream,
      recording,
      clock: this.#options.clock,
      open: (sink) => open({ run: this.#options.run, ...place, columns, rows }, sink),
    })
    this.#terminals.set(terminal, session)
    this.#options.onStream(stream, true)
    void session.finished.then(async ({ outcome, durationMs }) => {
      const recorded = await recording.finish()
      this.#terminals.delete(terminal)
      this.#options.onStream(stream, false)
      this.#report({
        type: 'terminal.closed',
        terminal,
        target: target.name,
        outcome,
        durationMs,
        ...(recorded.stdout && { stdout: recorded.stdout }),
        ...(recorded.timing && { timing: recorded.timing }),
      })
      this.#index('output', recording.indexable())
    })
    return stream
  }

  write(stream: string, bytes: Uint8Array): boolean {
    const terminal = this.#terminals.get(stream)
    if (terminal) {
      terminal.write(bytes)
      return true
    }
    const execution = this.#executionOf(stream)
    execution?.write(bytes)
    return execution !== undefined
  }

  resize(stream: string, columns: number, rows: number): boolean {
    const terminal = this.#terminals.get(stream)
    terminal?.resize(columns, rows)
    const execution = this.#executionOf(stream)
    execution?.resize(columns, rows)
    return terminal !== undefined || execution !== undefined
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
      Promise.all([
        ...[...this.#executions.values()].map(({ execution }) => execution.finished),
        ...[...this.#terminals.values()].map(({ finished }) => finished),
      ])
    await within(CLOSE_GRACE_MS, ends())
    for (const { execution } of this.#executions.values()) execution.stop('abandon')
    await within(CLOSE_GRACE_MS, ends())
    await within(CLOSE_GRACE_MS, this.#idle())
    clearTimeout(this.#retryLog)
    await Promise.all(
      this.#options.executors.map((executor) => executor.closeRun(this.#options.run)),
    )
    const phase = this.#state?.phase
    if (phase === 'running' || phase === 'paused') {
      // When even this cannot be recorded the next start will say that Muster stopped, which is the truth.
      try {
        this.#apply(MUSTER, { type: 'run.suspend' })
      } catch {
        this.#options.onTrouble('The end of this session could not be recorded.')
      }
    }
  }

  async #idle(): Promise<void> {
    while (this.#executions.size > 0 || this.#fanOuts.size > 0 || this.#terminals.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  #stop({ block, host, rung }: Extract<Command, { type: 'block.stop' }>): void {
    const fan = this.#fanOuts.get(block)
    if (fan !== undefined && host === undefined) fan.stopped = true
    for (const { execution, stream, host: its } of this.#executions.values()) {
      if (stream.description.block === block && (host === undefined || host === its))
        execution.stop(rung)
    }
  }

  #stopEverything(): void {
    for (const fan of this.#fanOuts.values()) fan.stopped = true
    for (const { execution } of this.#executions.values()) execution.stop('terminate')
    for (const terminal of this.#terminals.values()) terminal.close()
  }

  #executionOf(stream: string): BlockExecution | undefined {
    for (const entry of this.#executions.values()) {
      if (entry.stream.description.stream === stream) return entry.execution
    }
    return undefined
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
    if (event.type === 'block.started') this.#execute(event.data)
    if (event.type === 'block.finished') this.#scheduleRetry(event.data)
    if (event.type === 'note.added') this.#index('note', event.data.text)
    if (event.type === 'run.finished' || event.type === 'run.aborted') {
      for (const timer of this.#retries) clearTimeout(timer)
      for (const terminal of this.#terminals.values()) terminal.close()
      void Promise.all(
        this.#options.executors.map((executor) => executor.closeRun(this.#options.run)),
      )
    }
  }

  #find(blockId: string): { readonly block: PlanBlock; readonly step: PlanStep } | undefined {
    for (const step of this.state.plan.steps) {
      const block = step.blocks.find(({ id }) => id === blockId)
      if (block) return { block, step }
    }
    return undefined
  }

  #execute(started: EventData<'block.started'>): void {
    const found = this.#find(started.block)
    if (found === undefined) return
    const { block, step } = found
    const target =
      this.state.plan.targets.find(({ name }) => name === started.target) ??
      localTarget(started.target)
    if (target === undefined) {
      // Nothing may run somewhere else because the place it names is not known; decide refuses it before.
      const detail = `The runbook has no target called “${started.target}”. Nothing was sent.`
      this.#report({
        type: 'block.report',
        block: block.id,
        attempt: started.attempt,
        outcome: { kind: 'not-started', detail },
        gates: [{ gate: 'outcome', passed: false, wanted: 'a known end', seen: detail }],
        durationMs: 0,
      })
      return
    }
    if (started.hosts !== undefined) {
      void this.#executeOnHosts(started, started.hosts, found, target)
      return
    }
    const place = placeOf(this.state, target, this.#options.connections)
    void this.#executeOne(started, found, { target, place }).then(({ report, indexable }) => {
      this.#report(report)
      this.#index('output', indexable, step.id, block.id)
    })
  }

  async #executeOnHosts(
    started: EventData<'block.started'>,
    hosts: readonly string[],
    { block, step }: { readonly block: PlanBlock; readonly step: PlanStep },
    target: RunTarget,
  ): Promise<void> {
    const startedAt = this.#options.clock.mono()
    const fan = { stopped: false }
    this.#fanOuts.set(block.id, fan)
    const run = async (host: string): Promise<HostEnd> => {
      const place = placeOfHost(this.state, target, host, this.#options.connections)
      const { report, indexable } = await this.#executeOne(
        started,
        { block, step },
        { target, place, host },
      )
      const { outcome, gates, durationMs, stdout, stderr, timing, polls, unrecorded, notice } =
        report
      this.#report({
        type: 'block.host-report',
        block: block.id,
        attempt: started.attempt,
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
          place: report.place,
        }),
      })
      this.#index('output', indexable, step.id, block.id)
      const known = outcome.kind === 'exited' || outcome.kind === 'responded'
      return { outcome, passed: known && gates.length > 0 && gates.every(({ passed }) => passed) }
    }
    const end = await fanOut({
      hosts,
      strategy: step.strategy,
      begin: (batch) => this.#beginBatch(block.id, started.attempt, batch),
      run,
      skip: (host) => {
        const detail = 'It was stopped before this host had its turn; nothing was sent to it.'
        const outcome = { kind: 'not-started', detail } as const
        this.#report({
          type: 'block.host-report',
          block: block.id,
          attempt: started.attempt,
          host,
          outcome,
          gates: [{ gate: 'outcome', passed: false, wanted: 'a known end', seen: detail }],
          durationMs: 0,
        })
        return { outcome, passed: false }
      },
      stopped: () => fan.stopped || this.#closing,
    })
    this.#fanOuts.delete(block.id)
    this.#report({
      type: 'block.report',
      block: block.id,
      attempt: started.attempt,
      ...end,
      durationMs: Math.round(this.#options.clock.mono() - startedAt),
    })
  }

  /** Nothing of a batch may be sent that is not on disk. */
  #beginBatch(block: string, attempt: number, hosts: readonly string[]): boolean {
    try {
      return this.#apply(MUSTER, { type: 'block.batch', block, attempt, hosts: [...hosts] }).ok
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#options.onTrouble(
        `The next hosts were not started, for that could not be recorded: ${message}`,
      )
      return false
    }
  }

  async #executeOne(
    started: EventData<'block.started'>,
    { block, step }: { readonly block: PlanBlock; readonly step: PlanStep },
    {
      target,
      place,
      host,
    }: {
      readonly target: RunTarget
      readonly place: BlockExecutionOptions['place']
      readonly host?: string
    },
  ): Promise<BlockResult> {
    const stream = new DisplayStream({
      run: this.#options.run,
      stream: `block-${this.#options.randomId()}`,
      kind: 'block',
      block: block.id,
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
      run: this.#options.run,
      block,
      attempt: started.attempt,
      text: started.text,
      target,
      place,
      continuesSession: continuesSession(this.state, block, started.attempt),
      values: this.#values(),
      timeoutMs: block.timeoutMs ?? step.timeoutMs,
      executors: this.#options.executors,
      clock: this.#options.clock,
      record: () => this.#recording(`${block.id}#${started.attempt}${at}`, stream),
      captured: (name, value) => this.#captures.set(name, value),
      redact: (text) => this.#redact(text),
    })
    const key = `${block.id}${at}`
    this.#executions.set(key, { execution, stream, ...(host !== undefined && { host }) })
    const result = await execution.finished
    this.#executions.delete(key)
    this.#options.onStream(stream, false)
    return result
  }

  #recording(label: string, display: DisplayStream): Recording {
    return new Recording({
      blobs: this.#options.store.blobs,
      clock: this.#options.clock,
      run: this.#options.run,
      label,
      secrets: () => this.#hidden(),
      display,
      trouble: (message) => this.#options.onTrouble(message),
    })
  }

  #values(): Record<string, string> {
    return {
      ...this.state.inputs,
      ...this.state.captures,
      ...Object.fromEntries(this.#captures),
      ...Object.fromEntries(this.#secrets),
    }
  }

  /** What the world did must not be lost because the disk is full just now. */
  #report(command: EngineCommand): void {
    this.#waiting.push(command)
    this.#offerReports()
  }

  #offerReports(): void {
    clearTimeout(this.#retryLog)
    for (;;) {
      const next = this.#waiting[0]
      if (next === undefined) break
      try {
        this.#apply(MUSTER, next)
        this.#waiting.shift()
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        this.#options.onTrouble(`A result could not be recorded and is kept in memory: ${message}`)
        if (!this.#closing) this.#retryLog = setTimeout(() => this.#offerReports(), RETRY_LOG_MS)
        return
      }
    }
    this.#options.onTrouble(undefined)
  }

  #scheduleRetry(finished: EventData<'block.finished'>): void {
    const found = this.#find(finished.block)
    const known = finished.outcome.kind === 'exited' || finished.outcome.kind === 'responded'
    if (found?.step.retry === undefined || finished.passed || !known || this.#closing) return
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
        this.#options.onTrouble(error instanceof Error ? error.message : String(error))
      }
    }, found.step.retry.everyMs)
    this.#retries.add(timer)
  }

  #index(where: 'note' | 'output', text: string, step?: string, block?: string): void {
    if (text.trim() === '') return
    try {
      this.#options.store.runs.indexText({
        run: this.#options.run,
        where,
        text,
        ...(step !== undefined && { step }),
        ...(block !== undefined && { block }),
      })
    } catch (error) {
      this.#options.onTrouble(
        `Search will not find this: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  /** Values of secret inputs, and what connections were opened with. */
  #hidden(): readonly string[] {
    return [...this.#secrets.values(), ...this.#options.secrets.values()]
  }

  #redact(text: string): string {
    return redactText(text, this.#hidden())
  }

  /** What runs and what is approved is recorded exactly, so a secret in it cannot be taken out: it is refused. */
  #quotedSecret(command: Command): string | undefined {
    const text =
      command.type === 'block.run'
        ? command.edit?.text
        : command.type === 'approval.grant' || command.type === 'approval.refuse'
          ? command.text
          : undefined
    if (text === undefined) return undefined
    for (const [name, value] of this.#secrets) {
      if (value.length >= SHORTEST_SECRET && text.includes(value)) return name
    }
    return undefined
  }

  /** A secret typed into a reason, a note or an edited command is not recorded either. */
  #redactCommand<T extends Command>(command: T): T {
    if (this.#hidden().length === 0) return command
    return redactMembers(command, (text) => this.#redact(text))
  }
}

function redactMembers<T extends object>(value: T, redact: (text: string) => string): T {
  const copy = { ...value }
  for (const [key, member] of Object.entries(copy)) {
    if (typeof member === 'string') Object.assign(copy, { [key]: redact(member) })
  }
  return copy
}

/** In a guide nothing names targets; this laptop can always be chosen. */
function localTarget(
  name: string,
): { name: string; kind: 'local'; connection: string; hosts: string[] } | undefined {
  return name === 'laptop' || name === 'local'
    ? { name, kind: 'local', connection: 'local', hosts: [] }
    : undefined
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

function opens(executor: Executor, targetKind: string): boolean {
  const probe: PlanBlock = {
    id: 'terminal',
    verb: 'terminal',
    language: 'bash',
    executor: 'shell',
    code: '',
    pty: true,
    expectations: [],
    implicit: false,
  }
  return executor.accepts({ block: probe, targetKind }) === true
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
