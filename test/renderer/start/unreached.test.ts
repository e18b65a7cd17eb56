import { expect, test } from 'vitest'
import { unreachedWords } from '../../../renderer/features/start/unreached.ts'

const result = (
  target: string,
  change: { problem?: string; ok?: boolean },
): Parameters<typeof unreachedWords>[1][string] => ({
  target,
  kind: 'ssh',
  profile: target,
  ...(change.problem !== undefined && { problem: change.problem }),
  ...(change.ok !== undefined && { probe: { ok: change.ok, stages: [], summary: '' } }),
})

test('nothing is said when everything was reached', () => {
  expect(unreachedWords(['db'], { db: result('db', { ok: true }) })).toBeUndefined()
  expect(unreachedWords([], {})).toBeUndefined()
})

test('what is not reached, and what is not known yet, are different things', () => {
  expect(
    unreachedWords(['db', 'web', 'cache', 'site'], {
      db: result('db', { problem: 'There is no profile.' }),
      web: result('web', { ok: false }),
      cache: result('cache', { ok: true }),
    }),
  ).toBe('db and web are not reached; site is still being tried.')
})
