import { expect, test } from 'vitest'
import type { LibraryEntry, RunSummary } from '../../../main/contract/requests.ts'
import { paletteItems, searchItems } from '../../../renderer/app/palette-items.ts'

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
    trust: 'new',
    ...change,
  }
}

function run(title: string, change: Partial<RunSummary> = {}): RunSummary {
  return {
    run: title,
    title,
    kind: 'failover',
    path: '/books/a.md',
    mode: 'live',
    phase: 'finished',
    commander: 'Ann',
    startedAt: 0,
    events: 1,
    steps: { total: 1, settled: 1 },
    deviations: 0,
    open: false,
    ...change,
  }
}

const titles = (query: string, items = paletteItems([], [])): readonly string[] =>
  searchItems(items, query).map(({ title }) => title)

test('a run that is going on comes before everything else', () => {
  const items = paletteItems([entry('Fail over')], [run('Old'), run('Now', { phase: 'running' })])
  expect(items[0]).toMatchObject({ group: 'Going on', title: 'Now' })
})

test('a title that begins with the words comes before one that has them inside, and before details', () => {
  const items = paletteItems([entry('Planned failover'), entry('Failover'), entry('Other')], [])
  expect(titles('failover', items)).toEqual(['Failover', 'Planned failover', 'Other'])
})

test('every word must occur', () => {
  const items = paletteItems(
    [entry('Orders: fail over'), entry('Orders: restore', { kind: 'maintenance' })],
    [],
  )
  expect(titles('orders over', items)).toEqual(['Orders: fail over'])
  expect(titles('orders nothing', items)).toEqual([])
})

test('a runbook with errors is shown, never started', () => {
  const [found] = searchItems(paletteItems([entry('Broken', { errors: 2 })], []), 'broken')
  expect(found?.action).toEqual({
    kind: 'go',
    route: { screen: 'library', path: '/books/Broken.md' },
  })
})

test('without words everything is offered, places first', () => {
  expect(titles('').slice(0, 6)).toEqual([
    'Library',
    'Runs',
    'Verify',
    'Audit pack',
    'Connections',
    'Settings',
  ])
})
