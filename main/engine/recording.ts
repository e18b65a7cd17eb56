import { createRedactor, type Redactor } from '../core/evidence/redact.ts'
import type { BlobReference } from '../core/run/events.ts'
import { ByteRing } from './byte-ring.ts'
import type { BlobStore, BlobWriter, Clock, OutputSink } from './ports.ts'
import type { Channel, DisplayStream } from './streams.ts'
import type { ReportTrouble } from './troubles.ts'

/**
 * The recording of one execution: every byte goes to the evidence and to the display. Only the evidence can
 * hold the producer back. When the disk refuses bytes the producer is not stopped (a failover in progress matters more
 * than its transcript); what could not be recorded is counted and said.
 */

/** How much of the output expectations and captures may look at. */
export const OBSERVED_LIMIT = 4 * 1024 * 1024

/** How much of the output can be searched for: this much of its beginning and of its end. */
const INDEXED_LIMIT = 256 * 1024

/** Output that comes closer together than this is one line of the timing. */
const TIMING_GRAIN_MS = 10

export interface Recorded {
  readonly stdout?: BlobReference
  readonly stderr?: BlobReference
  readonly timing?: BlobReference
  readonly unrecorded?: number
}

interface Lane {
  readonly channel: Channel
  redactor: Redactor
  /** The secrets that the redactor knows. */
  known: readonly string[]
  writer: BlobWriter | undefined
  written: number
}

export interface RecordingOptions {
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly run: string
  readonly label: string
  /** Everything to be redacted; another list when there is more of it, when a connection learns a password. */
  readonly secrets: () => readonly string[]
  readonly display: DisplayStream
  /** From which its timing counts, of `clock.mono`: a poll is a part of its attempt. Absent: now. */
  readonly startedAt?: number | undefined
  /** Told of the first refusal of the disk; it is over when the recording ends, for its result says how much is missing. */
  readonly trouble: ReportTrouble
}

export class Recording {
  readonly #options: RecordingOptions
  readonly #startedAt: number
  readonly #out: Lane
  readonly #err: Lane
  readonly #timing: string[] = []
  #last: { at: number; channel: Channel; bytes: number } | undefined
  readonly #indexed: Uint8Array[] = []
  #indexedBytes = 0
  readonly #latest = new ByteRing(INDEXED_LIMIT)
  #observed: Uint8Array[] = []
  #observedBytes = 0
  #seen = 0
  #unrecorded = 0
  #digest: string | undefined
  /** Whether what is shown ends with a line. */
  #lineEnded = true

  constructor(options: RecordingOptions) {
    this.#options = options
    this.#startedAt = options.startedAt ?? options.clock.mono()
    const secrets = options.secrets()
    const lane = (channel: Channel): Lane => ({
      channel,
      redactor: redactorOf(secrets),
      known: secrets,
      writer: undefined,
      written: 0,
    })
    this.#out = lane('o')
    this.#err = lane('e')
  }

  readonly sink: OutputSink = {
    stdout: (bytes) => {
      this.#observe(bytes)
      return this.#redacted(this.#out, bytes)
    },
    stderr: (bytes) => this.#redacted(this.#err, bytes),
    progress: (done, total) => this.#options.display.progress(done, total),
  }

