import type { EngineCommand } from '../core/run/commands.ts'

/** How long the log is left alone after it refused an event. */
const RETRY_LOG_MS = 2_000

/**
 * Results on their way into the log, oldest first. What the world did must not be lost because the disk is full just
 * now: a refused result is kept in memory and offered again until the log takes it.
 */
export class ReportQueue {
  readonly #apply: (command: EngineCommand) => void
  readonly #trouble: (message: string | undefined) => void
  readonly #waiting: EngineCommand[] = []
  #retry: NodeJS.Timeout | undefined
  #closing = false

  /** `apply` throws what the log throws. */
  constructor(
    apply: (command: EngineCommand) => void,
    trouble: (message: string | undefined) => void,
  ) {
    this.#apply = apply
    this.#trouble = trouble
  }

  get length(): number {
    return this.#waiting.length
  }

  add(command: EngineCommand): void {
    this.#waiting.push(command)
    this.#offer()
  }

  /** No more is offered again by itself; what still waits is lost with the process, and the next start says so. */
  close(): void {
    this.#closing = true
    clearTimeout(this.#retry)
  }

  #offer(): void {
    clearTimeout(this.#retry)
    for (;;) {
      const next = this.#waiting[0]
      if (next === undefined) break
      try {
        this.#apply(next)
        this.#waiting.shift()
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        this.#trouble(`A result could not be recorded and is kept in memory: ${message}`)
        if (!this.#closing) this.#retry = setTimeout(() => this.#offer(), RETRY_LOG_MS)
        return
      }
    }
    this.#trouble(undefined)
  }
}
