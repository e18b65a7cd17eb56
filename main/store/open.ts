import type { Clock, Crypto, Store } from '../engine/ports.ts'
import { writing, type Access } from './access.ts'
import { eraseBlobs } from './blob-erasure.ts'
import { createBlobStore } from './blob-store.ts'
import { createCheckpointStore } from './checkpoint-store.ts'
import { openForReading, openForWriting } from './database.ts'
import { createDeviceKeyRegister } from './device-key-register.ts'
import { StoreError } from './errors.ts'
import { createEventLog } from './event-log.ts'
import { makeDataFolder } from './folder.ts'
import { createPopulation } from './population.ts'
import { createRunRemoval } from './run-removal.ts'
import { createRunIndex } from './run-index.ts'
import { createSearchIndex } from './search-index.ts'
import { createSettingsStore } from './settings-store.ts'
import { createTrustStore } from './trust-store.ts'
import { describeWriter, takeWriterLock } from './writer-lock.ts'

export interface StoreOptions {
  /** The data folder; it is made when there is none. */
  readonly folder: string
  readonly clock: Clock
  readonly crypto: Crypto
  /** When another process writes to the folder: true gives a read-only view, otherwise this throws. */
  readonly readOnlyIfLocked?: boolean
  /** The name in the settings until a person gives another. */
  readonly user?: string
}

/**
 * Opens a data folder: the one way to what Muster keeps. Throws `StoreError`, with words for a person, when the folder
 * cannot be used; then nothing in it was changed.
 */
export function openStore(options: StoreOptions): Store {
  const folder = makeDataFolder(options.folder)
  const lock = takeWriterLock(folder, options.clock.wall())
  const readOnly = lock === undefined ? describeWriter(folder) : undefined
  if (readOnly !== undefined && options.readOnlyIfLocked !== true)
    throw new StoreError('locked', readOnly)
  try {
    const database =
      lock === undefined
        ? openForReading(folder)
        : openForWriting(folder, { now: options.clock.wall(), afterCrash: lock.afterCrash })
    try {
      const access: Access = { database, folder, readOnly }
      const device = deviceOf(access, options.crypto)
      const log = createEventLog(access, {
        clock: options.clock,
        crypto: options.crypto,
        device,
        boot: options.crypto.randomId(),
      })
      const blobs = createBlobStore(access)
      const search = createSearchIndex(access)
      const removal = createRunRemoval(access, search)
      if (readOnly === undefined) {
        removal.settle()
        blobs.forgetPending()
      }
      return {
        log,
        runs: createRunIndex(access, log, search),
        population: createPopulation(access),
        blobs,
        tombstones: () => removal.tombstones(),
        remove: (run, tombstone) => removal.remove(run, tombstone),
        erase: (run, names) => eraseBlobs({ access, log, search }, run, names),
        trust: createTrustStore(access, options.clock),
        checkpoints: createCheckpointStore(access),
        deviceKeys: createDeviceKeyRegister(access),
        settings: createSettingsStore(access, options.clock, options.user ?? ''),
        device,
        readOnly,
        close() {
          if (!database.open) return
          blobs.close()
          try {
            database.close()
          } finally {
            lock?.release()
          }
        },
      }
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    lock?.release()
    throw error
  }
}

/** Who this laptop is in every event: made at the first open and kept. */
function deviceOf(access: Access, crypto: Crypto): string {
  const { database } = access
  const read = database
    .prepare<[], string>(`select value from identity where name = 'device'`)
    .pluck()
  const known = read.get()
  if (known !== undefined) return known
  const device = crypto.randomId()
  if (access.readOnly === undefined) {
    writing(access, 'The identity of this laptop could not be recorded', () =>
      database.prepare(`insert into identity (name, value) values ('device', ?)`).run(device),
    )
  }
  return device
}
