import type { Push } from '../contract/pushes.ts'
import { ByteRing } from './byte-ring.ts'

/**
 * What is shown of running output, apart from what is recorded: each client has a bounded queue per stream and
 * acknowledges what it has drawn. A slow window loses pictures of bytes, never bytes.
 * The figures are those VS Code uses for its terminal.
 */

/** Unacknowledged bytes at which sending pauses. */
const HIGH_WATER = 100_000
/** Unacknowledged bytes at which it goes on. */
const LOW_WATER = 5_000
/** Bytes that are kept for clients; what is older than these when its turn comes is left out and counted. */
const KEPT = 256 * 1024
/** Bytes kept for a client that arrives in the middle. */
const BACKLOG = 64 * 1024
/** Longest piece in one push. */
const PIECE = 48 * 1024
/** About one frame: output that comes in bursts is sent together. */
const FRAME_MS = 12
/** How often a viewer hears how far a file is. */
const PROGRESS_MS = 200

export type Channel = 'o' | 'e'

export interface StreamDescription {
  readonly run: string
  readonly stream: string
  readonly kind: 'block' | 'terminal'
  readonly block?: string
  readonly attempt?: number
  readonly target: string
  readonly host?: string
  readonly interactive: boolean
  readonly tabular?: boolean
}

/** Where bytes of one channel end; they begin where the stretch before them ended. */
interface Stretch {
  readonly channel: Channel
  end: number
}

/** The last bytes of a stream, and which channel each came from. Kept once for all who look at it. */
class Shown {
  readonly #bytes = new ByteRing(KEPT)
  readonly #stretches: Stretch[] = []

  get start(): number {
    return this.#bytes.start
  }

  get end(): number {
    return this.#bytes.end
  }

  write(channel: Channel, bytes: Uint8Array): void {
    this.#bytes.write(bytes)
    const last = this.#stretches.at(-1)
    if (last?.channel === channel) last.end = this.end
    else this.#stretches.push({ channel, end: this.end })
    let gone = 0
    while ((this.#stretches[gone]?.end ?? this.end) <= this.start && gone < this.#stretches.length)
      gone++
    if (gone > 0) this.#stretches.splice(0, gone)
  }

  /** The longest piece of one channel from this position on, up to `PIECE`. Undefined when there is nothing. */
  piece(from: number): { readonly channel: Channel; readonly bytes: Uint8Array } | undefined {
    const stretch = this.#stretches.find(({ end }) => end > from)
    if (stretch === undefined) return undefined
    const { channel, end } = stretch
    return { channel, bytes: this.#bytes.read(from, Math.min(end, from + PIECE)) }
  }
}

/** One client's view of one stream. */
class Viewer {
  readonly #stream: string
  readonly #shown: Shown
  readonly #send: (push: Push) => void
  /** Everything before was sent, or left out and counted. */
  #position: number
  #unacknowledged = 0
  #paused = false
  #skipped: number
  #timer: NodeJS.Timeout | undefined
  #lastSent = 0

  constructor(stream: string, shown: Shown, send: (push: Push) => void) {
    this.#stream = stream
    this.#shown = shown
    this.#send = send
    this.#position = Math.max(shown.start, shown.end - BACKLOG)
    this.#skipped = this.#position
  }

  /** There may be something to show. */
  look(): void {
    if (this.#timer !== undefined || this.#paused || this.#position === this.#shown.end) return
    const wait = Math.max(0, this.#lastSent + FRAME_MS - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flush(false)
    }, wait)
  }

  acknowledge(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes)
    if (this.#paused && this.#unacknowledged <= LOW_WATER) {
      this.#paused = false
      this.look()
    }
  }

  close(): void {
    // The last screenful is worth more than the window's politeness: it is sent whatever was acknowledged.
    this.#paused = false
    this.#flush(true)
    clearTimeout(this.#timer)
    this.#send({ push: 'stream.closed', data: { stream: this.#stream, skipped: this.#skipped } })
  }

  progress(done: number, total: number | undefined): void {
    const data = { stream: this.#stream, done, ...(total !== undefined && { total }) }
    this.#send({ push: 'stream.progress', data })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #flush(everything: boolean): void {
    this.#lastSent = performance.now()
    const limit = everything ? Number.POSITIVE_INFINITY : HIGH_WATER
    while (this.#unacknowledged < limit) {
      this.#leaveOut()
      const piece = this.#shown.piece(this.#position)
      if (piece === undefined) return
      const { channel, bytes } = piece
      this.#position += bytes.length
      this.#unacknowledged += bytes.length
      const skipped = this.#skipped
      this.#skipped = 0
      this.#send({
        push: 'stream.data',
        data: { stream: this.#stream, base64: base64(bytes), channel, skipped },
      })
    }
    this.#paused = this.#position < this.#shown.end
  }

  #leaveOut(): void {
    const gone = this.#shown.start - this.#position
    if (gone <= 0) return
    this.#skipped += gone
    this.#position += gone
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** A live stream and everyone who looks at it. */
export class DisplayStream {
  readonly description: StreamDescription
  readonly #viewers = new Map<object, Viewer>()
  readonly #shown = new Shown()
  #toldAt = -PROGRESS_MS
  #telling: NodeJS.Timeout | undefined

  constructor(description: StreamDescription) {
    this.description = description
  }

  attach(client: object, send: (push: Push) => void): void {
    if (this.#viewers.has(client)) return
    send({ push: 'stream.opened', data: { ...this.description } })
    const viewer = new Viewer(this.description.stream, this.#shown, send)
    this.#viewers.set(client, viewer)
    viewer.look()
  }

  detach(client: object): void {
    this.#viewers.get(client)?.stop()
    this.#viewers.delete(client)
  }

  /** Takes a copy: the producer may reuse its memory. */
  write(channel: Channel, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#shown.write(channel, bytes)
    for (const viewer of this.#viewers.values()) viewer.look()
  }

  /** How far a file is: to everyone who looks, not more often than anybody can read, and the last word always. */
  progress(done: number, total: number | undefined): void {
    clearTimeout(this.#telling)
    const wait = this.#toldAt + PROGRESS_MS - performance.now()
    // What is stuck has to be seen where it is stuck.
    if (wait > 0 && done !== total) {
      this.#telling = setTimeout(() => this.progress(done, total), wait)
      return
    }
    this.#toldAt = performance.now()
    for (const viewer of this.#viewers.values()) viewer.progress(done, total)
  }

  acknowledge(client: object, bytes: number): void {
    this.#viewers.get(client)?.acknowledge(bytes)
  }

  close(): void {
    clearTimeout(this.#telling)
    for (const viewer of this.#viewers.values()) viewer.close()
    this.#viewers.clear()
  }
}
