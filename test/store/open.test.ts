import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { StoreError } from '../../main/store/errors.ts'
import { startChild } from './support/children.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { note, started } from './support/samples.ts'

/** Every file below a folder with a hash of its content. */
function snapshot(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path, createHash('sha256').update(readFileSync(path)).digest('hex')]
    }),
  )
}

/** A data folder with something in it, closed. */
function used(): string {
  const folder = temporaryPath()
  const store = opened(folder)
  const { log, blobs } = store
  log.append('r1', 'Ann', [started('One')])
  for (let at = 0; at < 200; at++) log.append('r1', 'Ann', [note(`${at} ${'x'.repeat(500)}`)])
  blobs.put('r1', Buffer.from('output'))
  store.close()
  return folder
}

function refusal(folder: string): StoreError {
  try {
    opened(folder)
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
  throw new Error('It was opened.')
}

describe('a data folder', () => {
  it('is made with everything in it readable by its owner only', async () => {
    const folder = temporaryPath()
    const { log, blobs } = opened(folder)
    log.append('r1', 'Ann', [note('one')])
    blobs.put('r1', Buffer.from('x'))
    await blobs.create('r1', 'a').write(Buffer.from('y'))
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    const modes = entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path, entry.isDirectory(), statSync(path).mode & 0o777]
    })
    expect(modes.length).toBeGreaterThan(9)
    for (const [path, directory, mode] of modes) {
      expect([path, mode]).toEqual([path, directory === true ? 0o700 : 0o600])
    }
  })

  it('keeps the permissions of a folder that was there', () => {
    const folder = temporaryPath()
    mkdirSync(folder, { mode: 0o755 })
    opened(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o755)
  })

  it('writes durably: write-ahead log, full synchronisation, foreign keys', () => {
    const folder = temporaryPath()
    const { log } = opened(folder)
    log.append('r1', 'Ann', [note('in the file when append returns')])
    // The file as it is now, not what this process would still write.
    expect(
      readFileSync(join(folder, 'muster.db-wal')).includes('in the file when append returns'),
    ).toBe(true)
    expect(readFileSync(join(folder, 'muster.db')).subarray(18, 20)).toEqual(Buffer.from([2, 2]))
  })

  it('cannot be a file', () => {
    const folder = temporaryPath()
    writeFileSync(folder, 'a file')
    expect(refusal(folder)).toMatchObject({ kind: 'unwritable' })
    expect(refusal(folder).message).toContain('there is a file in its place')
    expect(refusal(join(folder, 'below')).message).toContain('there is a file in its place')
    expect(readFileSync(folder, 'utf8')).toBe('a file')
  })

  it('cannot be where nothing can be made', () => {
    const nowhere = process.platform === 'win32' ? 'Q:\\muster\\data' : '/proc/muster/data'
    expect(refusal(nowhere)).toMatchObject({ kind: 'unwritable' })
    expect(refusal(nowhere).message).toContain('The data folder could not be made')
  })

  it('that cannot be written is refused in words', async () => {
    const folder = temporaryPath()
    mkdirSync(folder, { mode: 0o555 })
    chmodSync(dirname(folder), 0o755)
    // Root may write anywhere, so the child is nobody in particular.
    const child = startChild('holder', [folder], process.getuid?.() === 0 ? { uid: 65_534 } : {})
    child.process.stderr.setEncoding('utf8')
    let errors = ''
    child.process.stderr.on('data', (text: string) => {
      errors += text
    })
    expect(await child.ended).toBe(1)
    expect(errors).toContain('could not be locked for writing')
    expect(errors).toContain('Check that the folder exists and belongs to you')
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a damaged data folder is refused in words, and left as it is', () => {
  const page = (folder: string): Buffer => readFileSync(join(folder, 'muster.db'))
  it.each<[string, (folder: string) => void, RegExp]>([
    [
      'a file that is no database',
      (folder) =>
        writeFileSync(join(folder, 'muster.db'), 'This is my shopping list.\n'.repeat(500)),
      /is damaged/u,
    ],
    [
      'a file that lost its head',
      (folder) => writeFileSync(join(folder, 'muster.db'), page(folder).fill(0, 0, 100)),
      /is damaged/u,
    ],
    [
      'a schema that was overwritten',
      (folder) => writeFileSync(join(folder, 'muster.db'), page(folder).fill(0xff, 100, 4096)),
      /is damaged/u,
    ],
    [
      'a file that was cut off',
      (folder) => truncateSync(join(folder, 'muster.db'), 4096 * 5),
      /is damaged/u,
    ],
    [
      'a database that is gone',
      (folder) => rmSync(join(folder, 'muster.db')),
      /has blobs but no muster\.db/u,
    ],
    [
      'a database that is empty',
      (folder) => truncateSync(join(folder, 'muster.db'), 0),
      /has blobs but no muster\.db/u,
    ],
    [
      'a write-ahead log without its database',
      (folder) => {
        rmSync(join(folder, 'muster.db'))
        rmSync(join(folder, 'blobs'), { recursive: true })
        writeFileSync(join(folder, 'muster.db-wal'), 'frames')
      },
      /has muster\.db-wal but no muster\.db/u,
    ],
    [
      'a database of another program',
      (folder) => {
        rmSync(join(folder, 'muster.db'))
        const other = new Database(join(folder, 'muster.db'))
        other.exec('create table recipes (name text)')
        other.close()
      },
      /database of another program/u,
    ],
  ])('%s', (_name, damage, words) => {
    const folder = used()
    damage(folder)
    const before = snapshot(folder)
    const error = refusal(folder)
    expect(error.kind).toBe('damaged')
    expect(error.message).toMatch(words)
    expect(error.message).toContain(folder)
    expect(error.message).toContain('Nothing was changed.')
    expect(snapshot(folder)).toEqual(before)
  })

  /** The newest events are overwritten; the rest is as it was. */
  function withDamagedEvents(): string {
    const folder = used()
    const path = join(folder, 'muster.db')
    const bytes = readFileSync(path)
    const newest = bytes.lastIndexOf('"seq":201,')
    expect(newest).toBeGreaterThan(0)
    const from = Math.floor(newest / 4096) * 4096
    writeFileSync(path, bytes.fill(0xa5, from, from + 4096))
    return folder
  }

  it('when it is met only later: what cannot be read is said, and nothing is said to be recorded', () => {
    const { log } = opened(withDamagedEvents())
    expect(log.read('r1', 0, 10)).toHaveLength(10)
    expect(() => log.read('r1', 0, 1_000)).toThrow(StoreError)
    expect(() => log.read('r1', 0, 1_000)).toThrow(/Run r1 could not be read .* is damaged/u)
    expect(() => log.append('r1', 'Ann', [note('after the damage')])).toThrow(
      /could not be recorded/u,
    )
  })

  it('after a crash the log is looked through before anything is added', () => {
    const folder = withDamagedEvents()
    writeFileSync(join(folder, 'writer.json'), JSON.stringify({ pid: 1, startedAt: 0, host: 'x' }))
    const error = refusal(folder)
    expect(error.kind).toBe('damaged')
    expect(error.message).toMatch(/The log in .* is damaged since Muster last ended/u)
  })
})
