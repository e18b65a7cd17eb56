import type { Outcome } from '../../core/run/events.ts'
import type { ExecutionRequest, ExecutionResult, OutputSink } from '../../engine/ports.ts'
import { deferred } from './deferred.ts'
import { Ladder, type SignalRung } from './ladder.ts'
import type { LiveShell, TextEnd } from './live-shell.ts'
import { unusable } from './values.ts'

/** Starts the shell of a session, or says why it cannot. The signal says that nobody wants it any more. */
export type OpenShell = (
  request: ExecutionRequest,
  signal: AbortSignal,
) => Promise<LiveShell | string>

/** What a session is between its blocks. */
export interface Session {
  shell: LiveShell | undefined
  busy: boolean
  /** How the last shell was lost, until a block was told. */
  lost: string | undefined
  /** Shells that were given up on while they ran something. */
  readonly abandoned: LiveShell[]
  /** The run was closed: no shell may be left to a session that nobody will close again. */
  closed: boolean
}

const INTERRUPT_KEY = '\x03'
/**
 * From the begin of a block to what was held for it: a shell that is about to start a program takes the key itself, and the
 * program goes on without having heard of it.
 */
const AFTER_BEGIN_MS = 200

/** One block in its session's shell. */
export class SessionLane {
  readonly #name: string
  readonly #session: Session
  readonly #request: ExecutionRequest
  readonly #sink: OutputSink
  readonly #ladder: Ladder
  readonly #result = deferred<ExecutionResult>()
  readonly #openShell: OpenShell
  readonly #opening = new AbortController()
  #shell: LiveShell | undefined
  #stoppedEarly = false
  #killed = false
  #begun = false
  /** What is to be sent as soon as the block begins. */
  #held: 'interrupt' | 'terminate' | undefined
  /** What the sink said when it refused bytes. */
  #refused: string | undefined

  constructor(
    name: string,
    session: Session,
    request: ExecutionRequest,
    sink: OutputSink,
    openShell: OpenShell,
  ) {
    this.#name = name
    this.#openShell = openShell
    this.#session = session
    this.#request = request
    this.#sink = sink
    this.#ladder = new Ladder(request.timeoutMs, (rung) => this.#send(rung))
    void this.#run()
  }

  get result(): Promise<ExecutionResult> {
    return this.#result.promise
  }

