import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { overdue } from '../../../main/core/evidence/retention.ts'
import { openStore } from '../../../main/store/open.ts'
import { createHash, randomBytes } from 'node:crypto'
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

const DAY = 86_400_000

test('a run is due when its mode is kept for fewer days than have passed since its end', () => {
  const run = { mode: 'live', phase: 'finished', endedAt: 10 * DAY } as const
  expect(overdue(run, { live: 5 }, 15 * DAY)).toBe(false)
  expect(overdue(run, { live: 5 }, 15 * DAY + 1)).toBe(true)
  expect(overdue(run, { drill: 5 }, 99 * DAY)).toBe(false)
  expect(overdue({ ...run, phase: 'paused' }, { live: 5 }, 99 * DAY)).toBe(false)
  expect(overdue({ mode: 'live', phase: 'running' }, { live: 5 }, 99 * DAY)).toBe(false)
})

test('what is due is listed, deleted only when told to, and its tombstone stays', async () => {
  const file = folder.file('test.md', runbookText('### Look\n\n- [ ] It is quiet\n'))
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const go = ['run', file, '--answers', answers, '--trust', '--mode', 'walkthrough']
  const ran = await folder.muster(go)
  expect(ran.code, ran.err).toBe(0)
  const kept = await folder.muster(['retention', '--keep', 'walkthrough=30'])
  expect(kept.out).toContain('walkthrough  30 days after the end')
  expect(kept.out).not.toContain('due')

  // A month passes for the list of runs.
  const store = openStore({
    folder: folder.data,
    clock: { wall: () => Date.now(), mono: () => 0 },
    crypto: {
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      randomId: () => randomBytes(10).toString('hex'),
    },
  })
  const [summary] = store.runs.list(1)
  if (summary?.endedAt === undefined) throw new Error('the run is not over')
  store.runs.put({ ...summary, endedAt: summary.endedAt - 31 * DAY })
  store.close()

  expect((await folder.muster(['retention'])).out).toContain(`due  ${summary.run}`)
  expect((await folder.muster(['runs', '--json'])).out).toContain(summary.run)
  const applied = await folder.muster(['retention', '--apply', '--as', 'ana'])
  expect(applied.out).toContain(`deleted  ${summary.run}`)
  expect((await folder.muster(['runs', '--json'])).out).not.toContain(summary.run)
  const tombstones = await folder.muster(['retention', '--deleted'])
  expect(tombstones.out).toContain('by ana: retention: walkthrough runs are kept for 30 days')
  expect(tombstones.out).not.toContain('not signed')
})

test('a run is deleted by name only when that is meant', async () => {
  const file = folder.file('test.md', runbookText('### Look\n\n- [ ] It is quiet\n'))
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  await folder.muster(['run', file, '--answers', answers, '--trust'])
  expect(await folder.muster(['delete', 'last'])).toMatchObject({ code: 2 })
  const unsure = await folder.muster(['delete', 'last', '--reason', 'a test'])
  expect(unsure).toMatchObject({ code: 2 })
  expect(unsure.err).toContain('Say --yes if you mean it')
  const done = await folder.muster(['delete', 'last', '--reason', 'a test', '--yes'])
  expect(done.code, done.err).toBe(0)
  expect((await folder.muster(['runs', '--json'])).out.trim()).toBe('[]')
})
