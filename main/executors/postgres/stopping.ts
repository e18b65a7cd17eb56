import type { Outcome } from '../../core/run/events.ts'
import { cancelOf, openBeside } from './open.ts'
import type { Session, SessionRequest } from './session.ts'

/**
 * The ladder of a block of SQL. Interrupt asks the server to cancel the statement; terminate asks it to end the session's
 * process; kill cuts the connection. After the limit of time the rungs are climbed by themselves.
 */

export type Rung = 'interrupt' | 'terminate' | 'kill'

const AFTER_INTERRUPT_MS = 2_000
const AFTER_TERMINATE_MS = 3_000
/** The longest time a timer can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

interface StoppingOptions {
  readonly timeoutMs: number | undefined
  readonly request: SessionRequest
  /** The connection, once there is one. */
  readonly session: () => Session | undefined
  /** Ends what goes on before there is one. */
  readonly before: () => void
}

export class Stopping {
  readonly #options: StoppingOptions
  #timer: NodeJS.Timeout | undefined
  #timedOut = false
  #asked = false
  #cut = false
  #working: Promise<unknown> = Promise.resolve()

  constructor(options: StoppingOptions) {
    this.#options = options
  }

  get stopping(): boolean {
    return this.#asked || this.#timedOut
  }

  /** The connection was cut from here. */
  get cut(): boolean {
    return this.#cut
  }

  begin(): void {
    const { timeoutMs } = this.#options
    if (timeoutMs === undefined) return
    this.#wait(timeoutMs, () => {
      this.#timedOut = true
      this.#send('interrupt')
      this.#wait(AFTER_INTERRUPT_MS, () => {
        this.#send('terminate')
        this.#wait(AFTER_TERMINATE_MS, () => this.#send('kill'))
      })
    })
  }

  climb(rung: Rung): void {
    this.#asked = true
    this.#send(rung)
  }

  /** No request to the server is under way any more: a late one would hit what comes next. */
  async settled(): Promise<void> {
    await this.#working
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  /** What the end of a stopped block means; undefined when nobody stopped it. `complete`: everything had been answered. */
  judge(complete = false): Outcome | undefined {
    if (this.#timedOut && !complete)
      return { kind: 'timed-out', afterMs: Math.round(this.#options.timeoutMs ?? 0) }
    return this.#asked && !complete ? { kind: 'cancelled' } : undefined
  }

  #send(rung: Rung): void {
    const session = this.#options.session()
    if (session === undefined) return this.#options.before()
    switch (rung) {
      case 'interrupt':
        this.#work(cancelOf(session, this.#options.request))
        return
      case 'terminate':
        this.#work(this.#terminate(session))
        return
      case 'kill':
        this.#cut = true
        session.destroy()
    }
  }

  async #terminate(session: Session): Promise<void> {
    const other = await openBeside(session, this.#options.request)
    try {
      await other.client.query('select pg_terminate_backend($1::int)', [session.process.id])
    } finally {
      other.close()
    }
  }

  /** What fails here shows in the block not ending, and the next rung. */
  #work(work: Promise<void>): void {
    const quiet = work.catch(() => undefined)
    this.#working = Promise.all([this.#working, quiet])
  }

  #wait(milliseconds: number, then: () => void): void {
    this.#timer = setTimeout(then, Math.min(milliseconds, LONGEST_TIMER_MS))
  }
}
