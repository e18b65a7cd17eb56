import type { PendingBlob, WrittenBlob } from '../engine/ports.ts'
import type { Access } from './access.ts'
import { eraseFile } from './blob-erasure.ts'
import { blobFile, spoolFile } from './blob-files.ts'
import type { BlobTable } from './blob-table.ts'
import type { SpoolWriter } from './blob-writer.ts'
import { refusing } from './errors.ts'

export interface PendingOptions {
  readonly access: Access
  readonly table: BlobTable
  readonly run: string
  readonly salt: Uint8Array
  readonly writer: SpoolWriter
}

/**
 * A blob that counts only once an event names it. Its row in the table of the spool stays until then, and so says after a
 * crash that it has to be looked at.
 */
export class PendingWriter implements PendingBlob {
  readonly #options: PendingOptions
  #sealed: WrittenBlob | undefined

  constructor(options: PendingOptions) {
    this.#options = options
  }

  get bytes(): number {
    return this.#options.writer.bytes
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#options.writer.write(bytes)
  }

  async finish(): Promise<WrittenBlob> {
    this.#sealed = await this.#options.writer.finish()
    return this.#sealed
  }

  keep(): void {
    const { table, run, salt } = this.#options
    table.removeSpool(run, salt)
  }

  async discard(): Promise<void> {
    const { access, table, run, salt, writer } = this.#options
    if (this.#sealed === undefined) await writer.discard()
    else remove(access, table, { run, salt, sha256: this.#sealed.sha256 })
  }
}

function remove(
  { folder }: Access,
  table: BlobTable,
  { run, salt, sha256 }: { run: string; salt: Uint8Array; sha256: string | undefined },
): void {
  const spool = spoolFile(folder, run, salt)
  refusing('An unfinished file could not be removed', spool, () => {
    eraseFile(spool)
    if (sha256 !== undefined) {
      eraseFile(blobFile(folder, run, sha256))
      table.remove(run, sha256)
    }
    table.removeSpool(run, salt)
  })
}

/** Removes what was pending when the program ended, and keeps what an event names. */
export function forgetPending(access: Access, table: BlobTable): void {
  const named = access.database
    .prepare<[string, string], number>(
      'select 1 from event where run = ? and instr(cast(bytes as text), ?) > 0 limit 1',
    )
    .pluck()
  for (const { run, salt } of table.pending()) {
    const sha256 = table.withSalt(run, salt)?.sha256
    if (sha256 !== undefined && named.get(run, sha256) !== undefined) table.removeSpool(run, salt)
    else remove(access, table, { run, salt, sha256 })
  }
}
