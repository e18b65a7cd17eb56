import { expect, test } from 'vitest'
import type { HostState } from '../../../main/core/run/state.ts'
import {
  countLooks,
  hostResultText,
  hostsLeft,
  hostsToShow,
  lookOf,
  strategyText,
  toSettle,
  untouchedText,
} from '../../../renderer/features/run/model/hosts.ts'
import { block, exited, hostExited, Play, sentToTheFirst } from '../../core/run/support/play.ts'

/** Three hosts: one passed, one failed, one lost; then a crash. */
function played(): Play {
  return sentToTheFirst('many/1')
    .must({ type: 'block.batch', block: 'many/1', attempt: 1, hosts: ['web-2', 'web-3'] })
    .must(hostExited('many/1', 'web-1', 0))
    .must(hostExited('many/1', 'web-2', 1))
    .must({ type: 'run.reopen', after: 'crash', recovered: [] })
}

function lastOf(play: Play) {
  const last = play.now.blocks['many/1']?.attempts.at(-1)
  if (last === undefined) throw new Error('It has not run.')
  return last
}

test('hosts have a state, and what nobody knows and what failed are counted first', () => {
  const play = played()
  const shown = hostsToShow(lastOf(play), false)
  expect(shown.map(({ look }) => look)).toEqual(['passed', 'failed', 'unknown'])
  expect(countLooks(shown)).toEqual([
    { look: 'unknown', count: 1 },
    { look: 'failed', count: 1 },
    { look: 'passed', count: 1 },
  ])
  expect(shown.map(hostResultText)).toEqual([
    'exited with code 0',
    'exited with code 1',
    'Muster stopped while this ran. Whether it took effect is not known',
  ])
})

test('few hosts keep their order; of many, what wants an eye comes first', () => {
  const attempt = lastOf(played())
  const host = (index: number, status: HostState['status']): HostState => ({
    host: `h${index}`,
    status,
    gates: [],
  })
  const many = Array.from({ length: 100 }, (_, index) =>
    host(index, index === 70 ? 'unknown' : index === 60 ? 'failed' : 'passed'),
  )
  const shown = hostsToShow({ ...attempt, hosts: many }, false).map(({ host: name }) => name)
  expect(shown.slice(0, 3)).toEqual(['h70', 'h60', 'h0'])
  expect(shown.slice(-1)).toEqual(['h99'])
})

test('in a run that nobody has open nothing runs, and what waits gets nothing', () => {
  const { outcome: _outcome, ...running } = lastOf(played())
  const host = (status: HostState['status']): HostState => ({ host: 'a', status, gates: [] })
  expect(lookOf(host('running'), running, false)).toBe('running')
  expect(lookOf(host('running'), running, true)).toBe('unknown')
  expect(lookOf(host('waiting'), running, false)).toBe('waiting')
  expect(lookOf(host('waiting'), running, true)).toBe('not-sent')
})

test('what is left to run, to settle, and was not part of an attempt', () => {
  const play = played()
  const { code } = block('many/1')
  expect(hostsLeft(play.now, 'many/1', 'web', code)).toEqual(['web-2', 'web-3'])
  // Another text has to go everywhere.
  expect(hostsLeft(play.now, 'many/1', 'web', 'true')).toBeUndefined()
  expect(toSettle(play.now, 'many/1').map(({ host }) => host.host)).toEqual(['web-2', 'web-3'])
  play
    .must({ type: 'block.resolve', block: 'many/1', host: 'web-3', as: 'done', reason: 'seen' })
    .must({ type: 'block.run', block: 'many/1', hosts: ['web-2'] })
  expect(toSettle(play.now, 'many/1')).toEqual([])
  expect(untouchedText(play.now, 'many/1', lastOf(play))).toBe(
    'Not part of this attempt: on 2 other hosts it is done.',
  )
  play
    .must({ type: 'block.batch', block: 'many/1', attempt: 2, hosts: ['web-2'] })
    .must(hostExited('many/1', 'web-2', 0, 2))
    .must(exited('many/1', 0, 2))
  expect(hostsLeft(play.now, 'many/1', 'web', code)).toBeUndefined()
})

test('a strategy says how many at a time and what ends it', () => {
  expect(strategyText(undefined, 4)).toBe('all at once')
  expect(strategyText({ kind: 'rolling', maxFailures: 0 }, 4)).toBe(
    'one after the other; the first failure ends it',
  )
  expect(strategyText({ kind: 'rolling', batch: { percent: 25 }, maxFailures: 1 }, 40)).toBe(
    '10 at a time; a second failure ends it',
  )
  expect(strategyText({ kind: 'canary', batch: { count: 2 }, maxFailures: 2 }, 4)).toBe(
    '2 hosts first, then all others; more than 2 failures end it',
  )
})
