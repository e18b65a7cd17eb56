import type { Attempt } from '../../../../main/core/run/state.ts'

/** The output of an ended attempt, read back from the log's blobs in the order in which it came. */

/** A piece to read: from which stream, and how many bytes. */
export interface Segment {
  readonly channel: 'o' | 'e'
  readonly bytes: number
}

/** The most bytes of timing that are read: beyond it, standard error follows standard output. */
export const TIMING_LIMIT = 1_048_576
const PAGE = 262_144

/**
 * The order of pieces from the recorded timing (JSON Lines of `[milliseconds, "o" | "e", bytes]`). Whatever the timing
 * does not cover follows at the end, standard output first, so that no byte is left out or shown twice.
 */
export function segmentsOf(timing: string, stdout: number, stderr: number): readonly Segment[] {
  const left = { o: stdout, e: stderr }
  const segments: { channel: 'o' | 'e'; bytes: number }[] = []
  const take = (channel: 'o' | 'e', wanted: number): void => {
    const bytes = Math.min(wanted, left[channel])
    if (bytes <= 0) return
    left[channel] -= bytes
    const last = segments.at(-1)
    if (last?.channel === channel) last.bytes += bytes
    else segments.push({ channel, bytes })
  }
  if (stderr > 0 && stdout > 0) {
    for (const line of timing.split('\n')) {
      const entry = timingEntry(line)
      if (entry !== undefined) take(entry.channel, entry.bytes)
    }
  }
  take('o', left.o)
  take('e', left.e)
  return segments
}

function timingEntry(line: string): Segment | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (!Array.isArray(value)) return undefined
    const [, channel, bytes]: readonly unknown[] = value
    if ((channel !== 'o' && channel !== 'e') || typeof bytes !== 'number') return undefined
    return { channel, bytes }
  } catch {
    // A line that a crash cut short: the rest follows in plain order.
    return undefined
  }
}

export type ReadBlob = (sha256: string, offset: number, length: number) => Promise<Uint8Array>

export interface RecordedReader {
  readonly total: number
  /** The next bytes, at most `budget`; empty at the end. */
  next(budget: number): Promise<readonly Uint8Array[]>
  readonly remaining: () => number
}

/** Reads an attempt's output page by page. Rejects with the engine's words when a blob is missing. */
export function recordedReader(
  attempt: Pick<Attempt, 'stdout' | 'stderr' | 'timing'>,
  read: ReadBlob,
): RecordedReader {
  const { stdout, stderr, timing } = attempt
  const total = (stdout?.bytes ?? 0) + (stderr?.bytes ?? 0)
  const offsets = { o: 0, e: 0 }
  let given = 0
  let segments: { channel: 'o' | 'e'; bytes: number }[] | undefined

  const order = async (): Promise<{ channel: 'o' | 'e'; bytes: number }[]> => {
    let text = ''
    if (timing !== undefined && stdout !== undefined && stderr !== undefined && timing.bytes > 0) {
      const bytes = await read(timing.sha256, 0, Math.min(timing.bytes, TIMING_LIMIT))
      text = new TextDecoder().decode(bytes)
    }
    return segmentsOf(text, stdout?.bytes ?? 0, stderr?.bytes ?? 0).map((segment) => ({
      ...segment,
    }))
  }

  return {
    total,
    remaining: () => total - given,
    next: async (budget) => {
      segments ??= await order()
      const pieces: Uint8Array[] = []
      let room = budget
      while (room > 0) {
        const segment = segments[0]
        const blob = segment?.channel === 'e' ? stderr : stdout
        if (segment === undefined || blob === undefined) break
        const wanted = Math.min(segment.bytes, room, PAGE)
        const bytes = await read(blob.sha256, offsets[segment.channel], wanted)
        if (bytes.length === 0) throw new Error('The recorded output is shorter than the log says.')
        pieces.push(bytes)
        offsets[segment.channel] += bytes.length
        given += bytes.length
        room -= bytes.length
        segment.bytes -= bytes.length
        if (segment.bytes <= 0) segments.shift()
      }
      return pieces
    },
  }
}
