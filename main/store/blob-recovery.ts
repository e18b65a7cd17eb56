import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { WrittenBlob } from '../engine/ports.ts'
import type { Access } from './access.ts'
import { digestFile } from './blob-digest.ts'
import { blobFile, moveIntoPlace, SALT_BYTES, spoolFolder } from './blob-files.ts'
import { PENDING, type BlobTable } from './blob-table.ts'
import { refusingLater } from './errors.ts'
import { namesIn } from './folder.ts'

export interface RecoveryOptions {
  readonly access: Access
  readonly table: BlobTable
  readonly run: string
  readonly seal: (run: string, salt: Uint8Array, label: string | null, blob: WrittenBlob) => void
  /** Whether this process is writing that spool file. */
  readonly busy: (path: string) => boolean
}

export interface RecoveredBlob {
  readonly label: string
  readonly blob: WrittenBlob
}

const SPOOL_NAME = new RegExp(`^[0-9a-f]{${SALT_BYTES * 2}}$`, 'u')

/**
 * Completes what a crash interrupted, and gives every output that was written under a label and that no event refers to:
 * also those that were finished just before the event about them could be. Doing it again gives the same.
 */
export async function recoverBlobs(options: RecoveryOptions): Promise<readonly RecoveredBlob[]> {
  const { access, table, run } = options
  const spool = spoolFolder(access.folder, run)
  await refusingLater('Output of an interrupted run could not be recovered', spool, async () => {
    const labels = new Map(
      table.spools(run).map(({ salt, label }) => [salt.toString('hex'), label]),
    )
    for (const name of namesIn(spool)) {
      const path = join(spool, name)
      if (!SPOOL_NAME.test(name) || options.busy(path)) continue
      await recoverFile(options, path, Buffer.from(name, 'hex'), labels.get(name) ?? null)
      labels.delete(name)
    }
    for (const [name, label] of labels) {
      if (label !== PENDING && !options.busy(join(spool, name)))
        table.removeSpool(run, Buffer.from(name, 'hex'))
    }
  })
  return unreferenced(access, table, run)
}

async function recoverFile(
  { access, table, run, seal }: RecoveryOptions,
  path: string,
  salt: Uint8Array,
  label: string | null,
): Promise<void> {
  const sealed = table.withSalt(run, salt)
  if (sealed !== undefined) return moveIntoPlace(path, blobFile(access.folder, run, sealed.sha256))
  // What the system had not yet written when the power went is gone; what is there is made to stay.
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  const blob = await digestFile(path, salt)
  if (blob.bytes > 0) return seal(run, salt, label, blob)
  rmSync(path, { force: true })
  table.removeSpool(run, salt)
}

/** Labelled blobs that no event of the run names. */
function unreferenced(access: Access, table: BlobTable, run: string): RecoveredBlob[] {
  const candidates = new Map(table.labelled(run).map((row) => [row.sha256, row]))
  if (candidates.size === 0) return []
  const events = access.database
    .prepare<[string], Buffer>('select bytes from event where run = ? order by seq')
    .pluck()
  for (const bytes of events.iterate(run)) {
    for (const [name] of bytes.toString('latin1').matchAll(/[0-9a-f]{64}/gu))
      candidates.delete(name)
  }
  return [...candidates.values()].flatMap(({ sha256, bytes, content, label }) =>
    label === null ? [] : [{ label, blob: { sha256, bytes, content } }],
  )
}
