import { randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import type { Execution, ExecutionResult, OutputSink } from '../../engine/ports.ts'
import {
  TransportError,
  type Channel,
  type ChannelEnd,
  type Transport,
} from '../../engine/transport.ts'
import { deferred } from '../lanes/deferred.ts'
import { drain } from '../lanes/draining.ts'
import { Ladder, type SignalRung } from '../lanes/ladder.ts'
import { Pump } from '../lanes/pump.ts'
import { unusable } from '../lanes/values.ts'
import {
  execCommand,
  feedCommand,
  INCOMPLETE,
  killCommand,
  MarkFilter,
  payload,
  ptyCommand,
  type RemoteShell,
} from './bootstrap.ts'

/** One block on the other side of a connection, from the first question about it to its outcome. */

export interface LaneOptions {
  /** Makes the connection, or gives the one that is there. Rejects with a `TransportError`. */
  readonly connect: (signal: AbortSignal) => Promise<Transport>
  /** Where it runs, for words. */
  readonly where: string
  readonly shell: RemoteShell
  readonly text: string
  readonly values: Readonly<Record<string, string>>
  readonly timeoutMs: number | undefined
  readonly pty: { readonly columns: number; readonly rows: number } | undefined
}

const SIGNALS = { interrupt: 'INT', terminate: 'TERM', kill: 'KILL' } as const
const INTERRUPT_KEY = Buffer.from('\x03')

export function startRemote(options: LaneOptions, sink: OutputSink): Execution {
  const lane = new RemoteLane(options, sink)
  return {
    result: lane.result,
    stop: (rung) => lane.stop(rung),
    ...(options.pty !== undefined && {
      terminal: {
        write: (bytes) => lane.write(bytes),
        resize: (columns, rows) => lane.resize(columns, rows),
      },
    }),
  }
}

class RemoteLane {
  readonly #options: LaneOptions
  readonly #sink: OutputSink
  readonly #ladder: Ladder
  readonly #result = deferred<ExecutionResult>()
  readonly #connecting = new AbortController()
  readonly #nonce = randomBytes(12).toString('hex')
  #transport: Transport | undefined
  #channel: Channel | undefined
  /** Of the shell on the other side. */
  #pid: number | undefined
  /** The text is on its way: from now on nobody can say that nothing happened. */
  #sent = false
  #stopped = false
  #early: Uint8Array[] = []

  constructor(options: LaneOptions, sink: OutputSink) {
    this.#options = options
    this.#sink = sink
    this.#ladder = new Ladder(options.timeoutMs, (rung) => void this.#send(rung))
    void this.#run()
  }

  get result(): Promise<ExecutionResult> {
    return this.#result.promise
  }

  stop(rung: SignalRung | 'abandon'): void {
    if (this.#result.settled) return
    this.#stopped = true
    if (rung === 'abandon') return this.#abandon()
    if (this.#sent) return this.#ladder.climb(rung)
    // Nothing was sent yet, so nothing has to be stopped there.
    this.#connecting.abort(new Error('It was stopped.'))
    this.#channel?.abandon()
    this.#notStarted('It was stopped before it started; nothing ran.')
  }

  write(bytes: Uint8Array): void {
    if (this.#sent) this.#channel?.stdin.write(bytes)
    else this.#early.push(bytes)
  }

  resize(columns: number, rows: number): void {
    this.#channel?.resize(columns, rows)
  }

  async #run(): Promise<void> {
    const { connect, text, values } = this.#options
    const problem = unusable(text, values)
    if (problem !== undefined) return this.#notStarted(problem)
    try {
      this.#transport = await connect(this.#connecting.signal)
      if (this.#result.settled) return
      this.#channel = await this.#open(this.#transport)
      if (this.#stopped) return this.#channel.abandon()
    } catch (error) {
      return this.#notStarted(connectionProblem(error))
    }
    try {
      this.#result.resolve(await this.#follow(this.#transport, this.#channel))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const detail = `Muster lost track of the block: ${why}`
      this.#result.resolve({ outcome: { kind: this.#sent ? 'unknown' : 'not-started', detail } })
    } finally {
      this.#ladder.end()
    }
  }

  #open(transport: Transport): Promise<Channel> {
    const { shell, pty } = this.#options
    return pty === undefined
      ? transport.exec({ command: execCommand(shell, this.#nonce) })
      : transport.exec({ command: ptyCommand(shell, this.#nonce), pty })
  }

  async #follow(transport: Transport, channel: Channel): Promise<ExecutionResult> {
    const { pty } = this.#options
    const ready = deferred<undefined>()
    const filter = new MarkFilter(this.#nonce, (pid) => {
      this.#pid = pid
      ready.resolve(undefined)
    })
    const marked = (deliver: (bytes: Uint8Array) => Promise<void>) => async (bytes: Uint8Array) => {
      const rest = filter.push(bytes)
      if (rest.length > 0) await deliver(rest)
    }
    const toOut = (bytes: Uint8Array): Promise<void> => this.#sink.stdout(bytes)
    const toErr = (bytes: Uint8Array): Promise<void> => this.#sink.stderr(bytes)
    const pumps = [
      new Pump(whole(channel.stdout), pty === undefined ? toOut : marked(toOut)),
      ...(pty === undefined ? [new Pump(whole(channel.stderr), marked(toErr))] : []),
    ]
    const end = await Promise.race([channel.end, ready.promise])
    if (end === undefined) {
      this.#sent = true
      this.#ladder.begin()
      await this.#hand(transport, channel)
    }
    const how = end ?? (await channel.end)
    this.#ladder.end()
    const open = this.#result.settled ? [] : await drain(pumps)
    await (pty === undefined ? toErr : toOut)(filter.rest())
    for (const pump of open) pump.release()
    const failure = pumps.find((pump) => pump.failure !== undefined)?.failure
    const notices = [
      ...(open.length > 0
        ? [
            'A process in the background went on when the block had ended and still holds its output. What it prints from now on is not recorded.',
          ]
        : []),
      ...(failure === undefined ? [] : [`Some output could not be recorded: ${failure}`]),
    ]
    return {
      outcome: this.#judge(how),
      ...(notices.length > 0 && { notice: notices.join(' ') }),
    }
  }

  /** Hands the text over: through standard input, or with a terminal through a pipe that another channel writes. */
  async #hand(transport: Transport, channel: Channel): Promise<void> {
    const { text, values, pty } = this.#options
    const term = pty === undefined ? 'dumb' : 'xterm-256color'
    const bytes = payload(text, { TERM: term, ...values }, this.#nonce)
    if (pty === undefined) {
      channel.stdin.end(bytes)
      return
    }
    const feed = await transport.exec({ command: feedCommand(this.#nonce) })
    feed.stdout.resume()
    feed.stderr.resume()
    feed.stdin.end(bytes)
    for (const early of this.#early) channel.stdin.write(early)
    this.#early = []
  }

  #judge(end: ChannelEnd): ExecutionResult['outcome'] {
    const { where, shell } = this.#options
    if (end.kind === 'lost') {
      if (!this.#sent)
        return {
          kind: 'not-started',
          detail: `The connection to ${where} was lost before the block was sent: ${end.detail}`,
        }
      const process = this.#pid === undefined ? '' : ` as process ${this.#pid}`
      return {
        kind: 'disconnected',
        detail: `The connection to ${where} was lost while the block ran there${process}: ${end.detail} It may have ended, or still be at work: look before running it again.`,
      }
    }
    if (!this.#sent) {
      const code = end.kind === 'exited' ? `exit ${end.code}` : end.signal
      return {
        kind: 'not-started',
        detail: `No ${shell} could be started on ${where} (${code}). Nothing of the block was sent.`,
      }
    }
    if (end.kind === 'exited' && end.code === INCOMPLETE && this.#stopped)
      return { kind: 'cancelled' }
    return end.kind === 'exited'
      ? this.#ladder.judge(end.code, null)
      : this.#ladder.judge(null, end.signal)
  }

  async #send(rung: SignalRung): Promise<void> {
    const { pty, where } = this.#options
    // Ctrl-C reaches whatever is in the foreground, and overtakes a flood.
    if (rung === 'interrupt' && pty !== undefined) {
      this.#channel?.stdin.write(INTERRUPT_KEY)
      return
    }
    if (this.#pid === undefined || this.#transport === undefined) return
    try {
      const channel = await this.#transport.exec({ command: killCommand(this.#pid, SIGNALS[rung]) })
      channel.stdout.resume()
      channel.stderr.resume()
      await channel.end
    } catch {
      // Nothing reaches the other side any more; the end of the channel says so, or abandoning does.
      void where
    }
  }

  #abandon(): void {
    const { where } = this.#options
    this.#connecting.abort(new Error('It was given up.'))
    if (this.#sent) {
      const process = this.#pid === undefined ? '' : ` (process ${this.#pid})`
      this.#result.resolve({
        outcome: {
          kind: 'unknown',
          detail: `It was given up on while it was still running on ${where}${process}. It may still be at work: look before running it again.`,
        },
      })
    } else this.#notStarted('It was given up on before it was sent; nothing ran.')
    this.#ladder.end()
    this.#channel?.abandon()
  }

  #notStarted(detail: string): void {
    this.#result.resolve({ outcome: { kind: 'not-started', detail } })
  }
}

export function connectionProblem(error: unknown): string {
  if (error instanceof TransportError) return error.message
  return error instanceof Error ? error.message : String(error)
}

/** A stream that closes when its source has ended, which not every channel's streams do. */
function whole(source: NodeJS.ReadableStream): PassThrough {
  const through = new PassThrough()
  source.pipe(through)
  source.on('close', () => through.end())
  return through
}
