import { stripVTControlCharacters } from 'node:util'

/** How much of an output can be searched: this much of its beginning and of its end, in bytes of UTF-8. */
const KEPT_BYTES = 256 * 1024

/** Longest query that is looked at, in UTF-16 units. */
const QUERY_LIMIT = 1_000

const ASCII = /^[\u0000-\u007F]*$/u

const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\uE000\uE001]+/gu

/** Scripts that do not put spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

/** Text as it is indexed and quoted: composed, without terminal control sequences, bounded. */
export function searchable(text: string): string {
  return wellFormed(stripVTControlCharacters(clip(text)))
    .normalize('NFC')
    .replaceAll(CONTROLS, ' ')
}

function clip(text: string): string {
  if (text.length <= 2 * KEPT_BYTES && Buffer.byteLength(text) <= 2 * KEPT_BYTES) return text
  // The cut ends are taken in UTF-16 units first: no character has more of them than bytes.
  const head = Buffer.from(text.slice(0, KEPT_BYTES)).subarray(0, KEPT_BYTES)
  const tail = Buffer.from(text.slice(-KEPT_BYTES))
  return joinEnds(head, tail.subarray(Math.max(0, tail.length - KEPT_BYTES)))
}

/** Lone surrogates have no UTF-8: they become U+FFFD. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

/** The two ends of an output as text. A character that a cut went through is left out. */
export function joinEnds(head: Uint8Array, tail: Uint8Array): string {
  const decoder = new TextDecoder('utf-8')
  const begins = decoder.decode(head).replace(/\uFFFD$/u, '')
  const ends = decoder.decode(tail).replace(/^\uFFFD+/u, '')
  return `${begins}\n…\n${ends}`
}

/**
 * Text as it is compared: lower case, and without the accents of Latin, Greek and Cyrillic. Marks of other scripts are
 * letters in all but name and stay.
 */
export function fold(text: string): string {
  // Most output: nothing to take apart.
  if (ASCII.test(text)) return text.toLowerCase()
  return text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036F]/gu, '')
    .normalize('NFC')
    .replaceAll('ς', 'σ')
}

/** The text for the index of words: where a script has no spaces, every two neighbours are a word. */
export function wordsOf(text: string): string {
  return text.replaceAll(UNSPACED, (run) => {
    const characters = Array.from(run)
    return ` ${characters.map((character, at) => character + (characters[at + 1] ?? '')).join(' ')} `
  })
}

export interface Terms {
  /** Three characters and more: found anywhere. */
  readonly parts: readonly string[]
  /** One or two characters: found where a word begins. */
  readonly words: readonly string[]
}

/** What a person is looking for: all of these. Text between quotation marks stays together. */
export function termsOf(query: string): Terms {
  const clean = wellFormed(query.slice(0, QUERY_LIMIT)).normalize('NFC').replaceAll(CONTROLS, ' ')
  const found = [...clean.matchAll(/"(?<phrase>[^"]*)"|(?<word>[^\s"]+)/gu)]
    .map(({ groups }) => fold(groups?.['phrase'] ?? groups?.['word'] ?? '').trim())
    .filter((term) => term !== '')
  const long = (term: string): boolean => Array.from(term).length >= 3
  return {
    parts: found.filter(long),
    words: found.filter((term) => !long(term) && /[\p{L}\p{N}]/u.test(term)),
  }
}

/** An FTS5 expression that means these terms and nothing else, whatever is in them. */
export function matchAll(terms: readonly string[], suffix: '' | '*'): string {
  return terms.map((term) => `"${term.replaceAll('"', '""')}"${suffix}`).join(' AND ')
}
