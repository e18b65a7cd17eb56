import { Readable } from 'node:stream'

/**
 * Bytes of a file on the other side with many requests on the way at once, as the `sftp` command does: one at a time
 * moves a piece for each time a packet takes there and back.
 */

/** Below what every server takes in one packet (34,000 bytes with its head): the library would send the rest of more later. */
export const PIECE = 30 * 1024
/** Together two megabytes, which is all that is held in memory. */
export const MOST_AT_ONCE = 64

/** Writes pieces at their places; which of them is answered first does not matter. */
export class WritePipeline {
  readonly #writeAt: (piece: Uint8Array, position: number) => Promise<void>
  #position = 0
  #onTheWay = 0
  #failure: Error | undefined
  #changed: () => void = () => undefined

  /** `writeAt` takes the bytes before it returns. */
  constructor(writeAt: (piece: Uint8Array, position: number) => Promise<void>) {
    this.#writeAt = writeAt
  }

  /** Resolves when all is on its way. Rejects with what an earlier piece was refused for. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE) {
      await this.#until(() => this.#onTheWay < MOST_AT_ONCE)
      const piece = bytes.subarray(at, at + PIECE)
      this.#onTheWay++
      this.#writeAt(piece, this.#position).then(
        () => this.#answered(),
        (error: unknown) => {
          this.#failure ??= error instanceof Error ? error : new Error(String(error))
          this.#answered()
        },
      )
      this.#position += piece.length
    }
  }

  /** Resolves when everything was accepted. */
  async settle(): Promise<void> {
    await this.#until(() => this.#onTheWay === 0)
  }

  #answered(): void {
    this.#onTheWay--
    this.#changed()
  }

  async #until(ready: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      if (ready()) return
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }
}

/** An open file on the other side. */
export interface ReadableFile {
  /** Up to that many bytes; none at the end of the file. */
  readAt(position: number, length: number): Promise<Uint8Array>
  close(): void
}

interface Slot {
  readonly position: number
  readonly length: number
  answer: Uint8Array | Error | undefined
}

/** The whole file, in order. A short file costs few requests: more are made as it turns out to be long. */
export class ReadPipeline extends Readable {
  readonly #open: () => Promise<ReadableFile>
  #file: ReadableFile | undefined
  /** In the order of the file. */
  #slots: Slot[] = []
  #next = 0
  #atOnce = 2
  #wanted = false
  #ended = false

  constructor(open: () => Promise<ReadableFile>) {
    super({ highWaterMark: PIECE })
    this.#open = open
  }

  override _construct(done: (error?: Error | null) => void): void {
    void this.#opened(done)
  }

  async #opened(done: (error?: Error | null) => void): Promise<void> {
    try {
      this.#file = await this.#open()
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
      return
    }
    done()
  }

  override _read(): void {
    this.#wanted = true
    this.#deliver()
    this.#ask()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ended = true
    this.#slots = []
    this.#file?.close()
    done(error)
  }

  #ask(): void {
    while (!this.#ended && this.#slots.length < this.#atOnce) {
      const slot: Slot = { position: this.#next, length: PIECE, answer: undefined }
      this.#next += PIECE
      this.#slots.push(slot)
      this.#request(slot)
    }
  }

  #request(slot: Slot): void {
    const { position, length } = slot
    const answered = (answer: Uint8Array | Error): void => {
      if (this.#ended) return
      slot.answer = answer
      // A server may give less than was asked for; what is missing comes before the next piece.
      if (!(answer instanceof Error) && answer.length > 0 && answer.length < length) {
        const rest: Slot = {
          position: position + answer.length,
          length: length - answer.length,
          answer: undefined,
        }
        this.#slots.splice(this.#slots.indexOf(slot) + 1, 0, rest)
        this.#request(rest)
      }
      this.#deliver()
      this.#ask()
    }
    this.#file
      ?.readAt(position, length)
      .then(answered, (error: unknown) =>
        answered(error instanceof Error ? error : new Error(String(error))),
      )
  }

  #deliver(): void {
    while (this.#wanted) {
      const answer = this.#slots[0]?.answer
      if (answer === undefined) return
      if (answer instanceof Error) return void this.destroy(answer)
      this.#slots.shift()
      if (answer.length === 0) {
        this.#ended = true
        this.#slots = []
        this.push(null)
        return
      }
      this.#atOnce = Math.min(MOST_AT_ONCE, this.#atOnce + 1)
      this.#wanted = this.push(answer)
    }
  }
}
