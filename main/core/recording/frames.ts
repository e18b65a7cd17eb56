import type { BlobReference } from '../run/events.ts'
import type { Recorded } from './recorded.ts'

/** What a recording shows, in the order and at the time in which it came. */
export type Frame =
  | {
      readonly kind: 'output'
      /** Milliseconds since the recording began. Never goes back. */
      readonly at: number
      readonly channel: 'o' | 'e'
      readonly bytes: Uint8Array
    }
  | { readonly kind: 'size'; readonly at: number; readonly columns: number; readonly rows: number }

/** The bytes of an output, in pieces. Undefined: it is not in the record any more. */
export type OutputOf = (blob: BlobReference) => AsyncIterable<Uint8Array> | undefined

/** Longer lines are not of a timing that Muster wrote. */
const LONGEST_LINE = 200
/** Frames have at most so many bytes. */
const MOST_BYTES = 64 * 1024

/**
 * The frames of a recording, read once from beginning to end in bounded memory. Bytes that the timing does not
 * cover (it is lost in a crash) come at the end, standard output first: none is left out, and none is there twice.
 */
export async function* framesOf(
  { stdout, stderr, timing }: Pick<Recorded, 'stdout' | 'stderr' | 'timing'>,
  output: OutputOf,
): AsyncGenerator<Frame> {
  const sources = {
    o: new Pieces(stdout && output(stdout)),
    e: new Pieces(stderr && output(stderr)),
  }
  let at = 0
  for await (const entry of timing === undefined ? [] : timingEntries(output(timing))) {
    at = Math.max(at, entry.at)
    if (entry.kind === 'size') {
      yield { ...entry, at }
      continue
    }
    for await (const bytes of sources[entry.channel].take(entry.bytes))
      yield { kind: 'output', at, channel: entry.channel, bytes }
  }
  for (const channel of ['o', 'e'] as const)
    for await (const bytes of sources[channel].take(Infinity))
      yield { kind: 'output', at, channel, bytes }
}

/** Takes a stream of pieces apart into those wanted. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array> | undefined
  #held: Uint8Array | undefined

  constructor(source: AsyncIterable<Uint8Array> | undefined) {
    this.#source = source?.[Symbol.asyncIterator]()
  }

  async *take(wanted: number): AsyncGenerator<Uint8Array> {
    let left = wanted
    while (left > 0) {
      const held = this.#held ?? (await this.#next())
      if (held === undefined) return
      const piece = held.subarray(0, Math.min(left, MOST_BYTES))
      this.#held = piece.length === held.length ? undefined : held.subarray(piece.length)
      left -= piece.length
      if (piece.length > 0) yield piece
    }
  }

  async #next(): Promise<Uint8Array | undefined> {
    const next = await this.#source?.next()
    return next === undefined || next.done === true ? undefined : next.value
  }
}

type TimingEntry =
  | {
      readonly kind: 'output'
      readonly at: number
      readonly channel: 'o' | 'e'
      readonly bytes: number
    }
  | { readonly kind: 'size'; readonly at: number; readonly columns: number; readonly rows: number }

async function* timingEntries(
  source: AsyncIterable<Uint8Array> | undefined,
): AsyncGenerator<TimingEntry> {
  let line = ''
  for await (const piece of source ?? []) {
    for (const byte of piece) {
      if (byte !== 0x0a) {
        if (line.length <= LONGEST_LINE) line += String.fromCharCode(byte)
        continue
      }
      const entry = timingEntry(line)
      line = ''
      if (entry !== undefined) yield entry
    }
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

/** A line of the timing: `[milliseconds, "o" | "e", bytes]` or `[milliseconds, "r", columns, rows]`. */
function timingEntry(line: string): TimingEntry | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    // Cut short by a crash: what it told of comes at the end.
    return undefined
  }
  if (!Array.isArray(value)) return undefined
  const [at, channel, first, second]: readonly unknown[] = value
  if (!isCount(at) || !isCount(first)) return undefined
  if (channel === 'o' || channel === 'e') return { kind: 'output', at, channel, bytes: first }
  if (channel !== 'r' || !isCount(second) || first < 2 || second < 2) return undefined
  return { kind: 'size', at, columns: Math.min(first, 1000), rows: Math.min(second, 1000) }
}
