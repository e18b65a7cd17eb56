import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { refusing, StoreError } from './errors.ts'
import {
  makeDurableFolder,
  makePrivate,
  makePrivateFile,
  namesIn,
  syncFolder,
  type DataFolder,
} from './folder.ts'
import { CURRENT_VERSION, MIGRATIONS, type Migration } from './migrations.ts'

/** `Mstr`: tells a Muster database from any other SQLite file. */
export const APPLICATION_ID = 0x4d737472

/** How long a reader waits for the writer to bring a new database into form, in milliseconds. */
const READER_PATIENCE_MS = 5_000

export interface WritingOptions {
  /** Epoch milliseconds, for the name of the copy before a migration. */
  readonly now: number
  /** Looks through the log before anything is added to it. */
  readonly afterCrash?: boolean
  readonly migrations?: readonly Migration[]
}

/**
 * Opens the database for its one writer, makes it when there is none, and brings it into the present form. Throws
 * `StoreError` and changes nothing when the file is damaged, foreign or newer.
 */
export function openForWriting(
  folder: DataFolder,
  { now, afterCrash = false, migrations = MIGRATIONS }: WritingOptions,
): Database.Database {
  return refusing('The database could not be opened', folder.database, () => {
    refuseLostDatabase(folder)
    makePrivateFile(folder.database)
    makePrivate(folder.database)
    const database = new Database(folder.database)
    try {
      refuseForeign(database, folder)
      database.pragma('journal_mode = wal')
      database.pragma('synchronous = full')
      // Without it macOS reports data as flushed that is still in the drive's cache.
      database.pragma('fullfsync = on')
      database.pragma('checkpoint_fullfsync = on')
      // Pages are overwritten as they are freed, so that what is taken out later has left no earlier copy behind.
      database.pragma('secure_delete = on')
      database.pragma('journal_size_limit = 67108864')
      harden(database)
      if (afterCrash) refuseDamagedLog(database, folder)
      migrate(database, folder, now, migrations)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** Opens the database to read while another process writes. */
export function openForReading(folder: DataFolder): Database.Database {
  return refusing('The database could not be opened', folder.database, () => {
    const deadline = performance.now() + READER_PATIENCE_MS
    for (;;) {
      const database = existsSync(folder.database)
        ? new Database(folder.database, { readonly: true })
        : undefined
      try {
        if (database !== undefined && versionOf(database) > 0) {
          refuseForeign(database, folder)
          if (versionOf(database) === CURRENT_VERSION) {
            harden(database)
            return database
          }
        }
        if (performance.now() > deadline) {
          throw new StoreError(
            'locked',
            `The data folder ${folder.path} is held by an older Muster, so this one cannot read it yet. Close the older one, then open Muster again.`,
          )
        }
      } catch (error) {
        database?.close()
        throw error
      }
      database?.close()
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  })
}

function harden(database: Database.Database): void {
  database.pragma('foreign_keys = on')
  database.pragma('trusted_schema = off')
  database.pragma('cell_size_check = on')
  // Recorded text does not spill into the system's folder for temporary files.
  database.pragma('temp_store = memory')
}

/**
 * A database that is missing or empty while its companions are there was lost, moved or cut off. SQLite would delete
 * the write-ahead log and begin anew, which would look like an empty history.
 */
function refuseLostDatabase(folder: DataFolder): void {
  const wal = `${folder.database}-wal`
  if (existsSync(folder.database) && statSync(folder.database).size > 0) return
  const leftovers = [
    ...(existsSync(wal) && statSync(wal).size > 0 ? ['muster.db-wal'] : []),
    ...(namesIn(folder.blobs).length > 0 ? ['blobs'] : []),
  ]
  if (leftovers.length === 0) return
  throw new StoreError(
    'damaged',
    `The data folder ${folder.path} has ${leftovers.join(' and ')} but no muster.db with it, so its history is not there. Nothing was changed. Put muster.db back from a backup together with the rest, or choose an empty data folder.`,
  )
}

function pragmaNumber(database: Database.Database, name: string): number {
  const value: unknown = database.pragma(name, { simple: true })
  return typeof value === 'number' ? value : 0
}

export function versionOf(database: Database.Database): number {
  return pragmaNumber(database, 'user_version')
}

function refuseForeign(database: Database.Database, folder: DataFolder): void {
  const application = pragmaNumber(database, 'application_id')
  const version = versionOf(database)
  const tables =
    database.prepare<[], number>('select count(*) from sqlite_schema').pluck().get() ?? 0
  if (application !== APPLICATION_ID && (tables > 0 || version > 0 || application !== 0)) {
    throw new StoreError(
      'damaged',
      `${folder.database} is a database of another program. Nothing was changed. Choose another data folder, or move that file away.`,
    )
  }
  if (version > CURRENT_VERSION) {
    throw new StoreError(
      'newer',
      `The data folder ${folder.path} was written by a newer Muster (form ${version}; this one knows up to ${CURRENT_VERSION}). Nothing was changed. Install the newer Muster to open it, or choose another data folder.`,
    )
  }
}

/** A crash of the machine can leave a disk that forgot some of what it had promised. */
function refuseDamagedLog(database: Database.Database, folder: DataFolder): void {
  if (versionOf(database) === 0) return
  const found: unknown = database.pragma('quick_check(event)', { simple: true })
  if (found === 'ok') return
  throw new StoreError(
    'damaged',
    `The log in ${folder.database} is damaged since Muster last ended without closing it (${String(found)}). Nothing was changed. Make a copy of the whole data folder, then put muster.db back from a backup, or go on in another data folder.`,
  )
}

function migrate(
  database: Database.Database,
  folder: DataFolder,
  now: number,
  migrations: readonly Migration[],
): void {
  const from = versionOf(database)
  const pending = migrations.filter(({ version }) => version > from)
  if (pending.length === 0) return
  if (from > 0) keepCopy(database, folder, from, now)
  for (const { version, sql } of pending) {
    database
      .transaction(() => {
        database.exec(sql)
        database.pragma(`application_id = ${APPLICATION_ID}`)
        database.pragma(`user_version = ${version}`)
      })
      .immediate()
  }
}

/** The database as it was before its form changes, whole and consistent, beside the data it belongs to. */
function keepCopy(
  database: Database.Database,
  folder: DataFolder,
  version: number,
  now: number,
): void {
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/gu, '')
  const copy = join(folder.backups, `muster-form-${version}-${stamp}.db`)
  refusing(
    'The copy that is made before the database changes its form could not be written',
    copy,
    () => {
      makeDurableFolder(folder.backups)
      makePrivateFile(copy)
      database.prepare('vacuum into ?').run(copy)
      makePrivate(copy)
      syncFolder(folder.backups)
    },
  )
}
