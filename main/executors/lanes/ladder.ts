import { constants } from 'node:os'
import type { Outcome } from '../../core/run/events.ts'

/** Rungs that send something. The last one, abandon, only stops waiting. */
export type SignalRung = 'interrupt' | 'terminate' | 'kill'

export const RUNG_SIGNALS: Readonly<Record<SignalRung, NodeJS.Signals>> = {
  interrupt: 'SIGINT',
  terminate: 'SIGTERM',
  kill: 'SIGKILL',
}

/** How long a program that ran out of time has to end by itself after an interrupt, and after a terminate. */
const AFTER_INTERRUPT_MS = 2_000
const AFTER_TERMINATE_MS = 3_000

/** Of OpenSSH's client, which tells that a signal ended a command and not which: when one was sent, it was that one. */
const UNKNOWN_SIGNAL = 'SIGUNKNOWN'

/** The longest time a timer can wait; it fires at once beyond that. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Stops one execution, at a person's word or because its time is up, and decides what its end then means:
 * after a timeout it is `timed-out` however it ended; after a person's stop it is `cancelled` when it ended by a signal
 * that was sent, or with the exit status shells give for one (128 + n). A program that caught the signal and chose
 * its own exit code did end by itself, and that code is the truth.
 */
export class Ladder {
  readonly #timeoutMs: number | undefined
  readonly #send: (rung: SignalRung) => void
  readonly #sent = new Set<NodeJS.Signals>()
  #timer: NodeJS.Timeout | undefined
  #timedOut = false

  constructor(timeoutMs: number | undefined, send: (rung: SignalRung) => void) {
    this.#timeoutMs = timeoutMs
    this.#send = send
  }

  /** Somebody or something wants it stopped. */
  get stopping(): boolean {
    return this.#timedOut || this.#sent.size > 0
  }

  get timedOut(): boolean {
    return this.#timedOut
  }

  /** The program runs from now on: its time counts. */
  begin(): void {
    if (this.#timeoutMs === undefined) return
    this.#wait(this.#timeoutMs, () => {
      this.#timedOut = true
      this.climb('interrupt')
      this.#wait(AFTER_INTERRUPT_MS, () => {
        this.climb('terminate')
        this.#wait(AFTER_TERMINATE_MS, () => this.climb('kill'))
      })
    })
  }

  climb(rung: SignalRung): void {
    this.#sent.add(RUNG_SIGNALS[rung])
    // Shells hang up; some programs take that for the terminate it is meant as.
    if (rung === 'terminate') this.#sent.add('SIGHUP')
    this.#send(rung)
  }

  /** It has ended: no further signal may go to a process number that can belong to another by now. */
  end(): void {
    clearTimeout(this.#timer)
  }

  judge(code: number | null, signalName: string | null): Outcome {
    if (this.#timedOut) return { kind: 'timed-out', afterMs: Math.round(this.#timeoutMs ?? 0) }
    const ours = [...this.#sent].some(
      (sent) =>
        sent === signalName ||
        signalName === UNKNOWN_SIGNAL ||
        code === 128 + constants.signals[sent],
    )
    if (ours) return { kind: 'cancelled' }
    if (signalName !== null) return { kind: 'signalled', signal: signalName }
    return code === null
      ? { kind: 'unknown', detail: 'The program ended without an exit code or a signal.' }
      : { kind: 'exited', code }
  }

  #wait(milliseconds: number, then: () => void): void {
    this.#timer = setTimeout(then, Math.min(milliseconds, LONGEST_TIMER_MS))
  }
}
