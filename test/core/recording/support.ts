import type { OutputOf } from '../../../main/core/recording/frames.ts'
import type { BlobReference } from '../../../main/core/run/events.ts'

/** Outputs that a test holds in its hand. */
export class Outputs {
  #names = 0
  readonly #kept = new Map<string, readonly Uint8Array[]>()

  /** Keeps an output that is read in these pieces, and gives what an event says of it. */
  keep(...pieces: readonly (string | Uint8Array)[]): BlobReference {
    const bytes = pieces.map((piece) =>
      typeof piece === 'string' ? new TextEncoder().encode(piece) : piece,
    )
    const sha256 = (++this.#names).toString(16).padStart(64, '0')
    this.#kept.set(sha256, bytes)
    return { sha256, bytes: bytes.reduce((sum, piece) => sum + piece.length, 0) }
  }

  takeOut({ sha256 }: BlobReference): void {
    this.#kept.delete(sha256)
  }

  readonly of: OutputOf = ({ sha256 }) => {
    const pieces = this.#kept.get(sha256)
    return pieces === undefined ? undefined : each(pieces)
  }
}

async function* each(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
