import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeBeside } from '../../../main/exports/beside.ts'
import { bundleResources } from '../../../main/exports/bundle/resources.ts'
import { bundle } from '../../../main/exports/bundle/write.ts'
import type { RecordSource } from '../../../main/engine/export-source.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'

/** A bundle of large outputs: in bounded memory, cancelled in the middle, or with an output that cannot be read. */

const MEGABYTE = 1024 * 1024
const NAME = 'a'.repeat(64)

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder('bundle')
})
afterEach(() => folder.remove())

/** A record with one output, whose bytes come from here. */
function recordOf(megabytes: number, read: () => AsyncIterable<Uint8Array>): RecordSource {
  const bytes = megabytes * MEGABYTE
  const event = { seq: 1, data: { stdout: { sha256: NAME, bytes } } }
  return {
    run: 'large',
    runbook: 'b'.repeat(64),
    *lines() {
      yield { seq: 1, bytes: Buffer.from(JSON.stringify(event)) }
    },
    checkpoints: () => [],
    keys: () => [],
    output: (name) => (name === NAME ? { salt: Buffer.alloc(16), bytes, read } : undefined),
  }
}

function megabytes(count: number, each: (at: number) => void): () => AsyncIterable<Uint8Array> {
  return () =>
    Readable.from(
      (function* () {
        const piece = Buffer.alloc(MEGABYTE, 'output ')
        for (let at = 0; at < count; at++) {
          each(at)
          yield piece
        }
      })(),
    )
}

it('is never in memory as a whole', async () => {
  let most = 0
  const before = process.memoryUsage().rss
  const source = recordOf(
    400,
    megabytes(400, () => {
      most = Math.max(most, process.memoryUsage().rss - before)
    }),
  )
  const { signal } = new AbortController()
  const options = { resources: bundleResources(), reports: [], sessions: () => [], signal }
  const path = join(folder.path, 'run.zip')
  await writeBeside(path, bundle(source, options), { replace: false, signal })
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(200 * MEGABYTE)
})

it('leaves nothing when it is cancelled in the middle of an output', async () => {
  const controller = new AbortController()
  let reached = 0
  const source = recordOf(
    10_000,
    megabytes(10_000, (at) => {
      reached = at
      if (at === 50) controller.abort()
    }),
  )
  const { signal } = controller
  const options = { resources: bundleResources(), reports: [], sessions: () => [], signal }
  const path = join(folder.path, 'run.zip')
  await expect(
    writeBeside(path, bundle(source, options), { replace: false, signal }),
  ).rejects.toMatchObject({ code: 'cancelled' })
  expect(reached).toBeLessThan(10_000 - 1)
  expect(readdirSync(folder.path)).toEqual([])
})

it('leaves nothing, and says why, when an output cannot be read', async () => {
  const source = recordOf(
    10,
    megabytes(10, (at) => {
      if (at === 5) throw new Error('the disk has gone')
    }),
  )
  const { signal } = new AbortController()
  const options = { resources: bundleResources(), reports: [], sessions: () => [], signal }
  const path = join(folder.path, 'run.zip')
  await expect(
    writeBeside(path, bundle(source, options), { replace: false, signal }),
  ).rejects.toThrow('the disk has gone')
  expect(readdirSync(folder.path)).toEqual([])
})
