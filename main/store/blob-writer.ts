import { createHash } from 'node:crypto'
import { closeSync, fsync, ftruncate, openSync, unlink, write } from 'node:fs'
import { promisify } from 'node:util'
import type { WrittenBlob } from '../engine/ports.ts'
import type { BlobWriter } from '../engine/ports.ts'
import { explain, StoreError } from './errors.ts'
import { FILE_MODE } from './folder.ts'

/** Two of these per writer: one fills while the other is on its way. Together they are the bytes in flight. */
const BUFFER_BYTES = 512 * 1024

const fsyncLater = promisify(fsync)
const truncateLater = promisify(ftruncate)
const unlinkLater = promisify(unlink)

export interface SpoolWriterOptions {
  readonly path: string
  readonly salt: Uint8Array
  /** Makes the flushed file a blob. Called again when it threw and `finish` is called again. */
  readonly seal: (blob: WrittenBlob) => void
  /** Forgets the file, after it was removed. */
  readonly forget: () => void
  /** Called once, when the file is closed. */
  readonly closed: () => void
}

interface Piece {
  readonly buffer: Buffer
  readonly from: number
  readonly to: number
}

/**
 * Writes output to its spool file with two buffers: small pieces gather in one while the other is on its way to the
 * disk. Each piece is copied once, so that the caller may reuse its memory as soon as `write` resolves.
 *
 * A piece is taken whole or refused whole. A taken byte is not dropped when the disk refuses: it stays in its buffer,
 * which every later `write` and `finish` try again, and no further piece is taken until it went through. Only when
 * even `finish` cannot write the last buffer does the blob end before it: its `bytes` are then fewer than the writer's.
 */
export class SpoolWriter implements BlobWriter {
  readonly #options: SpoolWriterOptions
  readonly #plain = createHash('sha256')
  readonly #salted = createHash('sha256')
  #descriptor: number | undefined
  #filling: Buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  #filled = 0
  #spare: Buffer | undefined = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  /** Never rejects: what went wrong is `#refusal`. */
  #flight: Promise<void> | undefined
  #refusal: unknown
  #stuck: Piece | undefined
  /** Writes that did not fit wait here for their turn, in order. */
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0
  /** Bytes on disk and in both hashes. */
  #written = 0
  #accepted = 0
  #ended = false
  #blob: WrittenBlob | undefined

  constructor(options: SpoolWriterOptions) {
    this.#options = options
    this.#salted.update(options.salt)
    this.#descriptor = openSync(options.path, 'wx', FILE_MODE)
  }

  get bytes(): number {
    return this.#accepted
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) return Promise.reject(this.#over())
    // The common case: it fits, and nobody waits before it.
    if (this.#waiting === 0 && this.#stuck === undefined && this.#fits(bytes)) {
      this.#take(bytes)
      return Promise.resolve()
    }
    return this.#inTurn(() => this.#writeSlowly(bytes))
  }

  finish(): Promise<WrittenBlob> {
    this.#ended = true
    return this.#inTurn(async () => {
      if (this.#blob !== undefined) return this.#blob
      const descriptor = this.#open()
      await this.#drain().catch((error: unknown) => {
        // What is on disk is worth more than an error.
        if (this.#written === 0) throw error
      })
      // A refused piece may have left its beginning there.
      await truncateLater(descriptor, this.#written)
      await fsyncLater(descriptor)
      const blob = {
        sha256: this.#salted.copy().digest('hex'),
        bytes: this.#written,
        content: this.#plain.copy().digest('hex'),
      }
      this.#options.seal(blob)
      this.#blob = blob
      this.close()
      return blob
    })
  }

  discard(): Promise<void> {
    this.#ended = true
    return this.#inTurn(async () => {
      if (this.#descriptor === undefined) return
      await this.#flight
      this.close()
      await unlinkLater(this.#options.path)
      this.#options.forget()
    })
  }

  /** Lets go of the file and leaves it as it is, for `recover`. */
  close(): void {
    this.#ended = true
    if (this.#descriptor === undefined) return
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    // A descriptor must not be closed, and its number reused, under a write on its way.
    if (this.#flight === undefined) closeSync(descriptor)
    else void this.#flight.then(() => closeSync(descriptor))
    this.#options.closed()
  }

  async #inTurn<T>(action: () => Promise<T>): Promise<T> {
    this.#waiting++
    const result = this.#turn.then(action).finally(() => {
      this.#waiting--
    })
    this.#turn = result.catch(() => undefined)
    try {
      return await result
    } catch (error) {
      throw explain(error, 'Output could not be recorded', this.#options.path)
    }
  }

  async #writeSlowly(bytes: Uint8Array): Promise<void> {
    if (this.#stuck !== undefined || bytes.length > BUFFER_BYTES) await this.#drain()
    if (bytes.length > BUFFER_BYTES) return await this.#writeThrough(bytes)
    while (!this.#fits(bytes)) {
      await this.#flight
      if (this.#stuck !== undefined) throw this.#refusal
    }
    this.#take(bytes)
  }

  /** A piece larger than a buffer goes straight from the caller's memory. Nothing else is held or on its way. */
  async #writeThrough(bytes: Uint8Array): Promise<void> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let at = 0
    while (at < buffer.length) {
      at += await writeAt(this.#open(), buffer, at, buffer.length, this.#written + at)
    }
    this.#accepted += bytes.length
    this.#count(buffer)
  }

  #fits(bytes: Uint8Array): boolean {
    return this.#filled + bytes.length <= BUFFER_BYTES
  }

  #take(bytes: Uint8Array): void {
    this.#filling.set(bytes, this.#filled)
    this.#filled += bytes.length
    this.#accepted += bytes.length
    this.#launch()
  }

  /** Sends what has gathered on its way, unless something is on its way already. */
  #launch(): void {
    if (this.#filled === 0 || this.#spare === undefined) return
    const piece = { buffer: this.#filling, from: 0, to: this.#filled }
    this.#filling = this.#spare
    this.#filled = 0
    this.#spare = undefined
    this.#flight = this.#put(piece)
  }

  async #put({ buffer, from, to }: Piece): Promise<void> {
    let at = from
    try {
      while (at < to) {
        const count = await writeAt(this.#open(), buffer, at, to, this.#written)
        this.#count(buffer.subarray(at, at + count))
        at += count
      }
      this.#stuck = undefined
      this.#refusal = undefined
      this.#spare = buffer
    } catch (error) {
      this.#stuck = { buffer, from: at, to }
      this.#refusal = error
    }
    this.#flight = undefined
    this.#launch()
  }

  #count(bytes: Buffer): void {
    this.#plain.update(bytes)
    this.#salted.update(bytes)
    this.#written += bytes.length
  }

  /** Until everything taken is in the file. Throws what the disk said. */
  async #drain(): Promise<void> {
    if (this.#stuck !== undefined && this.#flight === undefined)
      this.#flight = this.#put(this.#stuck)
    while (this.#flight !== undefined) await this.#flight
    if (this.#stuck !== undefined) throw this.#refusal
  }

  #open(): number {
    if (this.#descriptor === undefined) throw this.#over()
    return this.#descriptor
  }

  #over(): StoreError {
    return new StoreError('invalid', `The output ${this.#options.path} was already closed.`)
  }
}

/** How many bytes went. The disk may take fewer than all. */
function writeAt(
  descriptor: number,
  buffer: Buffer,
  from: number,
  to: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, buffer, from, to - from, position, (error, count) => {
      if (error !== null) reject(error)
      else resolve(count)
    })
  })
}
