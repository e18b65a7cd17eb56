import { Duplex } from 'node:stream'
import { ProtocolError, ReplyReader, type ReplyVisitor } from './reply-reader.ts'

/**
 * The stream between ioredis and a Redis server. ioredis makes the handshake, writes the commands and keeps their order;
 * but it turns replies into JavaScript, which loses the difference between a status and a string, the precision of numbers, and
 * memory for what is large. So while a command of a block is in flight its reply is read here, and ioredis is told only
 * that there was one (or the error that it was).
 */

export interface WatchedReply {
  /** One of them gets every part of the reply. */
  readonly visitors: readonly ReplyVisitor[]
  /** After each piece; while the promise is open nothing more is read, which is the back-pressure. */
  readonly taken: () => Promise<void>
  /** The error that ioredis is to be told; undefined for any other reply. */
  readonly error: () => string | undefined
}

const LONGEST_ERROR = 4096

class Both implements ReplyVisitor {
  readonly #visitors: readonly ReplyVisitor[]

  constructor(visitors: readonly ReplyVisitor[]) {
    this.#visitors = visitors
  }

  scalar(...given: Parameters<ReplyVisitor['scalar']>): void {
    for (const visitor of this.#visitors) visitor.scalar(...given)
  }
  stringBegin(...given: Parameters<ReplyVisitor['stringBegin']>): void {
    for (const visitor of this.#visitors) visitor.stringBegin(...given)
  }
  stringData(bytes: Uint8Array): void {
    for (const visitor of this.#visitors) visitor.stringData(bytes)
  }
  stringEnd(): void {
    for (const visitor of this.#visitors) visitor.stringEnd()
  }
  aggregateBegin(...given: Parameters<ReplyVisitor['aggregateBegin']>): void {
    for (const visitor of this.#visitors) visitor.aggregateBegin(...given)
  }
  aggregateEnd(): void {
    for (const visitor of this.#visitors) visitor.aggregateEnd()
  }
}

const nothing: ReplyVisitor = {
  scalar: () => undefined,
  stringBegin: () => undefined,
  stringData: () => undefined,
  stringEnd: () => undefined,
  aggregateBegin: () => undefined,
  aggregateEnd: () => undefined,
}

const PUSH = 0x3e

export class Wire extends Duplex {
  readonly #socket: Duplex
  #watched: WatchedReply | undefined
  #reader: ReplyReader | undefined
  /** What is being read belongs to no command. */
  #aside = false
  #busy = false
  /** Bytes of the watched reply that have arrived. */
  #received = 0

  constructor(socket: Duplex) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    socket.on('data', (bytes: Uint8Array) => void this.#arrived(bytes))
    socket.on('error', (error) => this.destroy(error))
    socket.on('end', () => this.push(null))
    socket.on('close', () => this.destroy())
    socket.pause()
  }

  /** What ioredis asks of a socket. The kernel's own settings were made when it was opened. */
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  setTimeout(): this {
    return this
  }

  /** The reply of the next command goes here. */
  watch(reply: WatchedReply): void {
    this.#watched = reply
    this.#reader = undefined
    this.#received = 0
  }

  /** Whether the watched reply has arrived as a whole. */
  get replyDone(): boolean {
    return this.#watched === undefined
  }

  /** Whether any of the watched reply has arrived. */
  get replyBegan(): boolean {
    return this.#received > 0
  }

  async #arrived(bytes: Uint8Array): Promise<void> {
    let rest = bytes
    try {
      while (this.#watched !== undefined && rest.length > 0) {
        const watched = this.#watched
        // A message that belongs to no command can only stand between replies.
        if (this.#reader === undefined) this.#aside = rest[0] === PUSH
        this.#reader ??= new ReplyReader(this.#aside ? nothing : new Both(watched.visitors))
        const reader = this.#reader
        const used = reader.push(rest)
        rest = rest.subarray(used)
        if (reader.done) this.#reader = undefined
        if (this.#aside) continue
        this.#received += used
        if (reader.done) this.#watched = undefined
        this.#busy = true
        this.#socket.pause()
        await watched.taken()
        this.#busy = false
        if (reader.done) this.#tell(watched.error())
        if (!this.destroyed) this.#socket.resume()
      }
    } catch (error) {
      this.destroy(
        error instanceof ProtocolError
          ? new Error(`What arrived is not the Redis protocol: ${error.message}.`)
          : error instanceof Error
            ? error
            : new Error(String(error)),
      )
      return
    }
    if (rest.length > 0 && !this.push(rest)) this.#socket.pause()
  }

  #tell(error: string | undefined): void {
    const text =
      error === undefined
        ? '+OK\r\n'
        : `-${error.slice(0, LONGEST_ERROR).replaceAll(/[\r\n]/g, ' ')}\r\n`
    this.push(Buffer.from(text, 'utf8'))
  }

  override _read(): void {
    if (!this.#busy) this.#socket.resume()
  }

  override _write(
    bytes: Uint8Array,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.write(bytes, done)
  }

  override _final(done: () => void): void {
    this.#socket.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }
}
