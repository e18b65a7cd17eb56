import type { RedisProfile } from '../../core/connection/profile.ts'
import type { Outcome } from '../../core/run/events.ts'
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
  OutputSink,
} from '../../engine/ports.ts'
import { LIVENESS, watchPeer } from '../network/liveness.ts'
import type { NetworkPorts } from '../network/reach.ts'
import { DialError, placeText } from '../network/sockets.ts'
import { Stages } from '../network/stages.ts'
import { cancelCommand } from './cancel.ts'
import type { Clients } from './clients.ts'
import { errorHelp } from './error-help.ts'
import { CommandFacts } from './facts.ts'
import type { Node } from './node.ts'
import { prepareCommands, RedisTextError, type Prepared } from './prepare.ts'
import { assertReadOnly } from './read-only.ts'
import type { ServerRequest } from './servers.ts'
import { WatchedCommand } from './watched-command.ts'
import { leavesTraces, TransactionState } from './session-state.ts'

/** The longest time a timer can wait; it fires at once beyond that. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** How long a server may take to end what it was told to end. */
const END_MS = 2000
const REDIRECTS = 5

/**
 * The commands of one block, one after the other over one connection. Each is sent when the one before it was answered,
 * once. The first error ends the block.
 */
export class RedisExecution implements Execution {
  readonly result: Promise<ExecutionResult>
  readonly #sink: OutputSink
  readonly #clients: Clients
  readonly #server: ServerRequest
  readonly #abort = new AbortController()
  readonly #notices: string[] = []
  readonly #transaction = new TransactionState()
  #resolve: (result: ExecutionResult) => void = () => undefined
  #settled = false
  #stopping: 'cancelled' | 'timed-out' | undefined
  #timer: NodeJS.Timeout | undefined
  #node: Node | undefined
  /** Every node of a cluster that this block has used. */
  readonly #used = new Set<Node>()
  #facts = new CommandFacts([])
  #inFlight: Prepared | undefined
  #traces = false
  #beganAt: number | undefined
  readonly #timeoutMs: number | undefined

