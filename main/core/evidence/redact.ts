import { SecretSearch, type Units } from './secret-search.ts'
import { wideBytes } from './secret-wide.ts'

export { SHORTEST_SECRET } from './secret-forms.ts'

/**
 * Takes secrets out of a stream of bytes before it is stored or shown, in every form programs write them in, also when one
 * is split over chunks. What could be the beginning of a secret is held back until the next chunk or the end decides.
 */

/** What stands where a secret stood. */
export const REDACTED = '[redacted]'

export interface Redactor {
  /** The bytes that may go on now. */
  push(chunk: Uint8Array): Uint8Array
  /** What was held back. */
  end(): Uint8Array
  /** What was held back, as it came: for a redactor that knows more and takes the place of this one. */
  release(): Uint8Array
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** What is looked for, by the list of secrets as it is handed over: preparing it takes longer than to search a line. */
const IN_BYTES = new WeakMap<readonly string[], SecretSearch>()
const IN_TEXT = new WeakMap<readonly string[], SecretSearch>()

function searchFor(
  secrets: readonly string[],
  prepared: WeakMap<readonly string[], SecretSearch>,
  units: (text: string) => Units,
): SecretSearch {
  const known = prepared.get(secrets)
  if (known !== undefined) return known
  const search = new SecretSearch(secrets, units, prepared === IN_BYTES)
  prepared.set(secrets, search)
  return search
}

/**
 * A redactor for these secrets (those shorter than `SHORTEST_SECRET` are left out), in UTF-8 and in UTF-16 of either
 * order of bytes. `encode` gives the UTF-8 bytes of a text. With no secrets it passes chunks through untouched and
 * uncopied. The list must not change afterwards.
 */
export function createRedactor(
  secrets: readonly string[],
  encode: (text: string) => Uint8Array,
): Redactor {
  const nothing = new Uint8Array(0)
  const search = searchFor(secrets, IN_BYTES, encode)
  if (search.nothing) return { push: (chunk) => chunk, end: () => nothing, release: () => nothing }
  const replacement = encode(REDACTED)
  let held: Uint8Array = nothing

  function scan(bytes: Uint8Array, final: boolean): Uint8Array {
    const { places, undecided } = search.find(bytes, final)
    const parts: Uint8Array[] = []
    let from = 0
    for (const [start, end, width] of places) {
      parts.push(
        bytes.subarray(from, start),
        width === undefined ? replacement : wideBytes(REDACTED, width),
      )
      from = end
    }
    parts.push(bytes.subarray(from, undecided))
    held = bytes.slice(undecided)
    return concatenate(parts)
  }

  return {
    push: (chunk) => scan(held.length === 0 ? chunk : concatenate([held, chunk]), false),
    end: () => scan(held, true),
    release() {
      const released = held
      held = nothing
      return released
    },
  }
}

/** What words that were cut short end with. */
const CUT = '…'

/**
 * The text with every secret replaced, in every form. One that is cut off, at the end or before an ellipsis, counts when
 * half of it is there. The list must not change afterwards.
 */
export function redactText(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text
  const search = searchFor(secrets, IN_TEXT, unitsOf)
  if (search.nothing) return text
  return text
    .split(CUT)
    .map((piece) => redactPiece(piece, search))
    .join(CUT)
}

function redactPiece(text: string, search: SecretSearch): string {
  let result = ''
  let from = 0
  for (const [start, end] of search.find(unitsOf(text), true).places) {
    result += text.slice(from, start) + REDACTED
    from = end
  }
  return result + text.slice(from)
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index)
  return units
}
