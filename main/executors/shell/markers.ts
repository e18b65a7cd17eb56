/**
 * Finds our markers in the output of a live shell and takes them out. A marker is a real escape sequence with a nonce
 * that nobody else knows; the echo of the command line cannot match, because there the escape byte is written `\033`.
 */

const ESCAPE = 0x1b
const BELL = 0x07

export type Marked =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end'; readonly status: number }

export class MarkerParser {
  readonly #begin: string
  readonly #end: string
  readonly #longest: number
  #held: Buffer = Buffer.alloc(0)

  constructor(nonce: string) {
    this.#begin = `\x1b]7717;S;${nonce}`
    this.#end = `\x1b]7717;E;${nonce};`
    this.#longest = this.#end.length + 4
  }

  /** What the bytes are, in order. A marker may be split over any number of chunks. */
  push(chunk: Uint8Array): readonly Marked[] {
    const bytes = Buffer.concat([this.#held, chunk])
    this.#held = Buffer.alloc(0)
    const found: Marked[] = []
    let from = 0
    let at = bytes.indexOf(ESCAPE)
    while (at !== -1) {
      const bell = bytes.indexOf(BELL, at)
      const candidate = bytes
        .subarray(at, bell === -1 ? at + this.#longest + 1 : bell)
        .toString('latin1')
      if (bell === -1 && candidate.length <= this.#longest && this.#mayBecome(candidate)) {
        // The rest of it is still to come.
        if (at > from) found.push({ kind: 'bytes', bytes: bytes.subarray(from, at) })
        this.#held = bytes.subarray(at)
        return found
      }
      const marker = bell === -1 ? undefined : this.#marker(candidate)
      if (marker) {
        if (at > from) found.push({ kind: 'bytes', bytes: bytes.subarray(from, at) })
        found.push(marker)
        from = bell + 1
        at = bytes.indexOf(ESCAPE, from)
      } else at = bytes.indexOf(ESCAPE, at + 1)
    }
    if (from < bytes.length) found.push({ kind: 'bytes', bytes: bytes.subarray(from) })
    return found
  }

  /** What was held back when no more can come. */
  end(): Uint8Array {
    const rest = this.#held
    this.#held = Buffer.alloc(0)
    return rest
  }

  #mayBecome(candidate: string): boolean {
    return [this.#begin, this.#end].some(
      (marker) => marker.startsWith(candidate) || candidate.startsWith(marker),
    )
  }

  #marker(candidate: string): Marked | undefined {
    if (candidate === this.#begin) return { kind: 'begin' }
    if (!candidate.startsWith(this.#end)) return undefined
    const status = candidate.slice(this.#end.length)
    return /^\d{1,3}$/u.test(status) ? { kind: 'end', status: Number(status) } : undefined
  }
}

/** Quotes text for a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The one line that runs `text` between two markers. The leading space keeps it out of the history. */
export function markedLine(nonce: string, text: string): string {
  return ` printf '\\033]7717;S;%s\\007' ${nonce}; command eval ${quote(text)}; printf '\\033]7717;E;%s;%s\\007' ${nonce} "$?"\n`
}
