import { encodeBase64 } from './base64.ts'
import { utf8 } from './utf8.ts'

/** Shorter values would blank out half of any output and protect nothing. */
export const SHORTEST_SECRET = 4

/** A piece of a base64 text that is shorter than this stands in half of all others. */
const SHORTEST_PIECE = 5

/**
 * The ways in which programs write a secret: as it is, in a URL, in base64 (wherever in a longer text it stands, such as
 * behind `user:`), in hexadecimal, in JSON, quoted for a shell, in HTML. Longest first. Empty for values that are too
 * short to be redacted.
 */
export function formsOf(secret: string): readonly string[] {
  if (secret.length < SHORTEST_SECRET) return []
  const bytes = utf8(secret)
  const url = [...bytes].map((byte) => urlForm(byte)).join('')
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const json = JSON.stringify(secret).slice(1, -1)
  // As RFC 3986 says, as encodeURIComponent does, and as a form that is sent.
  const urls = [url, encodeUri(secret), url.replaceAll('~', '%7E').replaceAll('%20', '+')]
  const forms = [
    secret,
    ...urls,
    ...urls.map((form) => form.replaceAll(/%[0-9A-F]{2}/gu, (escape) => escape.toLowerCase())),
    hex,
    hex.toUpperCase(),
    json,
    json.replaceAll('/', '\\/'),
    secret.replaceAll("'", `'\\''`),
    secret.replaceAll("'", `'"'"'`),
    html(secret),
    html(secret).replaceAll('&#39;', '&apos;'),
    ...base64Forms(bytes),
  ]
  return [...new Set(forms)].toSorted((left, right) => right.length - left.length)
}

/** Everything but the unreserved characters of RFC 3986. */
function urlForm(byte: number): string {
  const character = String.fromCharCode(byte)
  return /[A-Za-z0-9._~-]/u.test(character)
    ? character
    : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

/** What `encodeURIComponent` leaves as it is, which is more. */
function encodeUri(secret: string): string {
  try {
    return encodeURIComponent(secret)
  } catch {
    // Half a surrogate pair has no such form.
    return secret
  }
}

function html(secret: string): string {
  return secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** The characters that only the secret decides, for each of the three places it can have in groups of three bytes. */
function base64Forms(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = new Uint8Array(before + bytes.length)
    padded.set(bytes, before)
    const text = encodeBase64(padded).replace(/=+$/u, '')
    const first = Math.ceil((before * 8) / 6)
    const last = Math.floor((padded.length * 8) / 6)
    const piece = text.slice(first, last)
    if (piece.length < SHORTEST_PIECE) return []
    return [piece, piece.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
