import type { OnWaiting } from './ports.ts'

/**
 * How long something may take. What a person or a program is asked for meanwhile does not count: who compares a
 * fingerprint by telephone is not a server that is silent.
 */
export class Patience {
  readonly #late: () => void
  #leftMs: number
  #waiting = 0
  #since = 0
  #timer: NodeJS.Timeout | undefined

  /** Calls `late` when the time is up. */
  constructor(milliseconds: number, late: () => void) {
    this.#leftMs = milliseconds
    this.#late = late
    this.#go()
  }

  readonly onWaiting: OnWaiting = (waiting) => {
    this.#waiting += waiting ? 1 : -1
    if (waiting && this.#waiting === 1) this.#stop()
    if (!waiting && this.#waiting === 0) this.#go()
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#stop()
    this.#leftMs = 0
    this.#waiting = Number.POSITIVE_INFINITY
  }

  #go(): void {
    this.#since = performance.now()
    this.#timer = setTimeout(this.#late, Math.max(0, this.#leftMs))
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#leftMs -= performance.now() - this.#since
  }
}
