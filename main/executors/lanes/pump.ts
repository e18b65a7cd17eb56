import type { Readable } from 'node:stream'

/**
 * Carries bytes from a pipe to a sink. The next piece is read when the sink has taken the last one, so a slow sink
 * slows the program and not the memory.
 */
export class Pump {
  readonly #source: Readable
  readonly #deliver: (bytes: Uint8Array) => Promise<void>
  #tail: Promise<void> = Promise.resolve()
  #waiting = 0
  #released = false
  #waitingSince: number | undefined = performance.now()
  #waited = 0
  #bytes = 0
  #failure: string | undefined
  #ended = false
  /** Resolves when the source has ended and the sink has taken everything. Never rejects. */
  readonly ended: Promise<void>

  constructor(source: Readable, deliver: (bytes: Uint8Array) => Promise<void>) {
    this.#source = source
    this.#deliver = deliver
    this.ended = new Promise((resolve) => {
      source.on('close', () => {
        void this.#tail.then(() => {
          this.#ended = true
          resolve()
        })
      })
    })
    // A pipe that breaks has ended; `close` follows.
    source.on('error', () => undefined)
    source.on('data', (bytes: Uint8Array) => this.push(bytes))
  }

  get done(): boolean {
    return this.#ended
  }

  /** Bytes read so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Milliseconds spent waiting for the program, not for the sink. */
  get waited(): number {
    const now = performance.now()
    return this.#waited + (this.#waitingSince === undefined ? 0 : now - this.#waitingSince)
  }

  /** What the sink said when it refused bytes. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Takes bytes that were read from the source by other means, in their turn. */
  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length
    if (this.#released) return
    if (this.#waitingSince !== undefined) this.#waited += performance.now() - this.#waitingSince
    this.#waitingSince = undefined
    this.#source.pause()
    this.#waiting++
    this.#tail = this.#tail.then(() => this.#hand(bytes))
  }

  /** From now on bytes are read and dropped, so that whoever still writes is not killed by a broken pipe. */
  release(): void {
    this.#released = true
    this.#source.resume()
  }

  /** Closes the reading end. */
  destroy(): void {
    this.#source.destroy()
  }

  async #hand(bytes: Uint8Array): Promise<void> {
    if (!this.#released) {
      try {
        await this.#deliver(bytes)
      } catch (error) {
        this.#failure ??= error instanceof Error ? error.message : String(error)
      }
    }
    this.#waiting--
    if (this.#waiting > 0) return
    this.#waitingSince = performance.now()
    this.#source.resume()
  }
}
