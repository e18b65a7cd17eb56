import type { RecordSource } from './export-source.ts'
import type { Store } from './ports.ts'

const PAGE = 2_000
const PIECE_BYTES = 1024 * 1024

/** The record of a run as the store has it. `runbook`: the name of its file's output. */
export function recordSource(run: string, runbook: string, store: Store): RecordSource {
  return {
    run,
    runbook,
    *lines() {
      for (let after = 0; ;) {
        const page = store.log.readStored(run, after, PAGE)
        yield* page
        const last = page.at(-1)
        if (last === undefined || page.length < PAGE) return
        after = last.seq
      }
    },
    checkpoints: () => store.checkpoints.list(run),
    keys: () => store.deviceKeys.list(),
    output(sha256) {
      const bytes = store.blobs.size(run, sha256)
      const salt = store.blobs.salt(run, sha256)
      if (bytes === undefined || salt === undefined) return undefined
      return {
        salt,
        bytes,
        async *read() {
          for (let at = 0; ;) {
            const piece = await store.blobs.read(run, sha256, at, PIECE_BYTES)
            if (piece.length === 0) return
            yield piece
            at += piece.length
          }
        },
      }
    },
  }
}
