import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { ChainVerifier } from '../../main/core/evidence/chain.ts'
import { openForWriting, versionOf } from '../../main/store/database.ts'
import { StoreError } from '../../main/store/errors.ts'
import { makeDataFolder } from '../../main/store/folder.ts'
import { CURRENT_VERSION, MIGRATIONS } from '../../main/store/migrations.ts'
import { opened, smallDisk, temporaryPath } from './support/folders.ts'
import { hashText, note } from './support/samples.ts'

const FORM_1 = fileURLToPath(new URL('../fixtures/databases/form-1', import.meta.url))

function schemaOf(path: string): unknown[] {
  const raw = new Database(join(path, 'muster.db'), { readonly: true })
  const rows = raw.prepare('select type, name, sql from sqlite_schema order by type, name').all()
  raw.close()
  return rows
}

function copyOfForm1(to = temporaryPath()): string {
  cpSync(FORM_1, to, { recursive: true })
  return to
}

describe('migrations', () => {
  it('are numbered from 1 without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, at) => at + 1))
  })

  it('make strict tables only', () => {
    const folder = temporaryPath()
    opened(folder).close()
    const raw = new Database(join(folder, 'muster.db'), { readonly: true })
    const tables = raw
      .prepare<[], { name: string; strict: number }>(
        `select name, strict from pragma_table_list where type = 'table' and name not like 'sqlite_%'`,
      )
      .all()
    raw.close()
    expect(tables.length).toBeGreaterThan(8)
    expect(tables.filter(({ strict }) => strict !== 1)).toEqual([])
  })

  it('bring a database of form 1 to the present form, with everything in it', async () => {
    const folder = copyOfForm1()
    const { log, runs, blobs, trust, settings, device } = opened(folder)

    expect(device).toBe('5f0e1c2d3b4a69788796')
    const verifier = new ChainVerifier('run-1', hashText)
    for (const { bytes, hash } of log.readStored('run-1', 0, 100)) {
      verifier.add(Buffer.from(bytes).toString('utf8'), hash)
    }
    expect(verifier.report()).toMatchObject({ events: 5, problems: [] })
    const events = log.read('run-1', 0, 100)
    const finished = events.find(({ type }) => type === 'block.finished')
    if (finished?.type !== 'block.finished') throw new Error('The fixture has lost its block.')
    expect(await blobs.check('run-1', finished.data.stdout?.sha256 ?? '')).toBe('ok')
    expect(runs.list(10).map(({ title }) => title)).toEqual(['Orders failover', 'Laptop readiness'])
    expect(runs.unfinished()).toHaveLength(2)
    expect(trust.get('/runbooks/laptop.md', 'a'.repeat(64))).toBe('trusted')
    expect(settings.get()).toMatchObject({ theme: 'dark', name: 'Ann' })
    expect(settings.files()).toEqual(['/runbooks/extra.md'])
    // Search came with form 2: what was recorded before is found too.
    expect(runs.search('vault-home', 10)).toMatchObject([
      { run: 'run-1', where: 'output', step: 'check-disk' },
    ])
    expect(runs.search('resized yesterday', 10)).toMatchObject([{ run: 'run-1', where: 'note' }])
    expect(runs.search('CHG-1234', 10)).toMatchObject([{ run: 'run-1', where: 'run' }])

    expect(log.append('run-1', 'Ann', [note('goes on')])[0]?.seq).toBe(6)
  })

  it('end in the same form from empty and from form 1', () => {
    const fresh = temporaryPath()
    opened(fresh).close()
    const migrated = copyOfForm1()
    opened(migrated).close()
    expect(schemaOf(migrated)).toEqual(schemaOf(fresh))
  })

  it('keep a whole copy of the database as it was, once', () => {
    const folder = copyOfForm1()
    opened(folder).close()
    opened(folder).close()
    const copies = readdirSync(join(folder, 'backups'))
    expect(copies).toHaveLength(1)
    const path = join(folder, 'backups', copies[0] ?? '')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const copy = new Database(path, { readonly: true })
    expect(versionOf(copy)).toBe(1)
    expect(copy.prepare('select count(*) from event').pluck().get()).toBe(6)
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    copy.close()
  })

  it('change nothing when one of them fails', () => {
    const folder = makeDataFolder(temporaryPath())
    openForWriting(folder, { now: 0 }).close()
    const broken = [
      ...MIGRATIONS,
      {
        version: CURRENT_VERSION + 1,
        sql: 'create table extra (x integer) strict; select nonsense',
      },
    ]
    expect(() => openForWriting(folder, { now: 0, migrations: broken })).toThrow(/nonsense/u)
    const raw = new Database(folder.database, { readonly: true })
    expect(versionOf(raw)).toBe(CURRENT_VERSION)
    expect(
      raw.prepare(`select count(*) from sqlite_schema where name = 'extra'`).pluck().get(),
    ).toBe(0)
    raw.close()
  })

  it('do not begin when there is no room for the copy', () => {
    const disk = smallDisk(180)
    // Where nobody may mount, the other tests of full disks stand for this.
    if (disk === undefined) return
    const folder = copyOfForm1(disk)
    const before = readFileSync(join(folder, 'muster.db'))
    expect(() => opened(folder)).toThrow(StoreError)
    expect(readFileSync(join(folder, 'muster.db')).equals(before)).toBe(true)
  })

  it('refuse a database that is newer than the program, and leave it as it is', () => {
    const folder = temporaryPath()
    opened(folder).close()
    const raw = new Database(join(folder, 'muster.db'))
    raw.pragma(`user_version = ${CURRENT_VERSION + 1}`)
    raw.pragma('wal_checkpoint(truncate)')
    raw.close()
    const before = readFileSync(join(folder, 'muster.db'))
    expect(() => opened(folder)).toThrow(/written by a newer Muster.*Install the newer Muster/u)
    expect(readFileSync(join(folder, 'muster.db')).equals(before)).toBe(true)
  })
})
