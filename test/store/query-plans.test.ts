import Database from 'better-sqlite3'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openStore } from '../../main/store/open.ts'
import { temporaryPath } from './support/folders.ts'
import { clock, crypto } from './support/samples.ts'

/** Statements that read a table from one end to the other on purpose, because it is small or all of it is wanted. */
const WHOLE_TABLES = [
  // Once, when the store is opened: one entry per run, from an index.
  /^SCAN event USING (COVERING )?INDEX event_first$/u,
  /^SCAN run$/u,
  // All rows of an index that holds only what is asked for.
  /^SCAN run USING INDEX run_unfinished$/u,
  // A handful of rows each.
  /^SCAN (setting|added_file|device_key|spool|tombstone|sqlite_master)$/u,
  // Full-text searches look like scans of virtual tables; their own index answers them.
  /^SCAN search_(part|word) VIRTUAL TABLE INDEX \d+:(.*M|=)/u,
]

it('every statement of the store finds its rows by an index', () => {
  const prepare = vi.spyOn(Database.prototype, 'prepare')
  const folder = temporaryPath()
  const store = openStore({ folder, clock, crypto })
  onTestFinished(() => store.close())
  // An audit asks for every trace of any run: all of every table is wanted.
  const audits = (sql: string): boolean => sql.includes('as known')
  const statements = [...new Set(prepare.mock.calls.map(([sql]) => sql))].filter((sql) =>
    /^\s*(select|update|delete|insert)/iu.test(sql),
  )
  prepare.mockRestore()
  expect(statements.length).toBeGreaterThan(30)

  const raw = new Database(`${folder}/muster.db`, { readonly: true })
  onTestFinished(() => {
    raw.close()
  })
  const offenders: string[] = []
  let searches = 0
  for (const sql of statements) {
    const parameters = Array.from(sql.matchAll(/\?/gu), () => null)
    const plan = raw
      .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail)
    searches += plan.filter((line) => line.startsWith('SEARCH')).length
    const bad = plan.filter(
      (line) =>
        (line.startsWith('SCAN') &&
          !line.startsWith('SCAN CONSTANT') &&
          !WHOLE_TABLES.some((allowed) => allowed.test(line))) ||
        (line.startsWith('USE TEMP B-TREE') && !sql.includes('from added_file')),
    )
    if (bad.length > 0 && !audits(sql)) offenders.push(`${sql}\n${bad.join('\n')}`)
  }
  expect(offenders).toEqual([])
  expect(searches).toBeGreaterThan(15)
})
