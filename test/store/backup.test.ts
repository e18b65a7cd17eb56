import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { opened, temporaryPath } from './support/folders.ts'
import { note, started } from './support/samples.ts'

// What docs/data-folder.md tells people to do.

it('a copy made while Muster writes is whole', async () => {
  const folder = temporaryPath()
  const store = opened(folder)
  const blob = store.blobs.put('r1', Buffer.from('output'))
  store.log.append('r1', 'Ann', [started('Copied'), note('in the copy')])

  const copy = temporaryPath()
  mkdirSync(copy, { recursive: true })
  const reader = new Database(join(folder, 'muster.db'), { readonly: true })
  reader.prepare('vacuum into ?').run(join(copy, 'muster.db'))
  reader.close()
  store.log.append('r1', 'Ann', [note('after the copy')])
  cpSync(join(folder, 'blobs'), join(copy, 'blobs'), { recursive: true })

  const restored = opened(copy)
  expect(restored.readOnly).toBeUndefined()
  expect(restored.log.read('r1', 0, 10)).toEqual(store.log.read('r1', 0, 2))
  expect(restored.runs.list(10)).toMatchObject([{ run: 'r1', title: 'Copied', events: 2 }])
  expect(await restored.blobs.check('r1', blob.sha256)).toBe('ok')
  expect(store.log.append('r1', 'Ann', [note('the original goes on')])[0]?.seq).toBe(4)
})

it('a blob’s name can be computed from its row and its file', () => {
  const folder = temporaryPath()
  const { blobs } = opened(folder)
  const { sha256 } = blobs.put('r1', Buffer.from('output'))
  const reader = new Database(join(folder, 'muster.db'), { readonly: true })
  const salt = reader
    .prepare<[string], Buffer>('select salt from blob where sha256 = ?')
    .pluck()
    .get(sha256)
  reader.close()
  const file = readFileSync(join(folder, 'blobs', 'r1', sha256.slice(0, 2), sha256))
  expect(
    createHash('sha256')
      .update(salt ?? '')
      .update(file)
      .digest('hex'),
  ).toBe(sha256)
})

it('a folder with blobs but an empty place for the database is refused', () => {
  const folder = temporaryPath()
  mkdirSync(join(folder, 'blobs', 'r1'), { recursive: true })
  writeFileSync(join(folder, 'blobs', 'r1', 'x'), 'x')
  expect(() => opened(folder)).toThrow(/Put muster\.db back from a backup/u)
})
