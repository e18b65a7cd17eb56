import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto'
import { canonicalise } from '../../../main/core/evidence/canonical.ts'
import {
  formatCheckpoint,
  originOf,
  parseCheckpoint,
} from '../../../main/core/evidence/checkpoint.ts'
import { MerkleTree } from '../../../main/core/evidence/merkle.ts'
import {
  formatKey,
  parseNote,
  signNote,
  type NoteSigner,
} from '../../../main/core/evidence/signed-note.ts'
import { manifestText } from '../../../main/exports/bundle/names.ts'

/** Bundles as anybody could change them, in memory. */

export type Files = ReadonlyMap<string, Buffer>
export type Event = Record<string, unknown>

const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

export function signerOf(name: string, key: KeyObject): NoteSigner {
  const { x } = key.export({ format: 'jwk' })
  return {
    key: { name, key: Buffer.from(x ?? '', 'base64url') },
    sign: (bytes) => sign(null, bytes, key),
  }
}

export function strangerOf(name: string): NoteSigner {
  return signerOf(name, generateKeyPairSync('ed25519').privateKey)
}

export function holderOf(name: string, pem: string): NoteSigner {
  return signerOf(name, createPrivateKey(pem))
}

export function keyLine(signer: NoteSigner): string {
  return formatKey(signer.key, hash)
}

export function linesOf(files: Files): readonly string[] {
  return (files.get('events.jsonl') ?? Buffer.alloc(0)).toString('utf8').trimEnd().split('\n')
}

export function eventsOf(files: Files): readonly Event[] {
  return linesOf(files).map((line): Event => JSON.parse(line))
}

export function checkpointSizes(files: Files): readonly number[] {
  return [...files.keys()]
    .flatMap((name) => /^checkpoints\/(?<size>\d+)\.note$/u.exec(name)?.groups?.['size'] ?? [])
    .map(Number)
    .toSorted((left, right) => left - right)
}

/** The files with other lines, and a manifest that fits them: what costs an attacker nothing. */
export function withLines(files: Files, lines: readonly string[]): Map<string, Buffer> {
  const result = new Map(files)
  result.set('events.jsonl', Buffer.from(lines.map((line) => `${line}\n`).join('')))
  const { run, outputs }: { run: string; outputs: number } = JSON.parse(
    files.get('manifest.json')?.toString('utf8') ?? '{}',
  )
  result.set('manifest.json', Buffer.from(manifestText({ run, events: lines.length, outputs })))
  return result
}

/** Events numbered and chained anew. */
export function chained(events: readonly Event[]): readonly string[] {
  let prev = '0'.repeat(64)
  return events.map((event, index) => {
    const line = canonicalise({ ...event, seq: index + 1, prev })
    prev = hex(line)
    return line
  })
}

/**
 * Another history, whole: numbered, chained, with checkpoints over it after as many events as before, that later events
 * name, all signed by this key. Whoever has the device's key can do this. `spelt`: how a line is written, its bytes in latin1
 * where it is not UTF-8.
 */
export function rewritten(
  files: Files,
  events: readonly Event[],
  signer: NoteSigner,
  spelt: (line: string, seq: number) => string = (line) => line,
): Files {
  const sizes = new Set(checkpointSizes(files).map((size) => Math.min(size, events.length)))
  const [first = {}] = events
  const origin = originOf(String(first['device']), String(first['run']))
  const own = [...files.values()].some((bytes) => bytes.equals(Buffer.from(`${keyLine(signer)}\n`)))
  const tree = new MerkleTree(hash)
  const notes = new Map<number, string>()
  const lines: string[] = []
  let prev = '0'.repeat(64)
  let note: string | undefined
  for (const [index, event] of events.entries()) {
    const { checkpoint: _old, ...rest } = event
    const named = note === undefined ? rest : { ...rest, checkpoint: hex(note) }
    const witnessed = witnessOf(named, notes)
    const line = spelt(canonicalise({ ...witnessed, seq: index + 1, prev }), index + 1)
    lines.push(line)
    prev = hex(line)
    tree.add(Buffer.from(line))
    note = undefined
    if (!sizes.has(index + 1)) continue
    const wall = Number(event['wall'])
    const text = formatCheckpoint({ origin, size: index + 1, root: tree.root(), head: prev, wall })
    // Where nothing was changed yet, the holder keeps what is signed.
    const original = files.get(`checkpoints/${index + 1}.note`)?.toString('utf8') ?? ''
    const same = own && parseCheckpoint(parseNote(original)?.text ?? '')?.head === prev
    note = same ? original : signNote(text, [signer], hash)
    notes.set(index + 1, note)
  }
  const result = withLines(files, lines)
  for (const name of files.keys()) if (name.startsWith('checkpoints/')) result.delete(name)
  for (const [size, text] of notes) result.set(`checkpoints/${size}.note`, Buffer.from(text))
  if (!own) {
    for (const name of files.keys()) if (name.startsWith('keys/')) result.delete(name)
    result.set('keys/1.key', Buffer.from(`${keyLine(signer)}\n`))
  }
  return result
}

/** A rewriter lets witnesses vouch for the new history. */
function witnessOf(event: Event, notes: ReadonlyMap<number, string>): Event {
  const { type, data } = event
  if (type !== 'checkpoint.witnessed' || typeof data !== 'object' || data === null) return event
  const size = 'size' in data ? Number(data.size) : 0
  const head = parseCheckpoint(parseNote(notes.get(size) ?? '')?.text ?? '')?.head
  return head === undefined ? event : { ...event, data: { ...data, head } }
}
