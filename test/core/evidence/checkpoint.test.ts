import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../../main/core/evidence/base64.ts'
import { formatCheckpoint, parseCheckpoint } from '../../../main/core/evidence/checkpoint.ts'
import {
  formatKey,
  formatNote,
  keyIdOf,
  parseKey,
  parseNote,
  verifyNote,
  type PublicKey,
} from '../../../main/core/evidence/signed-note.ts'
import { utf8 } from '../../../main/core/evidence/utf8.ts'

const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/** The DER that stands before the 32 bytes of an Ed25519 key. */
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const tools = {
  hash,
  verify: (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean =>
    verify(
      null,
      bytes,
      createPublicKey({ key: Buffer.concat([PREFIX, key]), format: 'der', type: 'spki' }),
      signature,
    ),
}

/** The example of the specification of signed notes, which is the one of Go's package `note`. */
const EXAMPLE_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const EXAMPLE_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const EXAMPLE = `${EXAMPLE_TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`

describe('the published example of a signed note', () => {
  const key = parseKey(EXAMPLE_KEY, hash)

  test('its key is read, and written the same', () => {
    expect(key?.name).toBe('PeterNeumann')
    expect(key && formatKey(key, hash)).toBe(EXAMPLE_KEY)
  })

  test('its signature is good, and bad for any other text', () => {
    const note = parseNote(EXAMPLE)
    expect(note?.text).toBe(EXAMPLE_TEXT)
    const keys = key ? [key] : []
    if (note === undefined) throw new Error('It is a note.')
    expect(verifyNote(note, keys, tools)).toEqual({ signers: keys, wrong: [] })
    const other = { ...note, text: note.text.replace('problem', 'question') }
    expect(verifyNote(other, keys, tools)).toEqual({ signers: [], wrong: ['PeterNeumann'] })
    expect(formatNote(note)).toBe(EXAMPLE)
  })
})

describe('notes of our own', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const ours: PublicKey = {
    name: 'muster-laptop',
    key: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
  }
  const checkpoint = {
    origin: 'muster/laptop/20261120-030000-abcdef',
    size: 17,
    root: hash(Buffer.from('root')),
    head: 'ab'.repeat(32),
    wall: 1_795_141_800_000,
  }
  const text = formatCheckpoint(checkpoint)
  const note = formatNote({
    text,
    signatures: [
      {
        name: ours.name,
        keyId: keyIdOf(ours, hash),
        signature: sign(null, Buffer.from(text), privateKey),
      },
    ],
  })

  test('a checkpoint is read back, and its signer is known', () => {
    const parsed = parseNote(note)
    if (parsed === undefined) throw new Error('It is a note.')
    const read = parseCheckpoint(parsed.text)
    expect(read && { ...read, root: Buffer.from(read.root) }).toEqual(checkpoint)
    expect(verifyNote(parsed, [ours], tools).signers).toEqual([ours])
    expect(verifyNote(parsed, [], tools)).toEqual({ signers: [], wrong: [] })
  })

  test.each([
    '',
    'text without a signature\n',
    `${text}\n`,
    `${text}\n\u2014 muster-laptop\n`,
    `${text}\n\u2014 muster-laptop not-base64\n`,
    note.slice(0, -1),
  ])('%j is no note', (broken) => {
    expect(parseNote(broken)).toBeUndefined()
  })

  test.each([
    text.replace('\n17\n', '\n017\n'),
    text.replace('head ', 'tail '),
    text.slice(0, -1),
    text.replace(/\n[A-Za-z0-9+/=]{44}\n/u, '\nAAAA\n'),
  ])('%j is no checkpoint', (broken) => {
    expect(parseCheckpoint(broken)).toBeUndefined()
  })

  test('a key with a wrong id or a wrong length is none', () => {
    const line = formatKey(ours, hash)
    expect(parseKey(line, hash)?.name).toBe(ours.name)
    expect(parseKey(line.replace(/\+[0-9a-f]{8}\+/u, '+00000000+'), hash)).toBeUndefined()
    expect(parseKey(`${line}AAAA`, hash)).toBeUndefined()
  })
})

test('base64 and UTF-8 are what Node makes of them', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (bytes, text) => {
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(Buffer.from(decodeBase64(encodeBase64(bytes)) ?? [])).toEqual(Buffer.from(bytes))
      expect(Buffer.from(utf8(text))).toEqual(Buffer.from(text, 'utf8'))
    }),
  )
  for (const wrong of ['A', 'AA', 'AAA', 'AB==', 'AAB=', 'A===', '====', 'AA=A', 'A A='])
    expect(decodeBase64(wrong)).toBeUndefined()
})
