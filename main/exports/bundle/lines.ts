import { NotABundle } from './files.ts'

/**
 * The lines of a file, without their newlines and in bounded memory; `whole` is false for a last one that has none. Throws
 * `NotABundle` at a line longer than `longest` bytes.
 */
export async function* linesIn(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<{ readonly line: Uint8Array; readonly whole: boolean }> {
  let held: Uint8Array[] = []
  let size = 0
  const keep = (piece: Uint8Array): void => {
    size += piece.length
    if (size > longest) throw new NotABundle(`“${name}” has a line that is too long for a record.`)
    held.push(piece)
  }
  for await (const piece of pieces) {
    let from = 0
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      keep(piece.subarray(from, end))
      yield {
        line: held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held),
        whole: true,
      }
      held = []
      size = 0
      from = end + 1
    }
    if (from < piece.length) keep(piece.subarray(from))
  }
  if (size > 0) yield { line: Buffer.concat(held), whole: false }
}

/** A small file as text; undefined when it is not UTF-8. Throws `NotABundle` when it is longer than `most` bytes. */
export async function smallText(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  most: number,
): Promise<string> {
  const held: Uint8Array[] = []
  let size = 0
  for await (const piece of pieces) {
    size += piece.length
    if (size > most) throw new NotABundle(`“${name}” is too long.`)
    held.push(piece)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(held))
  } catch {
    throw new NotABundle(`“${name}” is not UTF-8.`)
  }
}
