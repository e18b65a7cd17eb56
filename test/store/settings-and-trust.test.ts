import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { settingsSchema } from '../../main/contract/requests.ts'
import { opened, temporaryPath } from './support/folders.ts'

const HASH_1 = '1'.repeat(64)
const HASH_2 = '2'.repeat(64)

describe('settings', () => {
  it('begin with defaults, and with the name of the user where it is known', () => {
    const defaults = {
      theme: 'system',
      name: '',
      folders: [],
      terminalFontSize: 13,
      scale: 100,
      places: {},
    }
    expect(opened(temporaryPath()).settings.get()).toEqual(defaults)
    const known = opened(temporaryPath(), { user: 'ann' }).settings
    expect(known.get()).toEqual({ ...defaults, name: 'ann' })
    known.set({ theme: 'light' })
    expect(known.get().name).toBe('ann')
  })

  it('are kept, one by one', () => {
    const folder = temporaryPath()
    const first = opened(folder)
    expect(first.settings.set({ theme: 'dark', folders: ['/a', '/b'] }).theme).toBe('dark')
    expect(first.settings.set({ scale: 120, theme: undefined }).theme).toBe('dark')
    first.close()
    expect(opened(folder).settings.get()).toMatchObject({
      theme: 'dark',
      scale: 120,
      folders: ['/a', '/b'],
    })
  })

  it('that cannot be are refused, and nothing of them is kept', () => {
    const { settings } = opened(temporaryPath())
    const before = settings.get()
    expect(() => settings.set({ theme: 'dark', scale: 1_000 })).toThrow(/cannot be kept/u)
    expect(settings.get()).toEqual(before)
  })

  it('that were damaged are the defaults, and the others stay', () => {
    const folder = temporaryPath()
    const first = opened(folder)
    first.settings.set({
      theme: 'dark',
      name: 'Ann',
      scale: 120,
      folders: ['/a'],
      terminalFontSize: 20,
    })
    first.close()
    const raw = new Database(join(folder, 'muster.db'))
    raw.exec(`
      update setting set value = '"purple"' where name = 'theme';
      update setting set value = '{' where name = 'scale';
      update setting set value = 'null' where name = 'folders';
      update setting set value = '1e400' where name = 'terminalFontSize';
      insert into setting values ('from-the-future', '1'), ('__proto__', '{"scale": 150}');
    `)
    raw.close()
    const { settings } = opened(folder)
    const expected = {
      theme: 'system',
      name: 'Ann',
      scale: 100,
      folders: [],
      terminalFontSize: 13,
      places: {},
    }
    expect(settings.get()).toEqual(expected)
    expect(settingsSchema.parse(settings.set({ scale: 150 }))).toEqual({ ...expected, scale: 150 })
  })

  it('know the files that were added, each once, in order', () => {
    const folder = temporaryPath()
    const first = opened(folder)
    for (const path of ['/b.md', '/a.md', '/b.md']) first.settings.addFile(path)
    first.close()
    const files = opened(folder).settings.files()
    expect(files.toSorted()).toEqual(['/a.md', '/b.md'])
  })
})

describe('trust', () => {
  it('is for one content of one file', () => {
    const folder = temporaryPath()
    const first = opened(folder)
    expect(first.trust.get('/a.md', HASH_1)).toBe('new')
    first.trust.trust('/a.md', HASH_1)
    first.trust.trust('/a.md', HASH_1)
    first.close()
    const { trust } = opened(folder)
    expect(trust.get('/a.md', HASH_1)).toBe('trusted')
    expect(trust.get('/a.md', HASH_2)).toBe('changed')
    expect(trust.get('/b.md', HASH_1)).toBe('new')
    trust.trust('/a.md', HASH_2)
    expect(trust.get('/a.md', HASH_2)).toBe('trusted')
    expect(trust.get('/a.md', HASH_1)).toBe('trusted')
  })
})
