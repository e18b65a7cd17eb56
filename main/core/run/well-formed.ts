/**
 * Text that was cut in the middle of a character ends in half a surrogate pair, which has no UTF-8 and so no place in the
 * log. An event that could not be stored would be lost, so the halves become U+FFFD, as any decoder makes them.
 */

/** With the `u` flag a pair is one character, so what matches is a surrogate without its other half. */
const LONE_SURROGATE = /\p{Surrogate}/u
const LONE_SURROGATES = /\p{Surrogate}/gu

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return LONE_SURROGATE.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([name, member]) => LONE_SURROGATE.test(name) || hasLoneSurrogate(member),
  )
}

function mended(text: string): string {
  return text.replaceAll(LONE_SURROGATES, '\uFFFD')
}

/** The same plain data with every half of a pair replaced; the very same object where there is none. */
export function wellFormed<T>(value: T): T {
  if (!hasLoneSurrogate(value)) return value
  const copy: T = JSON.parse(
    JSON.stringify(value, (_name, member: unknown) => {
      if (typeof member === 'string') return mended(member)
      if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
      return Object.fromEntries(Object.entries(member).map(([name, one]) => [mended(name), one]))
    }),
  )
  return copy
}
