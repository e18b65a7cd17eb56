import { createHash, randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import Database from 'better-sqlite3'
import type { RunSummary } from '../../main/contract/requests.ts'
import { openStore } from '../../main/store/open.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import type { Benchmark, Comparison, Figure } from './measure.ts'

/**
 * Search over 10,000 runs of 100 events each: the time that 95 of 100 searches stay below, beside Debian's grep over the
 * same texts in one file. The target is 50 ms.
 */

const RUNS = 10_000
const EVENTS_PER_RUN = 100
/** Notes and outputs of a run that can be found, beside its title and names. */
const TEXTS_PER_RUN = 20
const SEARCHES = 200
const GREPS = 40
const LIMIT = 50

const WORDS = (
  'replica primary failover promote lag queue drains timeout payment checkout support latency error budget certificate ' +
  'renewed disk volume snapshot restore backup verified checksum mismatch connection refused reset peer upstream gateway ' +
  'healthy degraded node cluster quorum leader election cache evicted keys memory pressure restarted service deployed ' +
  'version rollback confirmed operator paged customer notified status page incident declared resolved mitigated'
).split(' ')

/** A reproducible sequence of numbers from 0 to 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function* textsOf(run: number): Generator<string> {
  const next = randomNumbers(run + 1)
  for (let index = 0; index < TEXTS_PER_RUN; index++) {
    const words = Array.from({ length: 24 }, () => WORDS[Math.floor(next() * WORDS.length)] ?? '')
    const host = `db-${Math.floor(next() * 500)}.example.com`
    const ticket = `INC-${run}${String(index).padStart(2, '0')}`
    yield `${words.slice(0, 12).join(' ')} ${host} ${words.slice(12).join(' ')} ${ticket}`
  }
}

/** What people look for: a ticket, a host, a word, two words, the beginning of one, and what is nowhere. */
function queries(count: number): readonly string[] {
  const next = randomNumbers(7)
  const word = (): string => WORDS[Math.floor(next() * WORDS.length)] ?? ''
  const kinds = [
    () => `INC-${Math.floor(next() * RUNS)}05`,
    () => `db-${Math.floor(next() * 500)}.example`,
    () => word(),
    () => `${word()} ${word()}`,
    () => word().slice(0, 2),
    () => `${word().slice(0, 2)} ${word()}`,
    () => `nowhere-${Math.floor(next() * 1_000)}`,
  ]
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length]?.() ?? '')
}

function percentile(samples: readonly number[], share: number): Figure['median'] {
  const sorted = samples.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function figure(name: string, samples: readonly number[]): Figure {
  return {
    name,
    median: percentile(samples, 0.95),
    least: percentile(samples, 0),
    most: percentile(samples, 1),
  }
}

function summaryOf(run: number): RunSummary {
  const startedAt = 1_790_000_000_000 + run * 60_000
  return {
    run: `run-${run}`,
    title: `Fail over orders, number ${run}`,
    kind: 'failover',
    path: '/runbooks/orders.md',
    mode: 'live',
    phase: 'finished',
    commander: 'Ada',
    startedAt,
    endedAt: startedAt + 50_000,
    events: EVENTS_PER_RUN,
    steps: { total: 12, settled: 12 },
    deviations: 0,
    open: false,
  }
}

/** Events of every run, as bytes of the usual length: the search does not read them, but they are in the same file. */
function fillLog(path: string): void {
  const database = new Database(path)
  try {
    const insert = database.prepare('insert into event (run, seq, bytes, hash) values (?, ?, ?, ?)')
    const bytes = Buffer.from(JSON.stringify({ text: 'x'.repeat(330) }))
    database.transaction(() => {
      for (let run = 0; run < RUNS; run++)
        for (let seq = 1; seq <= EVENTS_PER_RUN; seq++)
          insert.run(`run-${run}`, seq, bytes, '0'.repeat(64))
    })()
  } finally {
    database.close()
  }
}

export const search: Benchmark = {
  name: 'search',
  async run() {
    const folder = temporaryFolder('bench-search')
    const data = join(folder.path, 'data')
    const store = openStore({
      folder: data,
      clock: { wall: () => Date.now(), mono: () => Math.round(performance.now()) },
      crypto: {
        sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
        randomId: () => randomBytes(10).toString('hex'),
      },
    })
    try {
      fillLog(join(data, 'muster.db'))
      for (let run = 0; run < RUNS; run++) {
        store.runs.put(summaryOf(run))
        for (const [index, text] of [...textsOf(run)].entries()) {
          const where = index % 4 === 0 ? 'note' : 'output'
          store.runs.indexText({ run: `run-${run}`, where, text, step: `step-${index}` })
        }
      }
      const file = join(folder.path, 'texts.txt')
      await pipeline(
        Readable.from(
          (function* () {
            for (let run = 0; run < RUNS; run++) yield `${[...textsOf(run)].join('\n')}\n`
          })(),
        ),
        createWriteStream(file),
      )
      const searched = queries(SEARCHES).map((query) => {
        const startedAt = performance.now()
        const hits = store.runs.search(query, LIMIT)
        const took = performance.now() - startedAt
        if (query.startsWith('INC-') && hits.length === 0)
          throw new Error(`${query} was not found.`)
        return took
      })
      const grepped = queries(GREPS).map((query) => {
        const startedAt = performance.now()
        try {
          execFileSync('grep', ['-m', String(LIMIT), '-i', '-F', query, file])
        } catch {
          // It ends with 1 where it finds nothing.
        }
        return performance.now() - startedAt
      })
      const subject = figure('Muster, search', searched)
      const baseline = figure('grep -i -F', grepped)
      const comparison: Comparison = {
        benchmark: `95th percentile of searches, ${RUNS} runs, ${RUNS * EVENTS_PER_RUN} events`,
        unit: 'ms',
        better: 'less',
        subject,
        baseline,
        ratio: subject.median / baseline.median,
      }
      return { comparisons: [comparison], missing: [] }
    } finally {
      store.close()
      folder.remove()
    }
  },
}
