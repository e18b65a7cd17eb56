import { decodeBase64, encodeBase64 } from './base64.ts'
import type { HashBytes } from './merkle.ts'
import { utf8 } from './utf8.ts'

/**
 * The signed note of C2SP (https://c2sp.org/signed-note): a text, an empty line, and a line per signature. Whoever knows
 * the format can check one; so can openssl, given the text, the signature and the key.
 */

export interface PublicKey {
  /** The name of the signer: no spaces and no plus. */
  readonly name: string
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array
}

export interface NoteSignature {
  readonly name: string
  /** Four bytes that say which key it was. */
  readonly keyId: Uint8Array
  /** Ed25519: 64 bytes. */
  readonly signature: Uint8Array
}

export interface Note {
  /** Exactly what is signed, with its last newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Ed25519, in the list of signature types. */
const ED25519 = 1
const KEY_ID_BYTES = 4
/** Printable ASCII: what counts as a space beyond it differs from language to language. */
const NAME = '[!-*,-~]+'
const BASE64 = '[A-Za-z0-9+/]+={0,2}'
const SIGNATURE_LINE = new RegExp(`^\u2014 (?<name>${NAME}) (?<base64>${BASE64})$`, 'u')
const KEY_LINE = new RegExp(`^(?<name>${NAME})\\+[0-9a-f]{8}\\+(?<base64>${BASE64})$`, 'u')

function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key). */
export function keyIdOf({ name, key }: PublicKey, hash: HashBytes): Uint8Array {
  return hash(concatenated(utf8(`${name}\n`), Uint8Array.of(ED25519), key)).subarray(
    0,
    KEY_ID_BYTES,
  )
}

/** The key as the one line that other tools take: name, id and key. */
export function formatKey(key: PublicKey, hash: HashBytes): string {
  const id = Array.from(keyIdOf(key, hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${key.name}+${id}+${encodeBase64(concatenated(Uint8Array.of(ED25519), key.key))}`
}

/** The key of such a line, or undefined when it is none or its id is not that of the key. */
export function parseKey(line: string, hash: HashBytes): PublicKey | undefined {
  const groups = KEY_LINE.exec(line)?.groups
  const bytes = decodeBase64(groups?.['base64'] ?? '')
  if (bytes?.length !== 33 || bytes[0] !== ED25519) return undefined
  const key = { name: groups?.['name'] ?? '', key: bytes.subarray(1) }
  return formatKey(key, hash) === line ? key : undefined
}

/** The note as it is stored. `text` must end with a newline; it may have no other control characters. */
export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, keyId, signature }) =>
      `\u2014 ${name} ${encodeBase64(concatenated(keyId, signature))}\n`,
  )
  return `${text}\n${lines.join('')}`
}

/** The parts of a note, or undefined when it is none. Nothing is verified here. */
export function parseNote(note: string): Note | undefined {
  const end = note.lastIndexOf('\n\n')
  if (end === -1 || !note.endsWith('\n')) return undefined
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2, -1).split('\n')
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const groups = SIGNATURE_LINE.exec(line)?.groups
    const bytes = decodeBase64(groups?.['base64'] ?? '')
    if (groups === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES)
      return undefined
    signatures.push({
      name: groups['name'] ?? '',
      keyId: bytes.subarray(0, KEY_ID_BYTES),
      signature: bytes.subarray(KEY_ID_BYTES),
    })
  }
  return signatures.length > 0 ? { text, signatures } : undefined
}

/** Ed25519 over the bytes; the core has no cryptography of its own. */
export type Verify = (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean

/** Which of the keys signed this note. Signatures of unknown keys are no problem, wrong ones of known keys are. */
export function verifyNote(
  note: Note,
  keys: readonly PublicKey[],
  tools: { readonly hash: HashBytes; readonly verify: Verify },
): { readonly signers: readonly PublicKey[]; readonly wrong: readonly string[] } {
  const signers: PublicKey[] = []
  const wrong: string[] = []
  const bytes = utf8(note.text)
  for (const { name, keyId, signature } of note.signatures) {
    const key = keys.find(
      (known) =>
        known.name === name && keyIdOf(known, tools.hash).every((byte, at) => byte === keyId[at]),
    )
    if (key === undefined) continue
    if (tools.verify(key.key, bytes, signature)) signers.push(key)
    else wrong.push(name)
  }
  return { signers, wrong }
}

/** Who can sign: a public key, and what its private half does. */
export interface NoteSigner {
  readonly key: PublicKey
  /** Ed25519, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array
}

/** The note over a text, signed by each of them. */
export function signNote(text: string, signers: readonly NoteSigner[], hash: HashBytes): string {
  const bytes = utf8(text)
  const signatures = signers.map((signer) => ({
    name: signer.key.name,
    keyId: keyIdOf(signer.key, hash),
    signature: signer.sign(bytes),
  }))
  return formatNote({ text, signatures })
}
