import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { codeOf, explain } from './errors.ts'
import { FILE_MODE, makePrivateFile, type DataFolder } from './folder.ts'

/**
 * One writer per data folder. The lock is SQLite's own lock on a database of its own: the operating system gives it back
 * the moment the process ends, however it ends, and it works on every platform SQLite works on. It is never written
 * to, so it can neither be damaged nor want disk space.
 */
export interface WriterLock {
  /** The writer before this one did not come to its end. */
  readonly afterCrash: boolean
  release(): void
}

const noteSchema = z.object({ pid: z.int(), startedAt: z.int(), host: z.string() })
/** Who writes, for the message that the second one shows. Never trusted for anything else. */
export type WriterNote = z.infer<typeof noteSchema>

/** Takes the lock, or gives undefined when another process (or another store of this one) has it. */
export function takeWriterLock(folder: DataFolder, now: number): WriterLock | undefined {
  let database: Database.Database | undefined
  try {
    makePrivateFile(folder.writerLock)
    database = new Database(folder.writerLock, { timeout: 0 })
    database.exec('begin exclusive')
  } catch (error) {
    database?.close()
    if (codeOf(error).startsWith('SQLITE_BUSY')) return undefined
    throw explain(error, 'The data folder could not be locked for writing', folder.writerLock)
  }
  const held = database
  const afterCrash = existsSync(folder.writerNote)
  writeNote(folder, { pid: process.pid, startedAt: now, host: hostname() })
  return {
    afterCrash,
    release() {
      rmSync(folder.writerNote, { force: true })
      held.close()
    },
  }
}

/** The note is a courtesy: a full disk must not keep the one writer out. */
function writeNote(folder: DataFolder, note: WriterNote): void {
  try {
    // A note of a crashed process must not be taken for ours.
    rmSync(folder.writerNote, { force: true })
    writeFileSync(folder.writerNote, `${JSON.stringify(note)}\n`, { mode: FILE_MODE })
  } catch {
    rmSync(folder.writerNote, { force: true })
  }
}

/** Why this store cannot write, as shown to the person. */
export function describeWriter(folder: DataFolder): string {
  const note = readNote(folder)
  const who =
    note === undefined
      ? 'Another Muster'
      : `Another Muster (process ${note.pid} on ${note.host}, open since ${new Date(note.startedAt).toISOString()})`
  return `${who} is writing to the data folder ${folder.path}. Go on in that window, or close it and open Muster again; until then everything here can be read and nothing changed.`
}

function readNote(folder: DataFolder): WriterNote | undefined {
  try {
    return noteSchema.safeParse(JSON.parse(readFileSync(folder.writerNote, 'utf8'))).data
  } catch {
    return undefined
  }
}
