import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { replay } from '../../main/core/run/replay.ts'
import { summaryOf } from '../../main/engine/summary.ts'
import type { Store } from '../../main/engine/ports.ts'
import { opened, temporaryPath } from './support/folders.ts'
import { note, started, summary } from './support/samples.ts'

/** What the engine would say of a run. */
function fromEvents(store: Store, run: string) {
  const state = replay(store.log.read(run, 0, 1_000))
  if (state === undefined) throw new Error('There are no events.')
  return summaryOf(state, false)
}

describe('the list of runs', () => {
  it('gives the newest first, page by page', () => {
    const { runs, log } = opened(temporaryPath())
    for (let at = 1; at <= 5; at++) {
      log.append(`r${at}`, 'Ann', [started(`Run ${at}`)])
      runs.put(summary(`r${at}`, { startedAt: at * 1_000, events: 1 }))
    }
    const names = (limit: number, before?: number): string[] =>
      runs.list(limit, before).map(({ run }) => run)
    expect(names(2)).toEqual(['r5', 'r4'])
    expect(names(2, 4_000)).toEqual(['r3', 'r2'])
    expect(names(9, 1_000)).toEqual([])
  })

  it('knows a run as it was put last, and none that is not there', () => {
    const { runs, log } = opened(temporaryPath())
    expect(runs.get('r1')).toBeUndefined()
    log.append('r1', 'Ann', [started('One'), note('x')])
    runs.put(summary('r1', { events: 1 }))
    const last = summary('r1', {
      events: 2,
      phase: 'paused',
      severity: 'SEV2',
      system: 'orders',
      endedAt: 5,
    })
    runs.put(last)
    expect(runs.get('r1')).toEqual(last)
    expect(runs.list(10)).toEqual([last])
  })

  it('names the runs that are not over', () => {
    const { runs, log } = opened(temporaryPath())
    for (const phase of ['running', 'paused', 'finished', 'aborted'] as const) {
      log.append(phase, 'Ann', [started(phase)])
      runs.put(summary(phase, { phase, events: 1 }))
    }
    expect([...runs.unfinished()].toSorted()).toEqual(['paused', 'running'])
  })

  it('is rebuilt from the events where it is behind, missing or damaged', () => {
    const folder = temporaryPath()
    const store = opened(folder)
    for (const run of ['behind', 'missing', 'damaged']) {
      store.log.append(run, 'Ann', [started(`Run ${run}`), { type: 'run.paused', data: {} }])
      store.runs.put(fromEvents(store, run))
    }
    store.log.append('behind', 'Ann', [{ type: 'run.finished', data: { open: [] } }])
    // At once, without opening again.
    expect(store.runs.get('behind')).toEqual(fromEvents(store, 'behind'))
    expect(store.runs.get('behind')).toMatchObject({ phase: 'finished', events: 3 })

    store.log.append('behind', 'Ann', [note('after the end')])
    const expected = ['behind', 'missing', 'damaged'].map((run) => fromEvents(store, run))
    store.close()
    const raw = new Database(join(folder, 'muster.db'))
    raw.exec(
      `delete from run where run = 'missing'; update run set summary = '{' where run = 'damaged'`,
    )
    raw.close()

    const again = opened(folder)
    expect(again.runs.list(10)).toHaveLength(3)
    for (const each of expected) expect(again.runs.get(each.run)).toEqual(each)
    expect([...again.runs.unfinished()].toSorted()).toEqual(['damaged', 'missing'])
  })

  it('is rebuilt from nothing', () => {
    const folder = temporaryPath()
    const store = opened(folder)
    store.log.append('r1', 'Ann', [started('One')])
    store.log.append('r2', 'Ann', [started('Two')])
    store.close()
    const raw = new Database(join(folder, 'muster.db'))
    raw.exec(
      `delete from run; delete from search_text; insert into search_part (search_part) values ('delete-all')`,
    )
    raw.close()
    const again = opened(folder)
    expect(
      again.runs
        .list(10)
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(['One', 'Two'])
    expect(again.runs.search('two', 10)).toMatchObject([{ run: 'r2' }])
  })

  it('a read-only view sees what is behind as it is, without writing it', () => {
    const folder = temporaryPath()
    const writer = opened(folder)
    writer.log.append('r1', 'Ann', [started('One')])
    writer.runs.put(fromEvents(writer, 'r1'))
    const view = opened(folder, { readOnlyIfLocked: true })
    writer.log.append('r1', 'Ann', [{ type: 'run.paused', data: {} }])
    expect(view.runs.get('r1')).toMatchObject({ phase: 'paused', events: 2 })
    expect(view.runs.list(10)).toEqual([fromEvents(writer, 'r1')])
  })
})
