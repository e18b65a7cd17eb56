import { WORD_LIST } from './word-list.ts'

/**
 * A hash as eight words that one person can read to another. Who has them written down holds the head of the log at that
 * moment: 88 of its 256 bits. To find another history with the same words afterwards takes about 2^88 attempts. Who
 * prepares two histories before the words are read needs only about 2^44: docs/evidence.md says what that means.
 */
const WORDS = 8
const BITS = 11

/** The first 88 bits of a SHA-256 in hex, as eight groups of 11 bits, the highest first; each is a place in the list. */
export function wordsOf(hash: string): readonly string[] {
  const bits = BigInt(`0x${hash.slice(0, (WORDS * BITS) / 4)}`)
  return Array.from({ length: WORDS }, (_, index) => {
    const place = Number((bits >> BigInt((WORDS - 1 - index) * BITS)) & 0x7ffn)
    return WORD_LIST[place] ?? ''
  })
}

/** What a person wrote down, as words of the list: case, punctuation and line ends do not matter, four letters suffice. */
export function readWords(text: string): readonly string[] | undefined {
  const given = text.toLowerCase().match(/[a-z]+/gu) ?? []
  const words = given.map((word) =>
    WORD_LIST.find((known) => known === word || (word.length >= 4 && known.startsWith(word))),
  )
  const known = words.filter((word) => word !== undefined)
  return known.length === WORDS && known.length === given.length ? known : undefined
}

/** The first 88 bits of the hash that these eight words stand for, as 22 hex digits. */
export function prefixOfWords(words: readonly string[]): string {
  const bits = words.reduce(
    (sum, word) => (sum << BigInt(BITS)) | BigInt(Math.max(0, WORD_LIST.indexOf(word))),
    0n,
  )
  return bits.toString(16).padStart((WORDS * BITS) / 4, '0')
}
