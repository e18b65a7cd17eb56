import type { Execution, ExecutionResult, OutputSink } from '../../engine/ports.ts'
import { deferred } from '../lanes/deferred.ts'
import { drain } from '../lanes/draining.ts'
import { Ladder, type SignalRung } from '../lanes/ladder.ts'
import type { OpenThings } from './open-things.ts'
import type { Prepared } from './prepare.ts'
import { signalFamily } from './processes.ts'
import { openPty, type Pty } from './pty.ts'
import { releaseScratch } from './scratch.ts'
import { sweep } from './sweep.ts'

/**
 * A block, or a shell to type into, with a terminal of its own. stdout and stderr are one stream of bytes, as the
 * terminal mixed them.
 *
 * The rungs: interrupt is the key Ctrl-C, so that it reaches whatever is in the foreground, a command on a remote host
 * behind ssh included, and overtakes a flood (the terminal drops what it had queued). Terminate is SIGTERM, or for a
 * shell to type into the hang-up that closing a terminal window means. Kill is SIGKILL for the whole family.
 */
export interface PtyLaneOptions {
  readonly run: string
  readonly prepare: Promise<Prepared | string>
  readonly columns: number
  readonly rows: number
  readonly timeoutMs: number | undefined
  readonly terminate: 'SIGTERM' | 'SIGHUP'
  readonly open: OpenThings
}

const INTERRUPT_KEY = '\x03'

export function startPty(options: PtyLaneOptions, sink: OutputSink): Execution {
  const lane = new PtyLane(options, sink)
  return {
    result: lane.result,
    stop: (rung) => lane.stop(rung),
    terminal: {
      write: (bytes) => lane.write(bytes),
      resize: (columns, rows) => lane.resize(columns, rows),
    },
  }
}

class PtyLane {
  readonly #options: PtyLaneOptions
  readonly #sink: OutputSink
  readonly #ladder: Ladder
  readonly #result = deferred<ExecutionResult>()
  #pty: Pty | undefined
  #leaderAlive = false
  #size: { readonly columns: number; readonly rows: number }
  /** Keys typed before the program was there. */
  #early: Uint8Array[] = []
  #stoppedEarly = false

  constructor(options: PtyLaneOptions, sink: OutputSink) {
    this.#options = options
    this.#sink = sink
    this.#size = { columns: options.columns, rows: options.rows }
    this.#ladder = new Ladder(options.timeoutMs, (rung) => this.#send(rung))
    void this.#run()
  }

  get result(): Promise<ExecutionResult> {
    return this.#result.promise
  }

  stop(rung: SignalRung | 'abandon'): void {
    if (this.#result.settled) return
    if (rung === 'abandon') return this.#abandon()
    if (this.#pty === undefined) this.#stoppedEarly = true
    else this.#ladder.climb(rung)
  }

  write(bytes: Uint8Array): void {
    if (this.#pty === undefined) this.#early.push(bytes)
    else this.#pty.write(bytes)
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows }
    this.#pty?.resize(columns, rows)
  }

  async #run(): Promise<void> {
    const prepared = await this.#options.prepare
    if (typeof prepared === 'string') return this.#notStarted(prepared)
    try {
      if (this.#stoppedEarly || this.#result.settled)
        return this.#notStarted('It was stopped before it started; nothing ran.')
      let pty: Pty
      try {
        pty = openPty({ ...prepared, ...this.#size }, (bytes) => this.#sink.stdout(bytes))
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        return this.#notStarted(`No terminal could be opened on this laptop: ${why}`)
      }
      this.#pty = pty
      this.#result.resolve(await this.#follow(pty))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#result.resolve({
        outcome: { kind: 'unknown', detail: `Muster lost track of the block: ${why}` },
      })
    } finally {
      this.#ladder.end()
      if (prepared.scratch !== undefined) await releaseScratch(prepared.scratch)
    }
  }

  async #follow(pty: Pty): Promise<ExecutionResult> {
    this.#leaderAlive = true
    this.#ladder.begin()
    for (const bytes of this.#early) pty.write(bytes)
    this.#early = []
    const { code, signal } = await pty.exited
    this.#leaderAlive = false
    // Decided here: the wait for the output is not the program's time.
    this.#ladder.end()
    const outcome = this.#ladder.judge(code, signal)
    const swept =
      this.#ladder.stopping && !this.#result.settled ? sweep(pty.pid) : Promise.resolve(undefined)
    const open = await drain([pty.pump])
    for (const pump of open) this.#options.open.adopt(this.#options.run, pump)
    const killed = await swept
    const notices = [
      ...(killed === undefined ? [] : [`${killed} did not end with the block and was killed.`]),
      ...(pty.pump.failure === undefined
        ? []
        : [`Some output could not be recorded: ${pty.pump.failure}`]),
    ]
    return { outcome, ...(notices.length > 0 && { notice: notices.join(' ') }) }
  }

  #send(rung: SignalRung): void {
    const pty = this.#pty
    if (pty === undefined || !this.#leaderAlive) return
    switch (rung) {
      case 'interrupt':
        return pty.write(INTERRUPT_KEY)
      case 'terminate':
        signalFamily(pty.pid, true, this.#options.terminate)
        // A stopped program hears nothing else.
        return signalFamily(pty.pid, true, 'SIGCONT')
      case 'kill':
        return signalFamily(pty.pid, true, 'SIGKILL')
    }
  }

  #abandon(): void {
    const { pid } = this.#pty ?? {}
    const where = pid === undefined ? '' : ` (process ${pid})`
    this.#result.resolve({
      outcome: {
        kind: 'unknown',
        detail: `It was given up on while it was still running${where}. It may still be at work: look before running it again.`,
      },
    })
    this.#ladder.end()
    if (this.#pty !== undefined) this.#options.open.adopt(this.#options.run, this.#pty.pump)
  }

  #notStarted(detail: string): void {
    this.#result.resolve({ outcome: { kind: 'not-started', detail } })
  }
}
