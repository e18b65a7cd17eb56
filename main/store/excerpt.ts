/** Marks around a match, from the private-use area: they cannot be in searchable text. */
export const MATCH_START = '\uE000'
export const MATCH_END = '\uE001'

const BEFORE = 60
const AFTER = 120

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

/** Lower case without diacritics, as the index compares. */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** Where the first term stands in the text, in UTF-16 units; 0 when it cannot be located. */
function firstMatch(text: string, wanted: readonly string[]): number {
  const lower = text.toLowerCase()
  if (lower.length === text.length) {
    const places = wanted.map((term) => lower.indexOf(term)).filter((at) => at >= 0)
    if (places.length > 0) return Math.min(...places)
  }
  const { folded, origin } = foldWithOrigin(text)
  const places = wanted.map((term) => folded.indexOf(term)).filter((at) => at >= 0)
  return places.length === 0 ? 0 : (origin[Math.min(...places)] ?? 0)
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
