import { describe, expect, test } from 'vitest'
import type { LibraryEntry } from '../../../main/contract/requests.ts'
import { moveThrough } from '../../../renderer/features/library/entry-list.tsx'
import {
  cadenceDays,
  groupEntries,
  isDue,
  rowsOf,
  type LibraryFilter,
} from '../../../renderer/features/library/grouping.ts'

const DAY = 86_400_000
const NOW = 1_000 * DAY
const ALL: LibraryFilter = { text: '', kind: 'all', state: 'any' }

function entry(title: string, change: Partial<LibraryEntry> = {}): LibraryEntry {
  return {
    path: `/books/${title}.md`,
    name: `${title}.md`,
    folder: '/books',
    system: 'orders',
    title,
    kind: 'failover',
    format: '1',
    steps: 1,
    blocks: 1,
    items: 0,
    errors: 0,
    warnings: 0,
    destructive: 0,
    sha256: '0'.repeat(64),
    trust: 'trusted',
    ...change,
  }
}

const ranBefore = (days: number): LibraryEntry['lastRun'] => ({
  run: 'r',
  mode: 'live',
  phase: 'finished',
  startedAt: NOW - days * DAY,
})

describe('due', () => {
  test.each([
    ['no cadence', {}, false],
    ['never run', { cadence: 'monthly' }, true],
    ['run within the month', { cadence: 'monthly', lastRun: ranBefore(30) }, false],
    ['run before the month', { cadence: 'monthly', lastRun: ranBefore(32) }, true],
    ['a duration', { cadence: '90d', lastRun: ranBefore(91) }, true],
    ['a cadence that means nothing', { cadence: 'now and then' }, false],
  ] as const)('%s', (_name, change, due) => {
    expect(isDue(entry('a', change), NOW)).toBe(due)
  })

  test.each([
    ['weekly', 7],
    ['2w', 14],
    ['12h', 0.5],
    ['toString', undefined],
  ])('%s is %s days', (cadence, days) => {
    expect(cadenceDays(cadence)).toBe(days)
  })
})

describe('filter', () => {
  const entries = [
    entry('Zebra'),
    entry('Apple', { system: 'payments', kind: 'incident' }),
    entry('Broken', { errors: 1, summary: 'The cache is cold' }),
    entry('New', { trust: 'new' }),
    entry('Changed', { trust: 'changed', warnings: 1 }),
    entry('Late', { cadence: 'daily' }),
  ]
  const shown = (change: Partial<LibraryFilter>): readonly string[] =>
    groupEntries(entries, { ...ALL, ...change }, NOW).flatMap((group) =>
      group.entries.map(({ title }) => title),
    )

  test('groups are systems in order, entries by title', () => {
    expect(groupEntries(entries, ALL, NOW).map(({ system }) => system)).toEqual([
      'orders',
      'payments',
    ])
    expect(shown({})).toEqual(['Broken', 'Changed', 'Late', 'New', 'Zebra', 'Apple'])
  })

  test.each([
    [{ kind: 'incident' }, ['Apple']],
    [{ state: 'due' }, ['Late']],
    [{ state: 'untrusted' }, ['Changed', 'New']],
    [{ state: 'problems' }, ['Broken', 'Changed']],
    [{ text: 'COLD cache' }, ['Broken']],
    [{ text: 'apple orders' }, []],
    [{ text: 'pay' }, ['Apple']],
  ] as const)('%j', (change, titles) => {
    expect(shown(change)).toEqual(titles)
  })

  test('rows count the entries, not the names of groups', () => {
    const rows = rowsOf(groupEntries(entries, ALL, NOW))
    expect(rows.filter(({ kind }) => kind === 'system')).toHaveLength(2)
    expect(rows.flatMap((row) => (row.kind === 'entry' ? [row.place] : []))).toEqual([
      1, 2, 3, 4, 5, 6,
    ])
  })
})

describe('keys', () => {
  const rows = rowsOf(groupEntries([entry('A'), entry('B', { system: 'z' })], ALL, NOW))
  test.each([
    [undefined, 'ArrowDown', '/books/A.md'],
    ['/books/A.md', 'ArrowDown', '/books/B.md'],
    ['/books/B.md', 'ArrowDown', '/books/B.md'],
    ['/books/A.md', 'ArrowUp', '/books/A.md'],
    ['/books/A.md', 'End', '/books/B.md'],
    ['/books/B.md', 'Home', '/books/A.md'],
    ['/books/B.md', 'x', undefined],
  ])('from %s, %s leads to %s', (chosen, key, expected) => {
    expect(moveThrough(rows, chosen, key)).toBe(expected)
  })
})
