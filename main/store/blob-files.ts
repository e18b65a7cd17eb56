import { existsSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { requireRunName } from './access.ts'
import { StoreError } from './errors.ts'
import { makeDurableFolder, syncFolder, type DataFolder } from './folder.ts'

/** Bytes of salt before the content under a blob's name. */
export const SALT_BYTES = 16

const SHA256 = /^[0-9a-f]{64}$/u

export function spoolFolder(folder: DataFolder, run: string): string {
  requireRunName(run)
  return join(folder.spool, run)
}

/** The file of output that is still being written. */
export function spoolFile(folder: DataFolder, run: string, salt: Uint8Array): string {
  return join(spoolFolder(folder, run), Buffer.from(salt).toString('hex'))
}

/** The file of a finished blob. Each run has its own folder, so that all of a run's output can be taken away at once. */
export function blobFile(folder: DataFolder, run: string, sha256: string): string {
  requireRunName(run)
  if (!SHA256.test(sha256)) {
    throw new StoreError('invalid', `“${sha256}” is not the name of a recorded output.`)
  }
  return join(folder.blobs, run, sha256.slice(0, 2), sha256)
}

/** Gives a spool file, already on disk, its final name. Doing it twice does no harm. */
export function moveIntoPlace(spool: string, blob: string): void {
  if (!existsSync(spool)) return
  makeDurableFolder(dirname(blob))
  renameSync(spool, blob)
  syncFolder(dirname(blob))
}
