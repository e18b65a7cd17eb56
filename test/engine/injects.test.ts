import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { book, openBench, type Bench } from './support/engine.ts'

/** Injects of an exercise over the contract, with a real store. */

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

const BOOK = book(
  '- [ ] Look\n',
  'drill: { injects: [{ at: 10m, fault: The kettle boils over, expected: It is taken off }] }\n',
)
const GIVE = { type: 'inject.give', inject: 1, note: 'A walrus helped.' } as const

async function exercise(): Promise<string> {
  const path = bench.write('one.md', BOOK)
  const { sha256 } = await bench.connection.request('library.read', { path })
  const { run } = await bench.connection.request('runs.start', {
    path,
    sha256,
    mode: 'walkthrough',
    inputs: {},
    commander: 'Ada',
    acceptContent: true,
  })
  return run
}

describe('an inject', () => {
  it('of the runbook is given once, by whoever asks, and stands in a record that verifies', async () => {
    const run = await exercise()
    expect(await bench.command(run, GIVE, 'Grace')).toMatchObject({ ok: true })
    expect((await bench.events(run)).at(-1)).toMatchObject({
      type: 'inject.given',
      actor: 'Grace',
      data: { inject: 1, fault: 'The kettle boils over', atMs: 600_000, note: 'A walrus helped.' },
    })
    expect(await bench.command(run, GIVE)).toMatchObject({ ok: false, code: 'inject-given' })
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
  })

  it('is refused in a live run of the same runbook', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    expect(await bench.command(run, GIVE)).toMatchObject({
      ok: false,
      code: 'live',
      message: expect.stringContaining('This run is live'),
    })
  })

  it('is found by its fault, what was expected and its note, also when the search is made anew', async () => {
    const run = await exercise()
    const found = async (query: string): Promise<number> =>
      (await bench.connection.request('runs.search', { query, limit: 9 })).length
    expect(await found('kettle')).toBe(0)
    await bench.command(run, GIVE)
    expect([await found('kettle'), await found('taken'), await found('walrus')]).toEqual([1, 1, 1])
    await bench.reopen(async () => {
      const { default: Database } = await import('better-sqlite3')
      const database = new Database(join(bench.data, 'muster.db'))
      database.exec(`delete from search_text; delete from search_part; delete from search_word`)
      database.close()
    })
    expect([await found('kettle'), await found('taken'), await found('walrus')]).toEqual([1, 1, 1])
  })
})
