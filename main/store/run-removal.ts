import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredTombstone } from '../engine/ports.ts'
import { reading, requireRunName, writing, type Access } from './access.ts'
import { eraseFile, truncateLog } from './blob-erasure.ts'
import { refusing } from './errors.ts'
import { filesBelow, namesIn, syncFolder } from './folder.ts'
import type { SearchIndex } from './search-index.ts'

export interface RunRemoval {
  /** Runs that were deleted, oldest first. */
  tombstones(): readonly StoredTombstone[]
  /** Deletes everything of a run and leaves the note, in one step that survives a power cut; then its files. */
  remove(run: string, tombstone: StoredTombstone): void
  /** Removes the files that a crash has left of deleted runs. */
  settle(): void
}

export function createRunRemoval(access: Access, search: SearchIndex): RunRemoval {
  const { database, folder } = access
  const all = database.prepare<[], { run: string; at: number; note: Buffer }>(
    'select run, at, note from tombstone',
  )
  const insert = database.prepare<[string, number, Uint8Array]>(
    'insert into tombstone (run, at, note) values (?, ?, ?)',
  )
  const deletions = ['event', 'checkpoint', 'blob', 'spool', 'run'].map((table) =>
    database.prepare<[string]>(`delete from ${table} where run = ?`),
  )

  function removeFiles(run: string): void {
    requireRunName(run)
    for (const above of [folder.blobs, folder.spool]) {
      const path = join(above, run)
      for (const file of filesBelow(path)) eraseFile(file)
      rmSync(path, { recursive: true, force: true })
    }
    for (const above of [folder.blobs, folder.spool])
      if (namesIn(above).length > 0) syncFolder(above)
  }

  return {
    tombstones: () =>
      reading(access, 'The list of deleted runs could not be read', () => all.all())
        .map(({ run, at, note }) => ({ run, at, note: note.toString('utf8') }))
        .toSorted((left, right) => left.at - right.at),
    remove(run, { at, note }) {
      writing(access, `Run ${run} could not be deleted`, () => {
        insert.run(run, at, Buffer.from(note, 'utf8'))
        search.forgetRun(run)
        for (const deletion of deletions) deletion.run(run)
      })
      refusing(`Run ${run} was deleted, but not all of its files are gone`, folder.path, () => {
        search.forgetDeleted()
        removeFiles(run)
        for (const name of namesIn(folder.backups)) rmSync(join(folder.backups, name))
        truncateLog(database)
      })
    },
    settle() {
      const left = new Set([...namesIn(folder.blobs), ...namesIn(folder.spool)])
      for (const { run } of all.all()) if (left.has(run)) removeFiles(run)
    },
  }
}