  /** The beginning of stdout as it came, for expectations and captures. Never stored. */
  observed(): { readonly stdout: string; readonly truncated: boolean } {
    return {
      stdout: new TextDecoder('utf-8').decode(Buffer.concat(this.#observed)),
      truncated: this.#seen > this.#observedBytes,
    }
  }

  /** The beginning and the end of what was recorded, redacted, for the full-text index. */
  indexable(): string {
    const beginning = new TextDecoder('utf-8').decode(Buffer.concat(this.#indexed))
    if (this.#latest.end === 0) return beginning
    const end = this.#latest.read(this.#latest.start, this.#latest.end)
    return `${beginning}\n${new TextDecoder('utf-8').decode(end)}`
  }

  /** SHA-256 of the standard output as it is kept; undefined before the end, and where there is none. */
  get digest(): string | undefined {
    return this.#digest
  }

  /** Ends the recording: everything is on disk when this resolves, or counted as unrecorded. */
  async finish(): Promise<Recorded> {
    await this.#record(this.#out, this.#out.redactor.end())
    await this.#record(this.#err, this.#err.redactor.end())
    this.#closeTiming()
    const stdout = await this.#seal(this.#out)
    const stderr = await this.#seal(this.#err)
    let timing: BlobReference | undefined
    if (stdout !== undefined || stderr !== undefined) {
      try {
        timing = referenceTo(
          this.#options.blobs.put(this.#options.run, Buffer.from(this.#timing.join(''), 'utf8')),
        )
      } catch (error) {
        this.#refused(0, error)
      }
    }
    this.#options.trouble(this)
    return {
      ...(stdout && { stdout }),
      ...(stderr && { stderr }),
      ...(timing && { timing }),
      ...(this.#unrecorded > 0 && { unrecorded: this.#unrecorded }),
    }
  }

  /** The screen that its bytes are made for has this size from now on. */
  resized(columns: number, rows: number): void {
    this.#closeTiming()
    this.#timing.push(`[${this.#elapsed()},"r",${columns},${rows}]\n`)
  }

  /** Forgets the recording, for a poll that did not pass. */
  async discard(): Promise<void> {
    // What the next poll says begins a line of its own.
    if (!this.#lineEnded) this.#options.display.write('o', Buffer.from('\r\n'))
    await this.#out.writer?.discard()
    await this.#err.writer?.discard()
    this.#options.trouble(this)
  }

  async #redacted(lane: Lane, bytes: Uint8Array): Promise<void> {
    const secrets = this.#options.secrets()
    let arrived = bytes
    if (secrets !== lane.known) {
      // What was held back may be the beginning of a secret still.
      const held = lane.redactor.release()
      if (held.length > 0) arrived = Buffer.concat([held, bytes])
      lane.redactor = redactorOf(secrets)
      lane.known = secrets
    }
    await this.#record(lane, lane.redactor.push(arrived))
  }

  #observe(bytes: Uint8Array): void {
    this.#seen += bytes.length
    const room = OBSERVED_LIMIT - this.#observedBytes
    if (room <= 0) return
    const piece = copyOf(bytes.subarray(0, room))
    this.#observed.push(piece)
    this.#observedBytes += piece.length
  }

  async #record(lane: Lane, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    this.#note(lane.channel, bytes.length)
    this.#keepForIndex(bytes)
    this.#options.display.write(lane.channel, bytes)
    this.#lineEnded = bytes.at(-1) === 0x0a
    try {
      lane.writer ??= this.#options.blobs.create(
        this.#options.run,
        `${this.#options.label}:${lane.channel === 'o' ? 'stdout' : 'stderr'}`,
      )
      await lane.writer.write(bytes)
      lane.written += bytes.length
    } catch (error) {
      this.#refused(bytes.length, error)
    }
  }

  #keepForIndex(bytes: Uint8Array): void {
    const room = INDEXED_LIMIT - this.#indexedBytes
    if (room > 0) {
      const beginning = copyOf(bytes.subarray(0, room))
      this.#indexed.push(beginning)
      this.#indexedBytes += beginning.length
    }
    if (bytes.length > room) this.#latest.write(bytes.subarray(Math.max(0, room)))
  }

  async #seal(lane: Lane): Promise<BlobReference | undefined> {
    if (lane.writer === undefined) return undefined
    try {
      const blob = await lane.writer.finish()
      if (blob.bytes < lane.written) {
        const end = new Error('The end of an output could not be recorded: the disk refused it.')
        this.#refused(lane.written - blob.bytes, end)
      }
      if (lane === this.#out) this.#digest = blob.content
      return referenceTo(blob)
    } catch (error) {
      this.#refused(lane.written, error)
      return undefined
    }
  }

  #refused(bytes: number, error: unknown): void {
    if (this.#unrecorded === 0)
      this.#options.trouble(this, error instanceof Error ? error.message : String(error))
    this.#unrecorded += bytes
  }

  #note(channel: Channel, bytes: number): void {
    const at = this.#options.clock.mono() - this.#startedAt
    const last = this.#last
    if (last !== undefined && last.channel === channel && at - last.at < TIMING_GRAIN_MS) {
      last.bytes += bytes
      return
    }
    this.#closeTiming()
    this.#last = { at, channel, bytes }
  }

  #elapsed(): number {
    return Math.round(this.#options.clock.mono() - this.#startedAt)
  }

  #closeTiming(): void {
    const last = this.#last
    if (last === undefined) return
    this.#timing.push(`[${Math.round(last.at)},"${last.channel}",${last.bytes}]\n`)
    this.#last = undefined
  }
}

/** What an event says of a blob. */
export function referenceTo({ sha256, bytes }: BlobReference): BlobReference {
  return { sha256, bytes }
}

function redactorOf(secrets: readonly string[]): Redactor {
  return createRedactor(secrets, (text) => Buffer.from(text, 'utf8'))
}

/** The producer may reuse its buffer. (`slice` of a Buffer is no copy.) */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
