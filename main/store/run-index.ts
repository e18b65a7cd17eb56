import { runSummarySchema, type RunSummary, type SearchHit } from '../contract/requests.ts'
import type { RunEvent } from '../core/run/events.ts'
import { replay } from '../core/run/replay.ts'
import type { EventLog, RunIndex } from '../engine/ports.ts'
import { summaryOf } from '../engine/summary.ts'
import { reading, writingLater, type Access } from './access.ts'
import type { SearchIndex, SearchMatch } from './search-index.ts'
import { entriesOf } from './search-rebuild.ts'

/** How many events are read from the log at a time. */
const PAGE = 2_000

interface IndexRow {
  readonly run: string
  readonly events: number
  readonly summary: string
  /** How many events the log has. */
  readonly logged: number
}

/**
 * The list of runs. Each row is checked against the log when it is read: a crash between an event and its summary, or
 * a lost table, costs a replay and never a wrong line.
 */
export function createRunIndex(access: Access, log: EventLog, search: SearchIndex): RunIndex {
  const { database } = access
  const row = `run, events, summary,
    (select coalesce(max(seq), 0) from event where event.run = run.run) as logged from run`
  const newest = database.prepare<[number, number], IndexRow>(
    `select ${row} where started_at < ? order by started_at desc, run desc limit ?`,
  )
  const one = database.prepare<[string], IndexRow>(`select ${row} where run = ?`)
  const stale = database.prepare<[], IndexRow>(
    `select * from (select ${row}) where events <> logged`,
  )
  const unlisted = database
    .prepare<[], string>(
      'select run from event where seq = 1 and not exists (select 1 from run where run.run = event.run)',
    )
    .pluck()
  const unfinished = database
    .prepare<[], string>(
      `select run from run where phase in ('running', 'paused') order by started_at desc, run desc`,
    )
    .pluck()
  const save = database.prepare<[string, number, string, number, string]>(
    `insert into run (run, started_at, phase, events, summary) values (?, ?, ?, ?, ?)
     on conflict (run) do update set started_at = excluded.started_at, phase = excluded.phase,
       events = excluded.events, summary = excluded.summary`,
  )

  function put(summary: RunSummary): void {
    writingLater(
      access,
      `The list of runs could not be brought up to date with ${summary.run}`,
      () =>
        save.run(
          summary.run,
          summary.startedAt,
          summary.phase,
          summary.events,
          JSON.stringify(summary),
        ),
    )
  }

  /** The summary as the events give it; undefined when there are none, or none that can be read. */
  function rebuild(run: string): RunSummary | undefined {
    try {
      const state = replay(eventsOf(log, run))
      if (state === undefined) return undefined
      const summary = summaryOf(state, false)
      if (access.readOnly === undefined) put(summary)
      return summary
    } catch {
      // One damaged run must not hide the others; opening or verifying it says what is wrong.
      return undefined
    }
  }

  function current({ run, events, logged, summary }: IndexRow): RunSummary | undefined {
    const stored = parseSummary(summary)
    if (stored !== undefined && events === logged) return stored
    return rebuild(run) ?? stored
  }

  function reindex(run: string): void {
    try {
      for (const event of eventsOf(log, run)) {
        for (const entry of entriesOf(event, access.folder)) search.add(entry)
      }
    } catch {
      // The search is a convenience: what cannot be read is not found.
    }
  }

  if (access.readOnly === undefined) {
    for (const run of unlisted.all()) rebuild(run)
    for (const { run } of stale.all()) rebuild(run)
    search.unindexed().forEach(reindex)
  }

  function get(run: string): RunSummary | undefined {
    return reading(access, `Run ${run} could not be looked up`, () => {
      const found = one.get(run)
      return found === undefined ? rebuild(run) : current(found)
    })
  }

  return {
    list: (limit, before = Number.MAX_SAFE_INTEGER) =>
      reading(access, 'The list of runs could not be read', () =>
        newest.all(before, limit).flatMap((found) => current(found) ?? []),
      ),
    get,
    put,
    unfinished: () =>
      reading(access, 'The list of unfinished runs could not be read', () => unfinished.all()),
    search(query, limit) {
      return search.search(query, limit).flatMap((match) => withTitle(match, get(match.run)))
    },
    indexText: (entry) => search.add(entry),
  }
}

function* eventsOf(log: EventLog, run: string): Generator<RunEvent> {
  for (let after = 0; ;) {
    const page = log.read(run, after, PAGE)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.seq
  }
}

function parseSummary(text: string): RunSummary | undefined {
  try {
    return runSummarySchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function withTitle(match: SearchMatch, summary: RunSummary | undefined): readonly SearchHit[] {
  if (summary === undefined) return []
  return [{ ...match, title: summary.title, startedAt: summary.startedAt }]
}
