import { encodeBase64 } from './base64.ts'
import { quotedForms } from './secret-quotes.ts'
import { utf8 } from './utf8.ts'

/** Shorter values would blank out half of any output and protect nothing. */
export const SHORTEST_SECRET = 4

/** A line of a secret that has several is as good as a secret when it is at least this long. */
const SHORTEST_LINE = 8

/** A piece of a base64 text that is shorter than this stands in half of all others. */
const SHORTEST_PIECE = 5

/** One way in which a secret can be written. */
export interface SecretForm {
  readonly text: string
  /**
   * What may stand between any two of its characters: programs wrap base64 after so many characters (and what quotes it
   * indents the lines), and show hexadecimal in groups.
   */
  readonly broken?: 'by-lines' | 'in-groups'
}

/**
 * The ways in which programs write a secret: as it is, in a URL, in base64 (wherever in a longer text it stands, such as
 * behind `user:`), in hexadecimal, in JSON, quoted for a shell, SQL or CSV, in HTML. Longest first. Empty for values
 * that are too short to be redacted.
 */
export function formsOf(secret: string): readonly SecretForm[] {
  const forms = new Map<string, SecretForm>()
  const parts = [secret, ...linesOf(secret)].filter((part) => part.length >= SHORTEST_SECRET)
  for (const part of parts) {
    for (const form of encodedForms(part)) forms.set(form.text, form)
    for (const text of [part, ...quotedForms(part)]) if (!forms.has(text)) forms.set(text, { text })
  }
  return [...forms.values()].toSorted((left, right) => right.text.length - left.text.length)
}

/** Terminals and protocols end lines in their own way, and programs show some lines of a key without the others. */
function linesOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/u)
  if (lines.length === 1) return []
  return [
    lines.join('\n'),
    lines.join('\r\n'),
    // The armour of a PEM file is no secret.
    ...lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----')),
  ]
}

function encodedForms(secret: string): readonly SecretForm[] {
  const bytes = utf8(secret)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [
    ...[hex, hex.toUpperCase()].map((text): SecretForm => ({ text, broken: 'in-groups' })),
    // As it is, and as Windows encodes commands.
    ...[bytes, utf16(secret)]
      .flatMap(base64Forms)
      .map((text): SecretForm => ({ text, broken: 'by-lines' })),
  ]
}

function utf16(text: string): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).flatMap((unit) => [
      unit & 255,
      unit >> 8,
    ]),
  )
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
    return [
      piece,
      piece.replaceAll('+', '-').replaceAll('/', '_'),
      // Base64 within a URL.
      piece.replaceAll('+', '%2B').replaceAll('/', '%2F'),
    ]
  })
}