  stop(rung: SignalRung | 'abandon'): void {
    if (this.#result.settled) return
    if (rung === 'abandon') return this.#abandon()
    if (this.#shell === undefined) {
      this.#stoppedEarly = true
      this.#opening.abort(new Error('It was stopped.'))
    } else this.#ladder.climb(rung)
  }

  write(bytes: Uint8Array): void {
    if (!this.#result.settled) this.#shell?.write(bytes)
  }

  resize(columns: number, rows: number): void {
    if (!this.#result.settled) this.#shell?.resize(columns, rows)
  }

  async #run(): Promise<void> {
    const session = this.#session
    if (session.busy)
      return this.#notStarted(
        `Another block is still running in the session ${this.#name}. Wait for its end, or stop it.`,
      )
    session.busy = true
    let shell: LiveShell | string | undefined
    try {
      shell = await this.#shellFor(session)
      if (typeof shell === 'string') return this.#notStarted(shell)
      if (this.#stoppedEarly || this.#result.settled)
        return this.#notStarted('It was stopped before it started; nothing ran.')
      this.#shell = shell
      this.#ladder.begin()
      const end = await shell.run(
        this.#request.text,
        this.#request.values,
        (bytes) => this.#hand(bytes),
        () => this.#begin(),
      )
      if (this.#result.settled) return
      this.#result.resolve({
        outcome: this.#judge(end),
        ...(this.#refused !== undefined && {
          notice: `Some output could not be recorded: ${this.#refused}`,
        }),
      })
      if (end.kind === 'gone' || end.kind === 'not-begun' || end.kind === 'silent') this.#lose(end)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#result.resolve({
        outcome: { kind: 'unknown', detail: `Muster lost track of the block: ${why}` },
      })
      this.#lose({ kind: 'silent' })
    } finally {
      this.#ladder.end()
      // After an abandonment the session may have gone on with another shell.
      if (session.shell === shell || session.shell === undefined) session.busy = false
    }
  }

  async #hand(bytes: Uint8Array): Promise<void> {
    if (this.#result.settled) return
    try {
      await this.#sink.stdout(bytes)
    } catch (error) {
      this.#refused ??= error instanceof Error ? error.message : String(error)
    }
  }

  /** The session's shell, a new one, or the words why the block must not start. */
  async #shellFor(session: Session): Promise<LiveShell | string> {
    const { text, values } = this.#request
    const problem = unusable(text, values)
    if (problem !== undefined) return problem
    if (session.shell !== undefined && !session.shell.alive) {
      session.lost ??= `ended ${await session.shell.ended}`
      session.shell = undefined
    }
    if (session.lost !== undefined) {
      const words = this.#lostWords(session.lost)
      session.lost = undefined
      return words
    }
    if (session.shell !== undefined) return session.shell
    try {
      const shell = await this.#openShell(this.#request, this.#opening.signal)
      if (typeof shell === 'string') return shell
      if (session.closed) {
        await shell.close()
        return 'The run was closed before the block started; nothing ran.'
      }
      session.shell = shell
      return shell
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return `The live shell of the session ${this.#name} could not be started: ${why}`
    }
  }

  #lostWords(how: string): string {
    return `The shell of the session ${this.#name} ${how}, and with it the folder and the variables that earlier blocks had set. Nothing ran. Run the blocks that prepare the session again; the next one starts in a new shell.`
  }

  #judge(end: TextEnd): Outcome {
    switch (end.kind) {
      case 'status':
        return this.#ladder.judge(end.status, null)
      case 'prompt':
        // Back at the prompt, so it is over; a status of success would claim what was not seen.
        return end.status === 0 && !this.#ladder.stopping
          ? {
              kind: 'unknown',
              detail: 'The shell gave up the block in the middle and did not say why.',
            }
          : this.#ladder.judge(end.status, null)
      case 'gone':
        if (end.lost)
          return {
            kind: 'disconnected',
            detail: `The live shell of the session ${this.#name} ended ${end.words} The block was running in it: it may have ended, or still be at work. Look before running it again.`,
          }
        if (this.#killed && !this.#ladder.timedOut) return { kind: 'cancelled' }
        return {
          kind: 'unknown',
          detail: this.#ladder.timedOut
            ? `It did not stop when its time was up, and its shell was killed (it ended ${end.words}). How far it came is not known.`
            : `The live shell ended ${end.words} before the block reported its end. How far it came is not known. A block in a session must not call exit, and must not use set -e.`,
        }
      case 'not-begun':
        return { kind: 'not-started', detail: this.#lostWords(`ended ${end.words}`) }
      case 'refused':
        return {
          kind: 'not-started',
          detail: `The block could not be handed to the live shell: ${end.words}. Nothing ran.`,
        }
      case 'silent':
        return {
          kind: 'unknown',
          detail:
            'The live shell did not answer, so it is not known whether the block ran. The shell was ended.',
        }
    }
  }

  /** The shell can no longer be relied on. */
  #lose(end: Extract<TextEnd, { kind: 'gone' | 'not-begun' | 'silent' }>): void {
    const session = this.#session
    // A block that did not begin is told by its own outcome.
    if (end.kind === 'silent') session.lost = 'stopped answering and was given up'
    else session.lost = end.kind === 'gone' ? `ended ${end.words}` : undefined
    session.shell = undefined
    void this.#shell?.close()
  }

  #begin(): void {
    if (this.#held === undefined) this.#begun = true
    else
      setTimeout(() => {
        this.#begun = true
        if (!this.#result.settled && this.#held !== undefined) this.#send(this.#held)
      }, AFTER_BEGIN_MS)
  }

  #send(rung: SignalRung): void {
    const shell = this.#shell
    if (shell === undefined) return
    if (!this.#begun && rung !== 'kill') {
      // Sent now, the key would make the terminal forget the line that begins the block, or it would reach nobody.
      this.#held = rung
      return
    }
    switch (rung) {
      case 'interrupt':
        return shell.write(INTERRUPT_KEY)
      case 'terminate':
        return shell.signalCommands('SIGTERM')
      case 'kill':
        this.#killed = true
        return shell.kill()
    }
  }

  #abandon(): void {
    this.#result.resolve({
      outcome: {
        kind: 'unknown',
        detail: 'It was given up on while it was still running in its live shell.',
      },
    })
    this.#ladder.end()
    this.#opening.abort(new Error('It was given up.'))
    const shell = this.#shell
    if (shell === undefined) return
    shell.abandon()
    this.#session.abandoned.push(shell)
    this.#session.lost = 'was given up on in the middle of a block'
    this.#session.shell = undefined
    this.#session.busy = false
  }

  #notStarted(detail: string): void {
    this.#result.resolve({ outcome: { kind: 'not-started', detail } })
  }
}
