import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { writing, writingLater, type Access } from '../../main/store/access.ts'
import { openForWriting } from '../../main/store/database.ts'
import { makeDataFolder } from '../../main/store/folder.ts'
import { temporaryPath } from './support/folders.ts'

function access(): Access {
  const folder = makeDataFolder(temporaryPath())
  const database = openForWriting(folder, { now: 0 })
  onTestFinished(() => {
    database.close()
  })
  return { database, folder, readOnly: undefined }
}

const FULL = 2

it('everything is on disk when a write returns; what can be computed again may wait, and only that', () => {
  const it = access()
  const level = (): unknown => it.database.pragma('synchronous', { simple: true })
  const during: unknown[] = []
  writing(it, 'x', () => during.push(level()))
  writingLater(it, 'x', () => during.push(level()))
  expect(during).toEqual([FULL, 1])
  expect(level()).toBe(FULL)
  expect(() =>
    writingLater(it, 'x', () => {
      throw new Error('a bug')
    }),
  ).toThrow('a bug')
  expect(level()).toBe(FULL)
  expect(it.database.pragma('foreign_keys', { simple: true })).toBe(1)
  expect(it.database.pragma('journal_mode', { simple: true })).toBe('wal')
})

it('a write that fails half way leaves nothing', () => {
  const it = access()
  expect(() =>
    writing(it, 'x', () => {
      it.database.exec(`insert into added_file values ('/a', 1)`)
      throw new Error('half way')
    }),
  ).toThrow('half way')
  expect(it.database.prepare('select count(*) from added_file').pluck().get()).toBe(0)
})

it('waits for a reader rather than failing, and a reader never waits for it', () => {
  const it = access()
  const reader = new Database(it.folder.database, { readonly: true })
  reader.exec('begin')
  expect(reader.prepare('select count(*) from added_file').pluck().get()).toBe(0)
  writing(it, 'x', () => it.database.exec(`insert into added_file values ('/a', 1)`))
  expect(reader.prepare('select count(*) from added_file').pluck().get()).toBe(0)
  reader.exec('commit')
  expect(reader.prepare('select count(*) from added_file').pluck().get()).toBe(1)
  reader.close()
})
