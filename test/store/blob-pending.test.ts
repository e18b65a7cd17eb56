import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Store } from '../../main/engine/ports.ts'
import { opened, temporaryPath } from './support/folders.ts'

/** What counts only once an event names it. */

function files(folder: string): readonly string[] {
  return ['spool', 'blobs']
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
}

async function written(store: Store) {
  const pending = store.blobs.createPending('r1')
  await pending.write(Buffer.from('a screenshot'))
  return { pending, blob: await pending.finish() }
}

function name(store: Store, { sha256, bytes }: { sha256: string; bytes: number }): void {
  store.log.append('r1', 'Ada', [
    {
      type: 'attachment.added',
      data: {
        name: 'a.png',
        mediaType: 'image/png',
        blob: { sha256, bytes },
        sha256: 'f'.repeat(64),
        size: bytes,
      },
    },
  ])
}

it('is a blob as any other once it is kept', async () => {
  const folder = temporaryPath()
  const store = opened(folder)
  const { pending, blob } = await written(store)
  name(store, blob)
  pending.keep()
  store.close()
  const again = opened(folder)
  expect(await again.blobs.check('r1', blob.sha256)).toBe('ok')
  expect(await again.blobs.recover('r1')).toEqual([])
  expect(files(folder)).toEqual([blob.sha256])
})

it('is gone at the next start where the program ended before an event named it', async () => {
  const folder = temporaryPath()
  const store = opened(folder)
  await written(store)
  const halfway = store.blobs.createPending('r1')
  await halfway.write(Buffer.from('half of it'))
  // A run that is resumed meanwhile finds nothing of it, and takes no mark away.
  expect(await store.blobs.recover('r1')).toEqual([])
  store.close()
  expect(files(folder)).toHaveLength(2)
  const again = opened(folder)
  expect(files(folder)).toEqual([])
  expect(await again.blobs.recover('r1')).toEqual([])
})

it('stays where the program ended after the event, before it was kept', async () => {
  const folder = temporaryPath()
  const store = opened(folder)
  const { blob } = await written(store)
  name(store, blob)
  store.close()
  {
    const again = opened(folder)
    expect(await again.blobs.check('r1', blob.sha256)).toBe('ok')
    again.close()
  }
  expect(await opened(folder).blobs.check('r1', blob.sha256)).toBe('ok')
})

it('can be discarded before and after it was finished', async () => {
  const folder = temporaryPath()
  const store = opened(folder)
  const { pending, blob } = await written(store)
  await pending.discard()
  expect(store.blobs.size('r1', blob.sha256)).toBeUndefined()
  const other = store.blobs.createPending('r1')
  await other.write(Buffer.alloc(2_000_000))
  await other.discard()
  expect(files(folder)).toEqual([])
})
