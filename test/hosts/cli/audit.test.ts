import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import Database from 'better-sqlite3'
import { auditPackSchema } from '../../../main/core/report/pack/pack.ts'
import { musterFolder, runbookText, type Folder } from './muster.ts'

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 90_000 })

let folder: Folder
beforeEach(() => {
  folder = musterFolder()
})
afterEach(async () => {
  await folder.remove()
})

async function walked(): Promise<void> {
  const file = folder.file('test.md', runbookText('### Look\n\n- [ ] It is quiet\n'))
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const ran = await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(ran.code, ran.err).toBe(0)
}

const YEARS = ['audit', '--from', '2000', '--to', '2099', '--zone', 'Europe/Berlin'] as const

test('every run of a period, those that were deleted too, as text, as a file and as a table', async () => {
  await walked()
  await walked()
  const deleted = await folder.muster(['delete', 'last', '--reason', 'a =test', '--yes'])
  expect(deleted.code, deleted.err).toBe(0)
  await walked()

  const printed = await folder.muster([...YEARS])
  expect(printed.code, printed.err).toBe(0)
  expect(printed.out).toContain('# Audit pack, 1 January 2000 to 31 December 2099')
  expect(printed.out).toContain('| Runs that began in the period | 3: 3 live')
  expect(printed.out).toContain('a =test')
  expect(printed.err).toBe('')

  const html = join(folder.path, 'pack.html')
  const written = await folder.muster([...YEARS, '-o', html])
  expect(written.code, written.err).toBe(0)
  expect(written.out).toContain('3 runs began in the period: 2 completed, 1 deleted; 2 verified')
  expect(readFileSync(html, 'utf8')).toContain('1 January 2000 to 31 December 2099')
  expect(await folder.muster([...YEARS, '-o', html])).toMatchObject({ code: 2 })
  expect(await folder.muster([...YEARS, '-o', html, '--replace'])).toMatchObject({ code: 0 })

  const json = await folder.muster([...YEARS, '--format', 'json'])
  const pack = auditPackSchema.parse(JSON.parse(json.out))
  expect(pack.runs.length + pack.deleted.length).toBe(3)

  // Read by somebody else's reader.
  const csv = join(folder.path, 'pack.csv')
  await folder.muster([...YEARS, '-o', csv])
  const read = spawnSync(
    'python3',
    [
      '-c',
      'import csv,json,sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline="")))))',
      csv,
    ],
    { encoding: 'utf8' },
  )
  const rows: unknown = JSON.parse(read.stdout)
  expect(rows).toMatchObject([
    { status: 'finished', completed: 'yes', verified: 'yes', run: pack.runs[0]?.run },
    { status: 'finished', last_hash: pack.runs[1]?.head },
    { status: 'deleted', deleted_reason: 'a =test', run: pack.deleted[0]?.run },
  ])
})

test('a record that does not verify is in the pack, on standard error and in the exit status', async () => {
  await walked()
  const database = new Database(join(folder.data, 'muster.db'))
  database.exec(`drop trigger event_no_update;
    update event set bytes = cast(replace(cast(bytes as text), '"actor":"', '"actor":"x') as blob) where seq = 2`)
  database.close()
  const audited = await folder.muster([...YEARS])
  expect(audited.code).toBe(1)
  expect(audited.err).toContain('does not verify')
  expect(audited.out).toContain('1 with problems')
})

test('a PDF is printed', async () => {
  await walked()
  const pdf = join(folder.path, 'pack.pdf')
  const written = await folder.muster([...YEARS, '-o', pdf])
  expect(written.code, written.err).toBe(0)
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-')
})

test.each([
  [['audit'], 'Which period? --from takes 2026, 2026-Q3'],
  [['audit', '--from', 'May'], '--from is 2026, 2026-Q3'],
  [['audit', '--from', '2026', '--to', '2025'], 'would end before it begins'],
  [['audit', '--from', '2026-09-30T14:00:00Z'], 'is one moment: give --to as well'],
  [['audit', '--from', '2026', '--zone', 'Mars/Base'], 'There is no time zone “Mars/Base”'],
  [
    ['audit', '--from', '2026', '--format', 'bundle'],
    '--format is one of html, pdf, md, json, csv',
  ],
  [['audit', 'last'], 'It is about a period'],
])('%j is a mistake on the command line', async (words, says) => {
  const ended = await folder.muster(words)
  expect(ended.code).toBe(2)
  expect(ended.err).toContain(says)
  expect(existsSync(folder.data)).toBe(false)
})
