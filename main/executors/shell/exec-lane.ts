import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type {
  Execution,
  ExecutionRequest,
  ExecutionResult,
  OutputSink,
} from '../../engine/ports.ts'
import { deferred } from '../lanes/deferred.ts'
import { drain } from '../lanes/draining.ts'
import { Ladder, RUNG_SIGNALS, type SignalRung } from '../lanes/ladder.ts'
import { openPipes } from './pipes.ts'
import { prepare, type Prepared } from './prepare.ts'
import { describeProcesses, familyOf, signalFamily } from './processes.ts'
import { Pump } from '../lanes/pump.ts'
import { releaseScratch } from './scratch.ts'
import { sweep } from './sweep.ts'
import type { OpenThings } from './open-things.ts'

/**
 * The default lane: one shell per block, in a session of its own without a terminal. stdin is empty, stdout and stderr
 * are apart and exact, the exit status is the shell's.
 */
export function startExec(
  request: ExecutionRequest,
  sink: OutputSink,
  open: OpenThings,
): Execution {
  const lane = new ExecLane(request, sink, open)
  return { result: lane.result, stop: (rung) => lane.stop(rung) }
}

interface Started {
  readonly child: ChildProcess
  readonly pumps: readonly Pump[]
}

class ExecLane {
  readonly #request: ExecutionRequest
  readonly #sink: OutputSink
  readonly #open: OpenThings
  readonly #ladder: Ladder
  readonly #result = deferred<ExecutionResult>()
  #child: ChildProcess | undefined
  #leaderAlive = false
  #pumps: readonly Pump[] = []
  /** The rung that was asked for before the program was there. */
  #early: SignalRung | undefined

  constructor(request: ExecutionRequest, sink: OutputSink, open: OpenThings) {
    this.#request = request
    this.#sink = sink
    this.#open = open
    this.#ladder = new Ladder(request.timeoutMs, (rung) => this.#send(rung))
    void this.#run()
  }

  get result(): Promise<ExecutionResult> {
    return this.#result.promise
  }

  stop(rung: SignalRung | 'abandon'): void {
    if (this.#result.settled) return
    if (rung === 'abandon') return this.#abandon()
    if (this.#child === undefined) this.#early = rung
    else this.#ladder.climb(rung)
  }

  async #run(): Promise<void> {
    const prepared = await prepare(this.#request, 'dumb')
    if (typeof prepared === 'string') return this.#notStarted(prepared)
    try {
      const started = await this.#start(prepared)
      if (typeof started === 'string') return this.#notStarted(started)
      this.#result.resolve(await this.#follow(started))
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      this.#result.resolve({
        outcome: { kind: 'unknown', detail: `Muster lost track of the block: ${detail}` },
      })
    } finally {
      this.#ladder.end()
      if (prepared.scratch !== undefined) await releaseScratch(prepared.scratch)
    }
  }

