import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RunEvent } from '../core/run/events.ts'
import { blobsOf } from '../core/evidence/blobs.ts'
import type { EventLog } from '../engine/ports.ts'
import { requireWritable, type Access } from './access.ts'
import { blobFile } from './blob-files.ts'
import { refusing, StoreError } from './errors.ts'
import { namesIn, syncFolder } from './folder.ts'
import type { SearchIndex } from './search-index.ts'
import { entriesOf } from './search-rebuild.ts'

const PAGE = 2_000
const ZEROS = new Uint8Array(64 * 1024)

export interface ErasureParts {
  readonly access: Access
  readonly log: EventLog
  readonly search: SearchIndex
}

/**
 * Takes blobs off the disk: their bytes are overwritten and their files removed; salt, size and what the search knew of
 * them leave the database with no copy in its free pages or its write-ahead log. Copies of the database from before an
 * update have them too, so those are removed. Doing it again does no harm. What the file system or a drive keeps of
 * overwritten blocks, and backups elsewhere, are beyond it.
 */
export function eraseBlobs(
  { access, log, search }: ErasureParts,
  run: string,
  names: readonly string[],
): void {
  requireWritable(access)
  const { database, folder } = access
  refusing('An output could not be taken off the disk completely', folder.path, () => {
    for (const sha256 of names) eraseFile(blobFile(folder, run, sha256))
    const erased = new Set(names)
    const places = placesOf(log, run, erased)
    for (const { step, block } of places) search.forget(run, step, block)
    // The same places may have other outputs, which are still there to be read and found.
    for (const event of eventsOf(log, run))
      for (const entry of entriesOf(event, folder))
        if (entry.where === 'output' && places.some((place) => samePlace(place, entry)))
          search.add(entry)
    search.forgetDeleted()
    for (const name of namesIn(folder.backups)) rmSync(join(folder.backups, name), { force: true })
    // The row goes last: as long as it is there, the output is known not to be gone completely.
    const remove = database.prepare('delete from blob where run = ? and sha256 = ?')
    database.transaction(() => names.forEach((sha256) => remove.run(run, sha256))).immediate()
    truncateLog(database)
  })
}

/** Folds the write-ahead log into the database and empties it: it has earlier forms of the pages that were overwritten. */
export function truncateLog(database: Access['database']): void {
  const busy: unknown = database.pragma('wal_checkpoint(truncate)', { simple: true })
  if (busy === 0) return
  throw new StoreError(
    'locked',
    'The output was removed, but another program reads the database now, so its write-ahead log may still have parts of it. It is emptied when all of them are closed.',
  )
}

interface Place {
  readonly step: string | undefined
  readonly block: string | undefined
}

function samePlace(place: Place, other: { readonly step?: string; readonly block?: string }) {
  return place.step === other.step && place.block === other.block
}

/** The steps and blocks whose outputs these are; terminals have neither. */
function placesOf(log: EventLog, run: string, names: ReadonlySet<string>): readonly Place[] {
  const places = new Map<string, Place>()
  for (const event of eventsOf(log, run)) {
    if (!blobsOf(event).some(({ sha256 }) => names.has(sha256))) continue
    const step = 'step' in event.data ? event.data.step : undefined
    const block = 'block' in event.data ? event.data.block : undefined
    places.set(JSON.stringify([step, block]), { step, block })
  }
  return [...places.values()]
}

function* eventsOf(log: EventLog, run: string): Generator<RunEvent> {
  for (let after = 0; ;) {
    const page = log.read(run, after, PAGE)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.seq
  }
}

/** Overwrites a file and removes it. */
export function eraseFile(path: string): void {
  if (!existsSync(path)) return
  const descriptor = openSync(path, 'r+')
  try {
    const { size } = statSync(path)
    for (let at = 0; at < size; at += ZEROS.length)
      writeSync(descriptor, ZEROS, 0, Math.min(ZEROS.length, size - at), at)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  rmSync(path)
  syncFolder(dirname(path))
}
