import type Database from 'better-sqlite3'
import { refusing, StoreError } from './errors.ts'
import type { DataFolder } from './folder.ts'

/** What every store of a data folder works with. */
export interface Access {
  readonly database: Database.Database
  readonly folder: DataFolder
  /** Why nothing can be written, in a read-only view. */
  readonly readOnly: string | undefined
}

/** Runs a read; what the disk refuses is said in words. `what` completes “… (where): advice”. */
export function reading<T>({ folder }: Access, what: string, action: () => T): T {
  return refusing(what, folder.database, action)
}

/** Runs a write in one transaction that is on disk when this returns. Throws when nothing was stored. */
export function writing<T>(access: Access, what: string, action: () => T): T {
  requireWritable(access)
  return refusing(what, access.folder.database, () =>
    access.database.transaction(action).immediate(),
  )
}

/**
 * The same for what can be computed again: it is seen at once by every reader and survives the end of the process, but
 * waits for the next durable write to survive a power cut.
 */
export function writingLater<T>(access: Access, what: string, action: () => T): T {
  requireWritable(access)
  access.database.pragma('synchronous = normal')
  try {
    return refusing(what, access.folder.database, () =>
      access.database.transaction(action).immediate(),
    )
  } finally {
    access.database.pragma('synchronous = full')
  }
}

export function requireWritable({ readOnly }: Access): void {
  if (readOnly !== undefined) throw new StoreError('read-only', readOnly)
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/u

/** A run's id becomes the name of a folder, so it must not be able to lead out of it. */
export function requireRunName(run: string): void {
  if (!NAME.test(run)) {
    throw new StoreError(
      'invalid',
      `“${run}” cannot be the id of a run: use letters, digits, dots and hyphens.`,
    )
  }
}
