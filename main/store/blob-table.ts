import type { WrittenBlob } from '../engine/ports.ts'
import { reading, writing, writingLater, type Access } from './access.ts'

/** What the database keeps of a blob. */
export interface BlobRow {
  readonly sha256: string
  readonly salt: Buffer
  readonly bytes: number
  readonly content: string
  readonly label: string | null
}

export interface SpoolRow {
  readonly salt: Buffer
  readonly label: string
}

export interface BlobTable {
  get(run: string, sha256: string): BlobRow | undefined
  withSalt(run: string, salt: Uint8Array): BlobRow | undefined
  /** Blobs that were written under a label, oldest runs of a label in no order. */
  labelled(run: string): readonly BlobRow[]
  /** Durable. The spool row of the same salt goes, unless the blob is pending. */
  add(run: string, blob: WrittenBlob, salt: Uint8Array, label: string | null): void
  remove(run: string, sha256: string): void
  addSpool(run: string, salt: Uint8Array, label: string): void
  removeSpool(run: string, salt: Uint8Array): void
  spools(run: string): readonly SpoolRow[]
  /** Of every run: those that no event names yet, unless the program ended in between. */
  pending(): readonly { readonly run: string; readonly salt: Buffer }[]
}

/** The label of what counts only once an event names it. */
export const PENDING = 'pending'

const COLUMNS = 'sha256, salt, bytes, content, label'

export function createBlobTable(access: Access): BlobTable {
  const { database } = access
  const get = database.prepare<[string, string], BlobRow>(
    `select ${COLUMNS} from blob where run = ? and sha256 = ?`,
  )
  const withSalt = database.prepare<[string, Uint8Array], BlobRow>(
    `select ${COLUMNS} from blob where run = ? and salt = ?`,
  )
  const labelled = database.prepare<[string], BlobRow>(
    `select ${COLUMNS} from blob where run = ? and label is not null`,
  )
  const insert = database.prepare<[string, string, Uint8Array, number, string, string | null]>(
    'insert or ignore into blob (run, sha256, salt, bytes, content, label) values (?, ?, ?, ?, ?, ?)',
  )
  const insertSpool = database.prepare<[string, Uint8Array, string]>(
    'insert into spool (run, salt, label) values (?, ?, ?)',
  )
  const deleteSpool = database.prepare<[string, Uint8Array]>(
    'delete from spool where run = ? and salt = ?',
  )
  const deleteBlob = database.prepare<[string, string]>(
    'delete from blob where run = ? and sha256 = ?',
  )
  const pending = database.prepare<[string], { run: string; salt: Buffer }>(
    'select run, salt from spool where label = ?',
  )
  const spools = database.prepare<[string], SpoolRow>('select salt, label from spool where run = ?')

  return {
    get: (run, sha256) =>
      reading(access, 'A recorded output could not be looked up', () => get.get(run, sha256)),
    withSalt: (run, salt) =>
      reading(access, 'A recorded output could not be looked up', () => withSalt.get(run, salt)),
    labelled: (run) =>
      reading(access, `The outputs of run ${run} could not be listed`, () => labelled.all(run)),
    add(run, blob, salt, label) {
      writing(access, `An output of run ${run} could not be recorded`, () => {
        insert.run(
          run,
          blob.sha256,
          salt,
          blob.bytes,
          blob.content,
          label === PENDING ? null : label,
        )
        if (label !== PENDING) deleteSpool.run(run, salt)
      })
    },
    remove(run, sha256) {
      writing(access, `An output of run ${run} could not be given up`, () =>
        deleteBlob.run(run, sha256),
      )
    },
    addSpool(run, salt, label) {
      writingLater(access, `An output of run ${run} could not be recorded`, () =>
        insertSpool.run(run, salt, label),
      )
    },
    removeSpool(run, salt) {
      writingLater(access, `An output of run ${run} could not be given up`, () =>
        deleteSpool.run(run, salt),
      )
    },
    spools: (run) =>
      reading(access, `The unfinished outputs of run ${run} could not be listed`, () =>
        spools.all(run),
      ),
    pending: () =>
      reading(access, 'Unfinished files could not be listed', () => pending.all(PENDING)),
  }
}
