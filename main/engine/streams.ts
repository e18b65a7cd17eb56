import type { Push } from '../contract/pushes.ts'

/**
 * What is shown of running output, apart from what is recorded: each client has a bounded queue per stream and
 * acknowledges what it has drawn. A slow window loses pictures of bytes, never bytes.
 * The figures are those VS Code uses for its terminal.
 */

/** Unacknowledged bytes at which sending pauses. */
const HIGH_WATER = 100_000
/** Unacknowledged bytes at which it goes on. */
const LOW_WATER = 5_000
/** Bytes that may wait for a client; beyond it the oldest are left out and counted. */
const QUEUE_LIMIT = 256 * 1024
/** Bytes kept for a client that arrives in the middle. */
const BACKLOG = 64 * 1024
/** Longest piece in one push. */
const PIECE = 48 * 1024
/** About one frame: output that comes in bursts is sent together. */
const FRAME_MS = 12

export type Channel = 'o' | 'e'

interface Chunk {
  readonly channel: Channel
  readonly bytes: Uint8Array
}

export interface StreamDescription {
  readonly run: string
  readonly stream: string
  readonly kind: 'block' | 'terminal'
  readonly block?: string
  readonly attempt?: number
  readonly target: string
  readonly interactive: boolean
}

/** One client's view of one stream. */
class Viewer {
  readonly #stream: string
  readonly #send: (push: Push) => void
  #queue: Chunk[] = []
  #queued = 0
  #unacknowledged = 0
  #paused = false
  #skipped = 0
  #timer: NodeJS.Timeout | undefined
  #lastSent = 0

  constructor(stream: string, send: (push: Push) => void) {
    this.#stream = stream
    this.#send = send
  }

  write(chunk: Chunk): void {
    this.#queue.push(chunk)
    this.#queued += chunk.bytes.length
    while (this.#queued > QUEUE_LIMIT) {
      const dropped = this.#queue.shift()
      if (dropped === undefined) break
      this.#queued -= dropped.bytes.length
      this.#skipped += dropped.bytes.length
    }
    this.#schedule()
  }

  acknowledge(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes)
    if (this.#paused && this.#unacknowledged <= LOW_WATER) {
      this.#paused = false
      this.#schedule()
    }
  }

  close(): void {
    // The last screenful is worth more than the window's politeness: it is sent whatever was acknowledged.
    this.#paused = false
    this.#flush(true)
    clearTimeout(this.#timer)
    this.#send({ push: 'stream.closed', data: { stream: this.#stream, skipped: this.#skipped } })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#paused || this.#queue.length === 0) return
    const wait = Math.max(0, this.#lastSent + FRAME_MS - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flush(false)
    }, wait)
  }

  #flush(everything: boolean): void {
    this.#lastSent = performance.now()
    const limit = everything ? Number.POSITIVE_INFINITY : HIGH_WATER
    while (this.#queue.length > 0 && this.#unacknowledged < limit) {
      const piece = this.#take()
      this.#unacknowledged += piece.bytes.length
      this.#send({
        push: 'stream.data',
        data: {
          stream: this.#stream,
          base64: Buffer.from(
            piece.bytes.buffer,
            piece.bytes.byteOffset,
            piece.bytes.byteLength,
          ).toString('base64'),
          channel: piece.channel,
          skipped: this.#skipped,
        },
      })
      this.#skipped = 0
    }
    if (this.#queue.length > 0) this.#paused = true
  }

  /** The longest run of bytes of one channel at the front of the queue, up to `PIECE`. */
  #take(): Chunk {
    const first = this.#queue[0]
    if (first === undefined) return { channel: 'o', bytes: new Uint8Array(0) }
    if (first.bytes.length > PIECE) {
      this.#queue[0] = { channel: first.channel, bytes: first.bytes.subarray(PIECE) }
      this.#queued -= PIECE
      return { channel: first.channel, bytes: first.bytes.subarray(0, PIECE) }
    }
    const parts: Uint8Array[] = []
    let length = 0
    for (;;) {
      const next = this.#queue[0]
      if (
        next === undefined ||
        next.channel !== first.channel ||
        length + next.bytes.length > PIECE
      )
        break
      this.#queue.shift()
      parts.push(next.bytes)
      length += next.bytes.length
    }
    this.#queued -= length
    return {
      channel: first.channel,
      bytes: parts.length === 1 ? first.bytes : Buffer.concat(parts),
    }
  }
}

/** A live stream and everyone who looks at it. */
export class DisplayStream {
  readonly description: StreamDescription
  readonly #viewers = new Map<object, Viewer>()
  #backlog: Chunk[] = []
  #backlogBytes = 0
  #forgotten = 0

  constructor(description: StreamDescription) {
    this.description = description
  }

  attach(client: object, send: (push: Push) => void): void {
    if (this.#viewers.has(client)) return
    send({ push: 'stream.opened', data: { ...this.description } })
    const viewer = new Viewer(this.description.stream, send)
    this.#viewers.set(client, viewer)
    if (this.#forgotten > 0) {
      send({
        push: 'stream.data',
        data: {
          stream: this.description.stream,
          base64: '',
          channel: 'o',
          skipped: this.#forgotten,
        },
      })
    }
    for (const chunk of this.#backlog) viewer.write(chunk)
  }

  detach(client: object): void {
    this.#viewers.get(client)?.stop()
    this.#viewers.delete(client)
  }

  write(channel: Channel, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const chunk = { channel, bytes }
    this.#backlog.push(chunk)
    this.#backlogBytes += bytes.length
    while (this.#backlogBytes > BACKLOG && this.#backlog.length > 1) {
      const dropped = this.#backlog.shift()
      if (dropped === undefined) break
      this.#backlogBytes -= dropped.bytes.length
      this.#forgotten += dropped.bytes.length
    }
    for (const viewer of this.#viewers.values()) viewer.write(chunk)
  }

  acknowledge(client: object, bytes: number): void {
    this.#viewers.get(client)?.acknowledge(bytes)
  }

  close(): void {
    for (const viewer of this.#viewers.values()) viewer.close()
    this.#viewers.clear()
  }
}
