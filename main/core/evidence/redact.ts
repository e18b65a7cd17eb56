/**
 * Takes secrets out of a stream of bytes before it is stored or shown, also when a secret is split over chunks.
 * What could be the beginning of a secret is held back until the next chunk or the end decides.
 */

/** What stands where a secret stood. */
export const REDACTED = '[redacted]'

/** Shorter values would blank out half of any output and protect nothing. */
export const SHORTEST_SECRET = 4

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

/**
 * A redactor for these secrets (as bytes; those shorter than `SHORTEST_SECRET` are left out) with `replacement` as
 * bytes. With no secrets it passes chunks through untouched and uncopied.
 */
export function createRedactor(secrets: readonly Uint8Array[], replacement: Uint8Array): Redactor {
  const wanted = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((left, right) => right.length - left.length)
  if (wanted.length === 0) return { push: (chunk) => chunk, end: () => new Uint8Array(0) }

  const firstBytes = new Set(wanted.map((secret) => secret[0]))
  let held: Uint8Array = new Uint8Array(0)

  function scan(bytes: Uint8Array, final: boolean): Uint8Array {
    const parts: Uint8Array[] = []
    let from = 0
    let at = 0
    while (at < bytes.length) {
      if (!firstBytes.has(bytes[at])) {
        at++
        continue
      }
      const rest = bytes.length - at
      const found = wanted.find(
        (secret) => secret.length <= rest && startsWith(bytes, at, secret, secret.length),
      )
      const longer = final
        ? undefined
        : wanted.find((secret) => secret.length > rest && startsWith(bytes, at, secret, rest))
      // A longer secret may still be coming: wait for it rather than cut it in two.
      if (longer !== undefined) break
      if (found === undefined) {
        at++
        continue
      }
      parts.push(bytes.subarray(from, at), replacement)
      at += found.length
      from = at
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

/** The text with every secret replaced. */
export function redactText(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((left, right) => right.length - left.length)
    .reduce((result, secret) => result.replaceAll(secret, REDACTED), text)
}