  async #start(prepared: Prepared): Promise<Started | string> {
    const pipes = await openPipes(2)
    const [out, err] = pipes ?? []
    const discard = (): void => {
      out?.reader.destroy()
      err?.reader.destroy()
    }
    try {
      if (this.#early !== undefined || this.#result.settled) {
        discard()
        return 'It was stopped before it started; nothing ran.'
      }
      const child = spawn(prepared.file, prepared.arguments, {
        cwd: prepared.folder,
        env: prepared.environment,
        stdio: ['ignore', out?.writer ?? 'pipe', err?.writer ?? 'pipe'],
        detached: process.platform !== 'win32',
        windowsHide: true,
      })
      const problem = await begun(child)
      if (problem !== undefined) {
        discard()
        return problem
      }
      return {
        child,
        pumps: [
          this.#pump(out?.reader ?? child.stdout, (bytes) => this.#sink.stdout(bytes)),
          this.#pump(err?.reader ?? child.stderr, (bytes) => this.#sink.stderr(bytes)),
        ],
      }
    } catch (error) {
      discard()
      return explainSpawn(error)
    } finally {
      out?.closeWriter()
      err?.closeWriter()
    }
  }

  #pump(source: Readable | null, deliver: (bytes: Uint8Array) => Promise<void>): Pump {
    if (source === null) throw new Error('The program was started without a pipe for its output.')
    return new Pump(source, deliver)
  }

  async #follow({ child, pumps }: Started): Promise<ExecutionResult> {
    this.#child = child
    this.#pumps = pumps
    this.#leaderAlive = true
    const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      // It can have ended while it was being started.
      if (child.exitCode !== null || child.signalCode !== null)
        resolve([child.exitCode, child.signalCode])
      else child.once('exit', (code, signal) => resolve([code, signal]))
    })
    this.#ladder.begin()
    if (this.#early !== undefined) this.#ladder.climb(this.#early)
    if (this.#result.settled) this.#letGo()
    const [code, signal] = await ended
    this.#leaderAlive = false
    // Decided here: the wait for the output is not the program's time.
    this.#ladder.end()
    const outcome = this.#ladder.judge(code, signal)
    // Stopped means stopped: what the block left in the background goes with it.
    const { pid } = child
    const swept =
      this.#ladder.stopping && !this.#result.settled && pid !== undefined
        ? sweep(pid)
        : Promise.resolve(undefined)
    const open = this.#result.settled ? [] : await drain(pumps)
    const notice = this.#notice(open, await swept)
    for (const pump of open) this.#open.adopt(this.#request.run, pump)
    return { outcome, ...(notice !== undefined && { notice }) }
  }

  /** What is worth saying beside the outcome. */
  #notice(open: readonly Pump[], killed: string | undefined): string | undefined {
    const parts: string[] = []
    if (killed !== undefined) parts.push(`${killed} did not end with the block and was killed.`)
    if (open.length > 0) {
      const { pid } = this.#child ?? {}
      const left = pid === undefined ? [] : familyOf(pid, false)
      const who = left.length > 0 ? describeProcesses(left) : 'A process in the background'
      parts.push(
        `${who} went on when the block had ended and still holds its output. What it prints from now on is not recorded.`,
      )
    }
    const failure = this.#pumps.find((pump) => pump.failure !== undefined)?.failure
    if (failure !== undefined) parts.push(`Some output could not be recorded: ${failure}`)
    return parts.length > 0 ? parts.join(' ') : undefined
  }

  #send(rung: SignalRung): void {
    const pid = this.#child?.pid
    if (pid === undefined) return
    signalFamily(pid, this.#leaderAlive, RUNG_SIGNALS[rung])
  }

  #abandon(): void {
    const pid = this.#child?.pid
    const where = pid === undefined ? '' : ` (process ${pid})`
    this.#result.resolve({
      outcome: {
        kind: 'unknown',
        detail: `It was given up on while it was still running${where}. It may still be at work: look before running it again.`,
      },
    })
    this.#ladder.end()
    this.#letGo()
  }

  /** Nobody records any more; the program must still be able to write. */
  #letGo(): void {
    for (const pump of this.#pumps) this.#open.adopt(this.#request.run, pump)
  }

  #notStarted(detail: string): void {
    this.#result.resolve({ outcome: { kind: 'not-started', detail } })
  }
}

/** Resolves when the system has started the program, with words when it could not. */
function begun(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(undefined))
    child.on('error', (error) => resolve(explainSpawn(error)))
  })
}

function explainSpawn(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'E2BIG':
      return 'The values handed to this block are together too long for the environment of a program. Shorten the captured output.'
    case 'EAGAIN':
    case 'ENOMEM':
      return 'This laptop cannot start another program just now: its memory or its number of processes is used up.'
    case 'EMFILE':
    case 'ENFILE':
      return 'This laptop cannot start another program just now: too many files are open.'
    default:
      return `The shell could not be started: ${error instanceof Error ? error.message : String(error)}`
  }
}
