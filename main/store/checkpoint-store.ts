import { CHECKPOINT_REASONS } from '../core/evidence/checkpoint.ts'
import type { CheckpointStore, StoredCheckpoint } from '../engine/ports.ts'
import { reading, requireRunName, writing, type Access } from './access.ts'

interface CheckpointRow {
  readonly size: number
  readonly why: string
  readonly note: Buffer
}

const HASH_BYTES = 32

/** Signed checkpoints, one for a number of events. */
export function createCheckpointStore(access: Access): CheckpointStore {
  const { database } = access
  const all = database.prepare<[string], CheckpointRow>(
    'select size, why, note from checkpoint where run = ? order by size',
  )
  const newest = database.prepare<[string], CheckpointRow & { readonly peaks: Buffer }>(
    'select size, why, note, peaks from checkpoint where run = ? order by size desc limit 1',
  )
  const insert = database.prepare<[string, number, string, Uint8Array, Uint8Array]>(
    'insert or ignore into checkpoint (run, size, why, note, peaks) values (?, ?, ?, ?, ?)',
  )
  return {
    list: (run) =>
      reading(access, `The checkpoints of run ${run} could not be read`, () => all.all(run)).map(
        checkpointOf,
      ),
    last(run) {
      const row = reading(access, `The checkpoints of run ${run} could not be read`, () =>
        newest.get(run),
      )
      return row && { checkpoint: checkpointOf(row), peaks: peaksOf(row.peaks) }
    },
    add(run, { size, why, note }, peaks) {
      requireRunName(run)
      writing(access, `A checkpoint of run ${run} could not be recorded`, () =>
        insert.run(run, size, why, Buffer.from(note, 'utf8'), Buffer.concat(peaks)),
      )
    },
  }
}

function checkpointOf({ size, why, note }: CheckpointRow): StoredCheckpoint {
  // What it was made for is not signed, so a value nobody knows must not keep the note from being checked.
  const known = CHECKPOINT_REASONS.find((reason) => reason === why) ?? 'asked'
  return { size, why: known, note: note.toString('utf8') }
}

function peaksOf(bytes: Buffer): readonly Uint8Array[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, index) =>
    Uint8Array.from(bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)),
  )
}
