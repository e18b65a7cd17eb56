import { GENESIS } from '../../core/evidence/chain.ts'
import { MerkleTree, type HashBytes } from '../../core/evidence/merkle.ts'
import { parseKey, parseNote, signNote, verifyNote } from '../../core/evidence/signed-note.ts'
import { formatTombstone, parseTombstone, type Tombstone } from '../../core/evidence/tombstone.ts'
import { ContractError } from '../../contract/frames.ts'
import type { RequestResult, RunSummary } from '../../contract/requests.ts'
import type { EngineOptions } from '../options.ts'

const PAGE = 2_000

/** Deletes a run with all that belongs to it, and leaves a signed tombstone. Throws in words where it cannot be signed. */
export function deleted(
  { summary, by, reason }: { summary: RunSummary; by: string; reason: string },
  { store, deviceKeys, clock }: EngineOptions,
  hash: HashBytes,
): Tombstone {
  const { run, phase, title, kind, mode, startedAt, endedAt } = summary
  if (phase !== 'finished' && phase !== 'aborted')
    throw new ContractError('run-open', 'Only a run that is over can be deleted.')
  const signer = deviceKeys?.signer()
  if (signer === undefined)
    throw new ContractError(
      'no-key',
      `A run is only deleted where a signed tombstone can take its place. ${deviceKeys?.notice() ?? ''}`.trim(),
    )
  const [first] = store.log.read(run, 0, 1)
  if (first?.type !== 'run.started')
    throw new ContractError('no-run', `The log has no beginning of run “${run}”.`)
  const tree = new MerkleTree(hash)
  let head = GENESIS
  for (;;) {
    const page = store.log.readStored(run, tree.size, PAGE)
    for (const stored of page) {
      tree.add(stored.bytes)
      head = stored.hash
    }
    if (page.length < PAGE) break
  }
  const wall = Math.round(clock.wall())
  const tombstone: Tombstone = {
    v: 1,
    run,
    device: store.device,
    events: tree.size,
    root: Buffer.from(tree.root()).toString('hex'),
    head,
    title,
    kind,
    mode,
    phase,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    runbook: first.data.runbook.sha256,
    by,
    reason,
    wall,
  }
  const note = signNote(formatTombstone(tombstone), [signer], hash)
  store.remove(run, { run, at: wall, note })
  return tombstone
}

/** All tombstones that can be read, with whether a key of this device has signed them. */
export function deletedRuns(
  { store, signatures }: EngineOptions,
  hash: HashBytes,
): RequestResult<'runs.deleted'> {
  const keys = store.deviceKeys.list().flatMap(({ line }) => parseKey(line, hash) ?? [])
  return store.tombstones().flatMap(({ run, note: text }) => {
    const note = parseNote(text)
    const tombstone = note && parseTombstone(note.text)
    if (note === undefined || tombstone === undefined) return []
    const { signers = [] } = signatures
      ? verifyNote(note, keys, { hash, verify: signatures.ed25519 })
      : {}
    return [{ tombstone, note: text, signed: signers.length > 0 && tombstone.run === run }]
  })
}
