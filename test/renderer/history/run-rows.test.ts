import { describe, expect, test } from 'vitest'
import type { RunSummary } from '../../../main/contract/requests.ts'
import { excerptParts } from '../../../renderer/features/history/excerpt.ts'
import { rowsOf, stateOf } from '../../../renderer/features/history/run-rows.ts'

function run(id: string, change: Partial<RunSummary>): RunSummary {
  return {
    run: id,
    title: id,
    kind: 'incident',
    path: '/a.md',
    mode: 'live',
    phase: 'running',
    commander: 'Ann',
    startedAt: 0,
    events: 1,
    steps: { total: 1, settled: 0 },
    deviations: 0,
    open: false,
    ...change,
  }
}

test('interrupted runs come first, then what goes on, then what ended; each in the order given', () => {
  const rows = rowsOf([
    run('ended-2', { phase: 'finished' }),
    run('going', { open: true }),
    run('broken', {}),
    run('ended-1', { phase: 'aborted' }),
  ])
  expect(
    rows.map((row) => (row.kind === 'run' ? row.run.run : `${row.group} ${row.count}`)),
  ).toEqual(['interrupted 1', 'broken', 'going-on 1', 'going', 'ended 2', 'ended-2', 'ended-1'])
})

test.each([
  [{ phase: 'finished' }, 'finished', 'good'],
  [{ phase: 'finished', deviations: 1 }, 'finished, deviated', 'warning'],
  [{ phase: 'aborted' }, 'aborted', 'bad'],
  [{ phase: 'paused', open: true }, 'paused', 'info'],
  [{ phase: 'paused', open: false }, 'interrupted', 'unknown'],
] as const)('%j is %s', (change, word, tone) => {
  expect(stateOf(run('a', change))).toEqual({ word, tone })
})

describe('excerpts', () => {
  test('matches stand apart from the words around them', () => {
    expect(excerptParts('a \uE000lag\uE001 of \uE000lag\uE001')).toEqual([
      { text: 'a ', match: false },
      { text: 'lag', match: true },
      { text: ' of ', match: false },
      { text: 'lag', match: true },
    ])
  })

  test('a mark without its partner is no match, and nothing is lost', () => {
    expect(excerptParts('cut \uE000off')).toEqual([
      { text: 'cut ', match: false },
      { text: 'off', match: false },
    ])
  })
})
