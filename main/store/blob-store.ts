import { createHash, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BlobStore, WrittenBlob } from '../engine/ports.ts'
import { requireWritable, type Access } from './access.ts'
import { blobFile, moveIntoPlace, SALT_BYTES, spoolFile, spoolFolder } from './blob-files.ts'
import { digestFile } from './blob-digest.ts'
import { recoverBlobs } from './blob-recovery.ts'
import { createBlobTable, PENDING } from './blob-table.ts'
import { forgetPending, PendingWriter } from './blob-pending.ts'
import { SpoolWriter } from './blob-writer.ts'
import { codeOf, explain, refusing, refusingLater, StoreError } from './errors.ts'
import { FILE_MODE, FOLDER_MODE, makeDurableFolder } from './folder.ts'

export interface ClosableBlobStore extends BlobStore {
  /** Removes what was pending when the program ended. */
  forgetPending(): void
  /** Lets go of what is still being written; it becomes a blob by `recover`. */
  close(): void
}

/**
 * Blobs as files. A blob is on disk, under its row, before anything refers to it: file, row, then name. A crash between
 * any two of them leaves what `recover` completes, because the salt names the spool file and stands in the row.
 */
export function createBlobStore(access: Access): ClosableBlobStore {
  const { folder } = access
  const table = createBlobTable(access)
  /** Spool files this process is writing, which `recover` must leave alone. */
  const writers = new Map<string, SpoolWriter>()

  function seal(run: string, salt: Uint8Array, label: string | null, blob: WrittenBlob): void {
    const spool = spoolFile(folder, run, salt)
    const final = blobFile(folder, run, blob.sha256)
    // Before the row, so that a full disk refuses here, where nothing has happened yet.
    makeDurableFolder(dirname(final))
    table.add(run, blob, salt, label)
    moveIntoPlace(spool, final)
  }

  function begin(run: string, label: string): { writer: SpoolWriter; salt: Uint8Array } {
    requireWritable(access)
    const salt = randomBytes(SALT_BYTES)
    const path = spoolFile(folder, run, salt)
    return refusing('Output could not be recorded', path, () => {
      mkdirSync(spoolFolder(folder, run), { recursive: true, mode: FOLDER_MODE })
      const writer = new SpoolWriter({
        path,
        salt,
        seal: (blob) => seal(run, salt, label, blob),
        forget: () => table.removeSpool(run, salt),
        closed: () => writers.delete(path),
      })
      writers.set(path, writer)
      try {
        table.addSpool(run, salt, label)
      } catch (error) {
        writer.close()
        rmSync(path, { force: true })
        throw error
      }
      return { writer, salt }
    })
  }

  return {
    create: (run, label) => begin(run, label).writer,

    createPending: (run) => new PendingWriter({ access, table, run, ...begin(run, PENDING) }),

    forgetPending: () => forgetPending(access, table),

    put(run, bytes) {
      requireWritable(access)
      const salt = randomBytes(SALT_BYTES)
      const path = spoolFile(folder, run, salt)
      return refusing('A value could not be recorded', path, () => {
        mkdirSync(spoolFolder(folder, run), { recursive: true, mode: FOLDER_MODE })
        try {
          writeDurably(path, bytes)
          const blob = {
            sha256: createHash('sha256').update(salt).update(bytes).digest('hex'),
            bytes: bytes.length,
            content: createHash('sha256').update(bytes).digest('hex'),
          }
          seal(run, salt, null, blob)
          return blob
        } catch (error) {
          rmSync(path, { force: true })
          throw error
        }
      })
    },

    async read(run, sha256, offset, length) {
      const path = blobFile(folder, run, sha256)
      if (table.get(run, sha256) === undefined) throw missing(run, sha256)
      return await refusingLater(`Output ${sha256} could not be read`, path, async () => {
        const file = await open(path).catch((error: unknown) => {
          throw codeOf(error) === 'ENOENT' ? missing(run, sha256, error) : error
        })
        try {
          const { size } = await file.stat()
          const wanted = Math.max(0, Math.min(length, size - offset))
          const bytes = new Uint8Array(wanted)
          let at = 0
          while (at < wanted) {
            const { bytesRead } = await file.read(bytes, at, wanted - at, offset + at)
            if (bytesRead === 0) break
            at += bytesRead
          }
          return bytes.subarray(0, at)
        } finally {
          await file.close()
        }
      })
    },

    size: (run, sha256) => table.get(run, sha256)?.bytes,

    salt: (run, sha256) => table.get(run, sha256)?.salt,

    async check(run, sha256) {
      const path = blobFile(folder, run, sha256)
      const row = table.get(run, sha256)
      if (row === undefined) return 'missing'
      try {
        const found = await digestFile(path, row.salt)
        return found.sha256 === sha256 && found.content === row.content && found.bytes === row.bytes
          ? 'ok'
          : 'different'
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return 'missing'
        throw explain(error, `Output ${sha256} could not be checked`, path)
      }
    },

    async recover(run) {
      requireWritable(access)
      return await recoverBlobs({ access, table, run, seal, busy: (path) => writers.has(path) })
    },

    close() {
      for (const writer of writers.values()) writer.close()
    },
  }
}

function missing(run: string, sha256: string, cause?: unknown): StoreError {
  return new StoreError(
    'missing',
    `The recorded output ${sha256} of run ${run} is not in the data folder any more: it was redacted or lost.`,
    cause,
  )
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, 'wx', FILE_MODE)
  try {
    let at = 0
    while (at < bytes.length) at += writeSync(descriptor, bytes, at)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
