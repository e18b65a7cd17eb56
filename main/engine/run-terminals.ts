import type { EngineCommand } from '../core/run/commands.ts'
import type { PlanBlock } from '../core/run/plan.ts'
import { hostsOf } from '../core/run/fan-out.ts'
import type { RunState } from '../core/run/state.ts'
import { ContractError } from '../contract/frames.ts'
import { localTarget, placeOf, placeOfHost } from './places.ts'
import type { Clock, Connections, Executor } from './ports.ts'
import type { Recording } from './recording.ts'
import { DisplayStream } from './streams.ts'
import { TerminalSession } from './terminal-session.ts'

export interface RunTerminalsOptions {
  readonly run: string
  readonly state: () => RunState
  readonly clock: Clock
  readonly executors: readonly Executor[]
  readonly connections: Connections
  readonly randomId: () => string
  readonly record: (label: string, stream: DisplayStream, startedAt?: number) => Recording
  /** Makes it durable that a terminal is opened. Throws when it may not be. */
  readonly opened: (actor: string, command: EngineCommand) => void
  readonly report: (command: EngineCommand) => void
  readonly index: (text: string) => void
  readonly onStream: (stream: DisplayStream, open: boolean) => void
}

export interface TerminalPlace {
  readonly target: string
  /** Where the target is several hosts: on which of them. */
  readonly host?: string | undefined
  readonly columns: number
  readonly rows: number
}

/** The host of a target that is several; undefined where it is one place. Throws where none or a stranger was named. */
function hostOf(state: RunState, target: string, host: string | undefined): string | undefined {
  const all = hostsOf(state, target)
  if (host === undefined && all.length === 0) return undefined
  if (host !== undefined && all.includes(host)) return host
  throw new ContractError(
    'no-host',
    all.length === 0
      ? `${target} is one place and has no host ${host}.`
      : `${target} is ${all.length} hosts, and a terminal is on one of them: ${all.join(', ')}.`,
  )
}

/** The interactive terminals of a run. */
export class RunTerminals {
  readonly #options: RunTerminalsOptions
  readonly #open = new Map<string, TerminalSession>()

  constructor(options: RunTerminalsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#open.size
  }

  get streams(): readonly DisplayStream[] {
    return [...this.#open.values()].map(({ stream }) => stream)
  }

  get(stream: string): TerminalSession | undefined {
    return this.#open.get(stream)
  }

  /** Opens one on a target. Throws a `ContractError` where there can be none. */
  open(actor: string, where: TerminalPlace): DisplayStream {
    const { clock, connections, run } = this.#options
    const { columns, rows } = where
    const state = this.#options.state()
    const { target, open } = this.#opener(state, where.target)
    const host = hostOf(state, target.name, where.host)
    const place =
      host === undefined
        ? placeOf(state, target, connections)
        : placeOfHost(state, target, host, connections)
    if ('problem' in place) throw new ContractError('needs-connection', place.problem)
    const terminal = `terminal-${this.#options.randomId()}`
    const stream = new DisplayStream({
      run,
      stream: terminal,
      kind: 'terminal',
      target: target.name,
      ...(host !== undefined && { host }),
      interactive: true,
    })
    const which = { terminal, target: target.name, ...(host !== undefined && { host }) }
    this.#options.opened(actor, { type: 'terminal.opened', ...which })
    const recording = this.#options.record(terminal, stream)
    recording.resized(columns, rows)
    const session = new TerminalSession({
      stream,
      recording,
      clock,
      open: (sink) => open({ run, ...place, columns, rows }, sink),
    })
    this.#open.set(terminal, session)
    this.#options.onStream(stream, true)
    void session.finished.then(async ({ outcome, durationMs }) => {
      const recorded = await recording.finish()
      this.#open.delete(terminal)
      this.#options.onStream(stream, false)
      this.#options.report({
        type: 'terminal.closed',
        ...which,
        outcome,
        durationMs,
        ...(recorded.stdout && { stdout: recorded.stdout }),
        ...(recorded.timing && { timing: recorded.timing }),
      })
      this.#options.index(recording.indexable())
    })
    return stream
  }

  /** Hangs up all of them. */
  close(): void {
    for (const terminal of this.#open.values()) terminal.close()
  }

  async finished(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ finished }) => finished))
  }

  #opener(
    state: RunState,
    name: string,
  ): {
    readonly target:
      NonNullable<ReturnType<typeof localTarget>> | RunState['plan']['targets'][number]
    readonly open: NonNullable<Executor['openTerminal']>
  } {
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
      state.plan.targets.find((candidate) => candidate.name === name) ?? localTarget(name)
    if (target === undefined)
      throw new ContractError('no-target', `The runbook has no target called “${name}”.`)
    const executor = this.#options.executors.find(
      (candidate) => candidate.openTerminal && opens(candidate, target.kind),
    )
    if (executor?.openTerminal === undefined) {
      throw new ContractError(
        'needs-connection',
        `A terminal on ${name} (${target.kind}) needs a connection that this version cannot make yet.`,
      )
    }
    return { target, open: executor.openTerminal.bind(executor) }
  }
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