  constructor(
    request: ExecutionRequest,
    profile: RedisProfile,
    sink: OutputSink,
    clients: Clients,
    ports: NetworkPorts,
  ) {
    this.#sink = sink
    this.#clients = clients
    this.#server = {
      profile,
      environment: request.environment,
      run: request.run,
      ports,
      signal: this.#abort.signal,
      stages: new Stages(),
    }
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#timeoutMs = request.timeoutMs
    void this.#run(request)
  }

  stop(rung: 'interrupt' | 'terminate' | 'kill' | 'abandon'): void {
    if (this.#settled) return
    if (rung === 'interrupt') void this.#stop('cancelled')
    else if (this.#inFlight === undefined && rung !== 'abandon') this.#end({ kind: 'cancelled' })
    else this.#endUnknown('The connection was closed.')
  }

  async #run(request: ExecutionRequest): Promise<void> {
    let commands: readonly Prepared[]
    try {
      commands = prepareCommands(request)
      this.#facts = new CommandFacts(commands.map(({ line }) => line))
      const node = await this.#clients.take(this.#server)
      if (this.#settled) return this.#clients.drop(this.#server, node)
      this.#node = node
      this.#used.add(node)
      // The way there has a limit of its own, and a person who was asked for a password may have taken their time.
      this.#beganAt = performance.now()
      if (request.timeoutMs !== undefined)
        this.#timer = setTimeout(
          () => void this.#stop('timed-out'),
          Math.min(request.timeoutMs, LONGEST_TIMER_MS),
        )
      if (request.block.verb === 'check') {
        const doubt = await assertReadOnly(node, commands)
        if (doubt !== undefined) this.#notices.push(doubt)
      }
    } catch (error) {
      const known = error instanceof RedisTextError || error instanceof DialError
      const message = error instanceof Error ? error.message : String(error)
      this.#end({
        kind: 'not-started',
        detail: known ? message : `The server was lost before anything was sent: ${message}`,
      })
      return
    }
    try {
      for (const command of commands) {
        if (this.#settled || !(await this.#command(command))) return
      }
      if (this.#transaction.open) {
        this.#traces = true
        this.#notices.push(
          'MULTI was not followed by EXEC: nothing that was queued has been executed, and it never will be.',
        )
      }
      this.#end({ kind: 'responded' })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#endUnknown(`Muster failed while running it: ${message}`)
    }
  }

  /** Sends one command and waits for its answer, following a cluster. False when the block has ended. */
  async #command(command: Prepared): Promise<boolean> {
    let asking = false
    for (let hops = 0; ; hops++) {
      const node = this.#node
      if (node === undefined) return false
      if (!node.alive) return this.#lostBefore(command, node)
      this.#facts.began(node.place)
      const reply = new WatchedCommand(this.#sink, this.#server.profile.cluster !== undefined)
      const startedAt = performance.now()
      try {
        if (asking) await node.ask('ASKING')
        this.#inFlight = command
        await this.#watched(node, node.send(command.name, command.words, reply))
        this.#inFlight = undefined
      } catch (error) {
        this.#lost(command, node, error)
        return false
      }
      if (reply.refused !== undefined)
        this.#notices.push(`Some of the answer could not be recorded: ${reply.refused}`)
      if (this.#settled) return false
      const redirect = reply.redirect
      if (redirect !== undefined && hops < REDIRECTS) {
        if (this.#transaction.open) {
          this.#notices.push(
            `The key of line ${command.line.line} belongs to ${placeText(redirect.place)}, but MULTI was sent to ${placeText(node.place)}. Put a command that reads the key before MULTI: the block then goes on at the right node.`,
          )
          return this.#answered(command, node, startedAt, reply)
        }
        asking = redirect.asking
        if (!(await this.#goTo(command, redirect.place))) return false
        continue
      }
      return this.#answered(command, node, startedAt, reply)
    }
  }

  /** The answer, or the end of a server that is not there any more. Behind an ssh host, ssh watches the way itself. */
  async #watched(node: Node, answer: Promise<void>): Promise<void> {
    const { profile, ports } = this.#server
    if (profile.via !== undefined) return await answer
    const stop = watchPeer(node.place, ports.liveness ?? LIVENESS, (why) => node.wire.destroy(why))
    try {
      await answer
    } finally {
      stop()
    }
  }

  /** Another node has the key. What was refused there was not executed, so it is sent again here. */
  async #goTo(
    command: Prepared,
    place: { readonly host: string; readonly port: number },
  ): Promise<boolean> {
    try {
      const known = [...this.#used].find((node) => placeText(node.place) === placeText(place))
      this.#node = known ?? (await this.#clients.takeAt(this.#server, place))
      this.#used.add(this.#node)
      return !this.#settled
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const detail = `Line ${command.line.line} belongs to another node of the cluster, which could not be reached: ${message}`
      this.#end(
        this.#facts.answered === 0
          ? { kind: 'not-started', detail }
          : { kind: 'disconnected', detail: `${detail} It was not sent.` },
      )
      return false
    }
  }

  #answered(command: Prepared, node: Node, startedAt: number, reply: WatchedCommand): boolean {
    const { line, name } = command
    const error = this.#transaction.problem(name, reply.value) ?? reply.value.error
    this.#facts.answer(line, {
      node: node.place,
      milliseconds: performance.now() - startedAt,
      value: reply.value.value,
      error,
    })
    if (reply.value.value === undefined && error === undefined)
      this.#notices.push(
        `The reply of line ${line.line} is too large for JSON: all of it is recorded as text, and neither match=json nor a capture has it.`,
      )
    this.#transaction.after(name, reply.value.error === undefined)
    this.#traces ||= leavesTraces(name)
    if (error !== undefined) {
      // What was queued goes with the connection.
      this.#traces ||= this.#transaction.open
      const help = reply.redirect === undefined ? errorHelp(error) : undefined
      if (help !== undefined) this.#notices.push(help)
      if (this.#transaction.open)
        this.#notices.push('The transaction was open: nothing that was queued has been executed.')
    }
    if (this.#stopping !== undefined) {
      this.#endStopped(this.#stopping)
      return false
    }
    if (error === undefined) return true
    this.#end({ kind: 'responded' })
    return false
  }

  #lostBefore(command: Prepared, node: Node): false {
    const detail = `${placeText(node.place)} closed the connection before line ${command.line.line} was sent.`
    this.#end(
      this.#facts.answered === 0
        ? { kind: 'not-started', detail }
        : { kind: 'disconnected', detail },
    )
    return false
  }

  #lost(command: Prepared, node: Node, error: unknown): void {
    const { errored } = node.wire
    const cause = errored instanceof DialError ? errored : error
    const why = errored?.message.startsWith('What arrived')
      ? `${errored.message} The connection was closed.`
      : `The connection to ${placeText(node.place)} was lost${cause instanceof DialError ? `: ${cause.message}` : '.'}`
    this.#end({
      kind: 'disconnected',
      detail: `${why} ${this.#facts.whereItStood(command.line)}`,
    })
  }

  /** Ends what is in flight at the server, and the block with it. */
  async #stop(as: 'cancelled' | 'timed-out'): Promise<void> {
    if (this.#settled || (as === 'cancelled' && this.#stopping !== undefined)) return
    this.#stopping = as
    const command = this.#inFlight
    const node = this.#node
    if (command === undefined || node === undefined) {
      if (as === 'cancelled' || this.#facts.answered > 0) return this.#endStopped(as)
      return this.#end({
        kind: 'not-started',
        detail: `The time of the block, ${(this.#timeoutMs ?? 0) / 1000} s, was over before anything was sent.`,
      })
    }
    const goesOn = await cancelCommand(this.#server, node, command)
    if (this.#settled) return
    if (goesOn !== undefined) {
      this.#notices.push(goesOn)
      if (as === 'cancelled') this.#stopping = undefined
      else this.#endStopped(as)
      return
    }
    // Its answer says that it was ended, and then the block ends; a server that never sends it is not waited for.
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (as === 'timed-out') this.#endStopped(as)
      else this.#endUnknown('The server did not say that it had ended it.')
    }, END_MS)
  }

  #endStopped(as: 'cancelled' | 'timed-out'): void {
    this.#end(
      as === 'cancelled'
        ? { kind: 'cancelled' }
        : { kind: 'timed-out', afterMs: Math.round(this.#timeoutMs ?? 0) },
    )
  }

  #endUnknown(why: string): void {
    const stood = this.#inFlight && this.#facts.whereItStood(this.#inFlight.line)
    this.#end({ kind: 'unknown', detail: stood === undefined ? why : `${why} ${stood}` })
  }

  #end(outcome: Outcome): void {
    if (this.#settled) return
    this.#settled = true
    clearTimeout(this.#timer)
    this.#abort.abort()
    const clean = outcome.kind === 'responded' && !this.#traces
    for (const node of this.#used) {
      if (clean) this.#clients.giveBack(this.#server, node)
      else this.#clients.drop(this.#server, node)
    }
    const facts = this.#facts.facts(this.#inFlight?.line)
    const notice = [...new Set(this.#notices)].join(' ')
    this.#resolve({
      outcome,
      ...(this.#beganAt !== undefined && {
        durationMs: Math.round(performance.now() - this.#beganAt),
      }),
      ...(facts !== undefined && { redis: facts }),
      ...(outcome.kind === 'responded' && { data: this.#facts.data() }),
      ...(notice !== '' && { notice }),
    })
  }
}
