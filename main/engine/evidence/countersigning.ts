import { parseCheckpoint } from '../../core/evidence/checkpoint.ts'
import type { HashBytes } from '../../core/evidence/merkle.ts'
import {
  formatKey,
  formatNote,
  keyIdOf,
  parseKey,
  parseNote,
  verifyNote,
  type Note,
} from '../../core/evidence/signed-note.ts'
import { utf8 } from '../../core/evidence/utf8.ts'
import { wordsOf } from '../../core/evidence/words.ts'
import type { EngineCommand } from '../../core/run/commands.ts'
import { ContractError } from '../../contract/frames.ts'
import type { RequestResult } from '../../contract/requests.ts'
import type { EngineOptions } from '../options.ts'
import type { SignatureChecks, Signer, StoredCheckpoint } from '../ports.ts'

/** Signatures of others over our checkpoints, and ours over theirs. */

/** How long a timestamp service may take, milliseconds. */
const SERVICE_PATIENCE_MS = 15_000

export interface GivenSignature {
  readonly kind: 'muster' | 'ssh' | 'timestamp'
  readonly signature: string
  readonly key: string | undefined
}

type Countersign = Extract<EngineCommand, { type: 'checkpoint.countersign' }>

function refused(message: string): ContractError {
  return new ContractError('bad-signature', message)
}

/** What a signature proves, as the command that records it. Throws in words where it proves nothing about this run. */
export function checkedSignature(
  given: GivenSignature,
  run: string,
  options: EngineOptions,
): Countersign {
  const { store, crypto, signatures } = options
  if (signatures === undefined) throw refused('This program cannot check signatures.')
  const checkpoints = store.checkpoints.list(run)
  if (checkpoints.length === 0) throw refused('This run has no signed checkpoint yet.')
  const hash = (bytes: Uint8Array): Uint8Array => Buffer.from(crypto.sha256(bytes), 'hex')
  if (given.kind === 'muster') return checkedNote(given, checkpoints, { hash, signatures, options })
  let problem = ''
  // A signature does not say what it is over, so each checkpoint is tried, the newest first.
  for (const { size, note } of checkpoints.toReversed()) {
    const head = parseCheckpoint(parseNote(note)?.text ?? '')?.head
    if (head === undefined) continue
    const common = { type: 'checkpoint.countersign', size, head, kind: given.kind } as const
    const { signature } = given
    if (given.kind === 'ssh') {
      const checked = signatures.ssh(signature, utf8(note))
      if ('key' in checked) return { ...common, ...checked, signature: `${signature.trim()}\n` }
      problem = checked.problem
    } else {
      const checked = signatures.timestamp(Buffer.from(signature, 'base64'), utf8(note))
      if ('at' in checked) {
        const by = options.timestamps?.url ?? 'timestamp service'
        return { ...common, by: `${by}, ${new Date(checked.at).toISOString()}`, signature }
      }
      problem = checked.problem
    }
  }
  throw refused(`No checkpoint of this run has this signature. ${problem}`)
}

function checkedNote(
  given: GivenSignature,
  checkpoints: readonly StoredCheckpoint[],
  {
    hash,
    signatures,
    options,
  }: { hash: HashBytes; signatures: SignatureChecks; options: EngineOptions },
): Countersign {
  const line = given.key?.trim() ?? ''
  const key = parseKey(line, hash)
  if (key === undefined)
    throw refused(
      'The public key of the other Muster is needed, as “muster device” prints it there.',
    )
  if (options.store.deviceKeys.list().some((known) => known.line === line))
    throw refused('This is a key of this device: it cannot vouch for itself.')
  const note = parseNote(given.signature)
  const said = parseCheckpoint(note?.text ?? '')
  if (note === undefined || said === undefined) throw refused('This is not a signed checkpoint.')
  const ours = checkpoints.find((known) => parseNote(known.note)?.text === note.text)
  if (ours === undefined)
    throw refused(
      'No checkpoint of this run says this: it belongs to another run, or the record was changed since.',
    )
  const { signers } = verifyNote(note, [key], { hash, verify: signatures.ed25519 })
  if (signers.length === 0) throw refused(`${key.name} has not signed this.`)
  const id = Buffer.from(keyIdOf(key, hash))
  const own = note.signatures.filter(({ name, keyId }) => name === key.name && id.equals(keyId))
  return {
    type: 'checkpoint.countersign',
    size: ours.size,
    head: said.head,
    kind: 'muster',
    by: key.name,
    key: line,
    // The signature line alone: with the text of the stored note it is a note again.
    signature: formatNote({ text: '', signatures: own }).trim(),
  }
}

/** Somebody else's checkpoint with the signature of this device added. */
export function countersigned(
  text: string,
  signer: Signer,
  hash: HashBytes,
): RequestResult<'device.countersign'> {
  const note: Note | undefined = parseNote(text)
  const said = parseCheckpoint(note?.text ?? '')
  if (note === undefined || said === undefined)
    throw refused('This is not a checkpoint that a Muster has signed.')
  const signature = {
    name: signer.key.name,
    keyId: keyIdOf(signer.key, hash),
    signature: signer.sign(utf8(note.text)),
  }
  const { origin, size, head, wall } = said
  return {
    origin,
    size,
    words: [...wordsOf(head)],
    wall,
    note: formatNote({ text: note.text, signatures: [...note.signatures, signature] }),
    key: formatKey(signer.key, hash),
  }
}

/** What the configured service answers over the newest checkpoint, base64. Throws in words. */
export async function stampNewest(run: string, options: EngineOptions): Promise<string> {
  const { store, timestamps } = options
  if (timestamps === undefined)
    throw new ContractError(
      'no-service',
      'No timestamp service is configured. Set MUSTER_TIMESTAMP_SERVICE to the address of one.',
    )
  const newest = store.checkpoints.last(run)?.checkpoint
  if (newest === undefined) throw refused('This run has no signed checkpoint yet.')
  try {
    const signal = AbortSignal.timeout(SERVICE_PATIENCE_MS)
    const answer = await timestamps.stamp(utf8(newest.note), signal)
    return Buffer.from(answer).toString('base64')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ContractError('no-timestamp', `${timestamps.url} gave no time stamp: ${why}`)
  }
}
