import type { Runbook, Step } from '../../../core/runbook/model.ts'
import { parseRunbook } from '../../../core/runbook/parse.ts'
import type { Command } from '../../../core/run/commands.ts'
import type { TargetState } from '../../../core/connection/state.ts'
import type { RunEvent } from '../../../core/run/events.ts'
import { evolve } from '../../../core/run/evolve.ts'
import { isKnown } from '../../../core/run/gates.ts'
import { findBlock } from '../../../core/run/rules.ts'
import type { RunState } from '../../../core/run/state.ts'
import type { Push } from '../../../contract/pushes.ts'
import type { RequestResult } from '../../../contract/requests.ts'
import type { Connection } from '../../../engine/engine.ts'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'
import { eventsOf } from '../record/read-run.ts'
import type { OutputView } from './output-view.ts'

export type CommandResult = RequestResult<'runs.command'>

export interface SessionListeners {
  /** Every event after the ones that were there already, once, in order, when it is on disk. */
  event(event: RunEvent): void
  trouble(message: string | undefined): void
  /** The connection to one of its hosts was lost, is tried again, or is there again. */
  connection(state: TargetState): void
}

/** One run as this terminal follows it: its events folded into a state, and the way to act in it. */
export class RunSession {
  readonly connection: Connection
  readonly run: string
  readonly #listeners: SessionListeners
  readonly #view: OutputView
  #state: RunState | undefined
  #runbook: Runbook | undefined
  /** Events that came while earlier ones were still being read. */
  #early: RunEvent[] = []
  #waiting: (() => void)[] = []
  #silent = false
  #stopped = false
  /** Who acts here. */
  actor = ''

  constructor(connection: Connection, run: string, listeners: SessionListeners, view: OutputView) {
    this.connection = connection
    this.run = run
    this.#listeners = listeners
    this.#view = view
  }

  get state(): RunState {
    if (this.#state === undefined) throw new Error('The run has not been read yet.')
    return this.#state
  }

  get runbook(): Runbook {
    if (this.#runbook === undefined) throw new Error('The run has not been read yet.')
    return this.#runbook
  }

  /** Follows the run. `silent`: events up to here are not told. `resume`: goes on with an interrupted one. */
  async open(options: {
    readonly silent: boolean
    readonly resume: boolean
  }): Promise<readonly string[]> {
    const { connection, run } = this
    await connection.request('runs.follow', { run, follow: true })
    this.#silent = options.silent
    for await (const event of eventsOf(connection, run)) this.#absorb(event)
    const early = this.#early
    this.#early = []
    for (const event of early) this.#absorb(event)
    this.#silent = false
    const { source, missingSecrets } = await connection.request('runs.open', {
      run,
      resume: options.resume,
    })
    this.#runbook = parseRunbook(source).runbook
    return missingSecrets
  }

  /** To be given every push of the connection. */
  push(push: Push): void {
    switch (push.push) {
      case 'run.events':
        if (push.data.run === this.run) for (const event of push.data.events) this.#absorb(event)
        break
      case 'stream.opened':
        this.#view.opened(push.data)
        break
      case 'stream.data':
        this.#view.data(push.data)
        break
      case 'stream.progress':
        this.#view.progress(push.data)
        break
      case 'stream.closed':
        this.#view.closed(push.data)
        break
      case 'engine.trouble':
        this.#listeners.trouble(push.data.message)
        break
      case 'target.state':
        if (push.data.run === this.run) this.#listeners.connection(push.data)
        break
      case 'runs.changed':
      case 'library.changed':
      case 'settings.changed':
      case 'connections.changed':
      case 'probe.stage':
      case 'preflight.target':
      case 'prompt.opened':
      case 'prompt.closed':
      case 'wait.opened':
      case 'wait.closed':
      case 'export.progress':
        break
    }
  }

  /** From now on nothing more is asked for: the engine is about to close. */
  stop(): void {
    this.#stopped = true
  }

  async command(command: Command): Promise<CommandResult> {
    if (this.#stopped) throw new CliError(EXIT.unfinished, 'The terminal was told to end.')
    return await this.connection.request('runs.command', {
      run: this.run,
      actor: this.actor,
      command,
    })
  }

  /** Resolves as soon as the state is as wanted. */
  async until(wanted: (state: RunState) => boolean): Promise<void> {
    while (!wanted(this.state)) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
  }

  /** Resolves when a started block has ended and no declared retry of it is to come. */
  async ended(block: string): Promise<void> {
    await this.until((state) => !isBusy(state, block))
  }

  /** The step as its author wrote it: prose and parts in source order. */
  source(step: string): Step | undefined {
    return this.runbook.steps.find(({ id }) => id === step)
  }

  #absorb(event: RunEvent): void {
    const seq = this.#state?.seq ?? 0
    if (event.seq <= seq) return
    if (event.seq > seq + 1) {
      this.#early.push(event)
      return
    }
    this.#state = evolve(this.#state, event)
    if (!this.#silent) this.#listeners.event(event)
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

/** Whether a block runs, or the run loop is going to try it again by itself, as its step declares. */
export function isBusy(state: RunState, block: string): boolean {
  const found = findBlock(state, block)
  if (found === undefined) return false
  const { step, current } = found
  if (current.status === 'running') return true
  const last = current.attempts.at(-1)
  return (
    state.phase === 'running' &&
    current.status === 'failed' &&
    step.retry !== undefined &&
    step.risk !== 'destructive' &&
    current.attempts.length < step.retry.attempts &&
    last?.outcome !== undefined &&
    isKnown(last.outcome) &&
    last.resolution === undefined
  )
}
