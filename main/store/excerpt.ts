import { fold } from './search-text.ts'

/** Marks around a match, from the private-use area: they cannot be in searchable text. */
export const MATCH_START = '\uE000'
export const MATCH_END = '\uE001'

const BEFORE = 60
const AFTER = 120

/** How much is looked through at a time, and how much of it twice: as much as the longest query. In UTF-16 units. */
const STRETCH = 8_192
const OVERLAP = 1_000

/** The text around the first match of the first term found, every match in it marked, on one line. */
export function excerptOf(text: string, terms: readonly string[]): string {
  const wanted = terms.map(fold).filter((term) => term !== '')
  const first = firstMatch(text, wanted)
  const from = boundary(text, Math.max(0, first - BEFORE))
  const to = boundary(text, Math.min(text.length, first + AFTER))
  const window = text.slice(from, to)
  const marked = mark(window, wanted)
  const line = marked.replaceAll(/\s+/gu, ' ').trim()
  return `${from > 0 ? '…' : ''}${line}${to < text.length ? '…' : ''}`
}

/** Where the first term stands in the text, in UTF-16 units; 0 when it cannot be located. */
function firstMatch(text: string, wanted: readonly string[]): number {
  // Folding keeps no positions, and finding them is slow: it is done only for the stretch that has a match.
  for (let at = 0; at < text.length; at += STRETCH) {
    const from = boundary(text, at)
    const stretch = text.slice(from, boundary(text, at + STRETCH + OVERLAP))
    const plain = fold(stretch)
    if (!wanted.some((term) => plain.includes(term))) continue
    const { folded, origin } = foldWithOrigin(stretch)
    const places = wanted.map((term) => folded.indexOf(term)).filter((place) => place >= 0)
    if (places.length > 0) return from + (origin[Math.min(...places)] ?? 0)
  }
  return 0
}

/** The folded text, and for each of its units where it came from (with the end as a last entry). */
function foldWithOrigin(text: string): {
  readonly folded: string
  readonly origin: readonly number[]
} {
  const origin: number[] = []
  const parts: string[] = []
  let at = 0
  for (const character of text) {
    const part = fold(character)
    parts.push(part)
    for (let unit = 0; unit < part.length; unit++) origin.push(at)
    at += character.length
  }
  origin.push(at)
  return { folded: parts.join(''), origin }
}

/** Not in the middle of a surrogate pair. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}

function mark(window: string, wanted: readonly string[]): string {
  const { folded, origin } = foldWithOrigin(window)
  let result = ''
  let copied = 0
  for (let at = 0; at < folded.length;) {
    const term = wanted.find((candidate) => folded.startsWith(candidate, at))
    if (term === undefined) {
      at++
      continue
    }
    const from = origin[at] ?? 0
    const to = origin[at + term.length] ?? window.length
    result += `${window.slice(copied, from)}${MATCH_START}${window.slice(from, to)}${MATCH_END}`
    copied = to
    at += term.length
  }
  return result + window.slice(copied)
}
