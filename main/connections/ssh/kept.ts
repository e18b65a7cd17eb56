import type { ConnectionState } from '../../core/connection/state.ts'
import { TransportError, type Transport } from '../../engine/transport.ts'

/**
 * The connection to one host of a run, made when it is needed. A lost one is made anew in the background; only the
 * connection is, never anything that was sent through it.
 */

/** Time and chance, which tests take into their own hands. */
export interface Timing {
  /** Epoch milliseconds. */
  now(): number
  /** From 0 up to 1. */
  random(): number
  /** Calls back later, unless the function it returns is called before. */
  after(milliseconds: number, work: () => void): () => void
}

export const REAL_TIME: Timing = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(milliseconds, work) {
    // Waiting for a host is no reason not to end.
    const timer = setTimeout(work, milliseconds).unref()
    return () => clearTimeout(timer)
  },
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** About five minutes. */
export const MOST_ATTEMPTS = 10
/** A connection that nobody used and that was lost sooner counts as another failed attempt. */
const STABLE_MS = 30_000
/** How long an attempt may take that nobody waits for. */
const UNATTENDED_MS = 60_000

/** The wait before an attempt (from 1), half of it by chance so that many clients do not come back at once. */
export function backoff(attempt: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1))
  return Math.round(full / 2 + (full / 2) * random)
}

export interface KeptOptions {
  readonly timing: Timing
  /** `attended`: a block waits for it, so a person may be asked. Rejects with a `TransportError`. */
  connect(signal: AbortSignal, attended: boolean): Promise<Transport>
  changed(state: ConnectionState): void
  /** It was closed in order, or never came up: there is nothing to keep. */
  forget(): void
}

interface Attempt {
  readonly attended: boolean
  readonly giveUp: AbortController
  readonly made: Promise<Transport>
  waiting: number
}

export class KeptConnection {
  readonly #options: KeptOptions
  #transport: Transport | undefined
  #connectedAt = 0
  #used = false
  #attempt: Attempt | undefined
  #lostAt: number | undefined
  #attempts = 0
  #cancelWait: (() => void) | undefined
  #state: ConnectionState | undefined
  #closed = false

  constructor(options: KeptOptions) {
    this.#options = options
  }

  /** Undefined before it was ever there. */
  get state(): ConnectionState | undefined {
    return this.#state
  }

  /** The connection, made now when there is none. Giving up waiting ends it for nobody else. */
  async acquire(signal?: AbortSignal): Promise<Transport> {
    const underWay = this.#attempt
    if (underWay !== undefined && !underWay.attended) {
      try {
        return await this.#wait(underWay, signal)
      } catch (error) {
        // What it could not do by itself, it may do now that a person waits for it.
        if (signal?.aborted === true || this.#closed || isPassing(error)) throw error
      }
    }
    this.#used = true
    if (this.#transport !== undefined) return this.#transport
    return await this.#wait(this.#attempt ?? this.#begin(true), signal)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelWait?.()
    const attempt = this.#attempt
    attempt?.giveUp.abort(new Error('The run was closed.'))
    await attempt?.made.catch(() => undefined)
    await this.#transport?.close()
  }

  async #wait(attempt: Attempt, signal: AbortSignal | undefined): Promise<Transport> {
    attempt.waiting++
    this.#used = true
    try {
      return await unlessAborted(attempt.made, signal)
    } finally {
      attempt.waiting--
      if (attempt.waiting === 0 && attempt.attended && this.#attempt === attempt) {
        this.#attempt = undefined
        attempt.giveUp.abort(new Error('Nobody waits for it any more.'))
        this.#failed(new TransportError('cancelled', 'Nobody waited for it any more.'))
      }
    }
  }

  #begin(attended: boolean): Attempt {
    this.#cancelWait?.()
    const { timing } = this.#options
    const giveUp = new AbortController()
    if (this.#lostAt !== undefined) {
      this.#attempts++
      this.#tell({ state: 'connecting', lostAt: this.#lostAt, attempt: this.#attempts })
    }
    const cancelLimit = attended
      ? undefined
      : timing.after(UNATTENDED_MS, () => giveUp.abort(new Error('It took too long.')))
    const made = this.#options.connect(giveUp.signal, attended).then(
      (transport) => {
        cancelLimit?.()
        if (this.#attempt !== attempt || this.#closed) {
          void transport.close()
          throw new TransportError('cancelled', 'The connection was given up.')
        }
        this.#attempt = undefined
        this.#connected(transport)
        return transport
      },
      (error: unknown) => {
        cancelLimit?.()
        if (this.#attempt === attempt) {
          this.#attempt = undefined
          this.#failed(error)
        }
        throw error
      },
    )
    made.catch(() => undefined)
    const attempt: Attempt = { attended, giveUp, made, waiting: 0 }
    this.#attempt = attempt
    return attempt
  }

  #connected(transport: Transport): void {
    this.#transport = transport
    this.#connectedAt = this.#options.timing.now()
    this.#lostAt = undefined
    this.#tell({ state: 'connected', since: this.#connectedAt })
    void transport.lost.then((why) => {
      this.#transport = undefined
      if (this.#closed) return
      if (why === undefined) return this.#options.forget()
      const now = this.#options.timing.now()
      if (this.#used || now - this.#connectedAt >= STABLE_MS) this.#attempts = 0
      this.#used = false
      this.#lostAt = now
      this.#retry(why)
    })
  }

  #failed(error: unknown): void {
    if (this.#closed) return
    // What never stood is for whoever asked.
    if (this.#lostAt === undefined) return this.#options.forget()
    const why = error instanceof Error ? error.message : String(error)
    if (isPassing(error)) this.#retry(why)
    else this.#tell({ state: 'given-up', lostAt: this.#lostAt, because: why })
  }

  #retry(why: string): void {
    const { timing } = this.#options
    const lostAt = this.#lostAt ?? timing.now()
    if (this.#attempts >= MOST_ATTEMPTS) {
      const because = `${this.#attempts} attempts failed, the last one so: ${why}`
      return this.#tell({ state: 'given-up', lostAt, because })
    }
    const attempt = this.#attempts + 1
    const wait = backoff(attempt, timing.random())
    this.#cancelWait = timing.after(wait, () => this.#begin(false))
    this.#tell({ state: 'waiting', lostAt, why, attempt, tryAt: timing.now() + wait })
  }

  #tell(state: ConnectionState): void {
    this.#state = state
    this.#options.changed(state)
  }
}

/** Whether it may be otherwise the next time without anybody doing anything: never so after a key or a login was refused. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof TransportError)) return false
  return ['resolve', 'connect', 'channel', 'cancelled'].includes(error.code)
}

/** The promise, unless this one caller gives up before. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise
  let abort: () => void = () => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(new TransportError('cancelled', 'The connection was given up.'))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
