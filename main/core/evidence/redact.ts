import { formsOf } from './secret-forms.ts'

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
}

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index++) {
    if (bytes[at + index] !== wanted[index]) return false
  }
  return true
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

/** Forms by their first two bytes, so that nearly every place of an output is passed by one look. */
class Wanted {
  readonly #pairs = new Uint8Array(65_536)
  readonly #firsts = new Uint8Array(256)
  readonly #forms = new Map<number, Uint8Array[]>()
  readonly #all: readonly Uint8Array[]

  /** Longest first. */
  constructor(forms: readonly Uint8Array[]) {
    this.#all = forms
    for (const form of forms) {
      const [first = 0, second = 0] = form
      const pair = first * 256 + second
      this.#pairs[pair] = 1
      this.#firsts[first] = 1
      this.#forms.set(pair, [...(this.#forms.get(pair) ?? []), form])
    }
  }

  /** The first place from `from` on where a form may begin; the length when there is none. */
  next(bytes: Uint8Array, from: number): number {
    const last = bytes.length - 1
    for (let at = from; at < last; at++) {
      if (this.#pairs[(bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)] === 1) return at
    }
    return from <= last && this.#firsts[bytes[last] ?? 0] === 1 ? last : bytes.length
  }

  /** The longest form that stands here whole. */
  found(bytes: Uint8Array, at: number): Uint8Array | undefined {
    const rest = bytes.length - at
    const pair = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
    return this.#forms
      .get(pair)
      ?.find((form) => form.length <= rest && startsWith(bytes, at, form, form.length))
  }

  /** Whether what is left could be the beginning of a form. */
  begun(bytes: Uint8Array, at: number): boolean {
    const rest = bytes.length - at
    return this.#all.some((form) => form.length > rest && startsWith(bytes, at, form, rest))
  }
}

/**
 * A redactor for these secrets (those shorter than `SHORTEST_SECRET` are left out). `encode` gives the UTF-8 bytes of a
 * text. With no secrets it passes chunks through untouched and uncopied.
 */
export function createRedactor(
  secrets: readonly string[],
  encode: (text: string) => Uint8Array,
): Redactor {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .map(encode)
    .toSorted((left, right) => right.length - left.length)
  if (forms.length === 0) return { push: (chunk) => chunk, end: () => new Uint8Array(0) }
  const wanted = new Wanted(forms)
  const longest = forms[0]?.length ?? 0
  const replacement = encode(REDACTED)
  let held: Uint8Array = new Uint8Array(0)

  function scan(bytes: Uint8Array, final: boolean): Uint8Array {
    const parts: Uint8Array[] = []
    let from = 0
    let at = wanted.next(bytes, 0)
    while (at < bytes.length) {
      // A longer form may still be coming: wait for it rather than cut it in two.
      if (!final && bytes.length - at < longest && wanted.begun(bytes, at)) break
      const found = wanted.found(bytes, at)
      if (found === undefined) {
        at = wanted.next(bytes, at + 1)
        continue
      }
      parts.push(bytes.subarray(from, at), replacement)
      from = at + found.length
      at = wanted.next(bytes, from)
    }
    parts.push(bytes.subarray(from, at))
    held = bytes.slice(at)
    return concatenate(parts)
  }

  return {
    push: (chunk) => scan(held.length === 0 ? chunk : concatenate([held, chunk]), false),
    end: () => scan(held, true),
  }
}

/** The text with every secret replaced, in every form. */
export function redactText(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap(formsOf)
    .toSorted((left, right) => right.length - left.length)
    .reduce((result, form) => result.replaceAll(form, REDACTED), text)
}
