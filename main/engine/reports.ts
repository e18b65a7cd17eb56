import { buildReport } from '../core/report/build.ts'
import { Collector, type Collected } from '../core/report/collect.ts'
import { outputsOf, type Excerpt, type Excerpts } from '../core/report/html-commands.ts'
import { previousOf } from '../core/report/previous.ts'
import type { EarlierRun, Report } from '../core/report/report.ts'
import type { PreviousRun } from '../core/report/report-people.ts'
import { entryOf, highlightsOf, type TimelineEntry } from '../core/report/timeline.ts'
import { clockIn, type ReportClock } from '../core/report/zone.ts'
import { replay } from '../core/run/replay.ts'
import type { ReportKind } from '../core/run/reports.ts'
import { stepTime } from '../core/run/timing.ts'
import { ContractError } from '../contract/frames.ts'
import type { RunSummary } from '../contract/requests.ts'
import type { EngineOptions } from './options.ts'
import type { Runs } from './runs.ts'
import type { ExportSource } from './export-source.ts'
import { kindOf, picturesOf } from './attachments/shown.ts'
import { recordSource } from './record-source.ts'
import { verifyRun } from './verify.ts'

/** Reports of runs, computed from the log whenever they are asked for. */

/** Runs looked through for earlier ones of the same runbook. */
const MOST_RUNS = 1_000
/** Earlier runs whose steps say what is usual, the latest of them. */
const COMPARED = 5
/** Longer runs are not replayed only to compare. */
const LONGEST_COMPARED = 5_000
/** What a report shows of an output: this much of its beginning, and of its end. */
const EXCERPT_BYTES = 2_000
const EXCERPT_LINES = 12
/** Outputs a report shows something of; those that did not pass come first. */
const MOST_EXCERPTS = 400

export class Reports {
  readonly #options: EngineOptions
  readonly #runs: Runs

  constructor(options: EngineOptions, runs: Runs) {
    this.#options = options
    this.#runs = runs
  }

  /** The report of a run as it stands now. */
  async get(run: string, kind: ReportKind, verify: boolean): Promise<Report> {
    return (await this.#report(run, kind, verify)).report
  }

  /** What files are made of. Throws when there is no such time zone. */
  async source(run: string, kind: ReportKind, zone: string): Promise<ExportSource> {
    const clock = clockOf(zone)
    const { report, collected } = await this.#report(run, kind, true)
    const runs = this.#runs
    const timeline = function* (): Generator<TimelineEntry> {
      for (const event of runs.events(run)) yield entryOf(event, collected.names, clock.utc)
    }
    return {
      run,
      report,
      clock,
      excerpts: await this.#excerpts(report),
      pictures: await picturesOf(report, this.#options.store.blobs),
      highlights: highlightsOf(report.pins, timeline()),
      record: recordSource(run, collected.state.runbook.source.sha256, this.#options.store),
      events: () => runs.events(run),
      timeline,
    }
  }

  async #report(
    run: string,
    kind: ReportKind,
    verify: boolean,
  ): Promise<{ readonly report: Report; readonly collected: Collected }> {
    const summary = this.#runs.summary(run)
    const collector = new Collector()
    for (const event of this.#runs.events(run)) collector.add(event)
    const collected = collector.collected()
    if (collected === undefined)
      throw new ContractError('no-run', `The log has no events of run “${run}”.`)
    const before = this.#earlier(summary)
    const { store, crypto, clock } = this.#options
    const checked = verify
      ? await verifyRun(run, store, crypto, this.#options.signatures)
      : undefined
    const report = buildReport(collected, {
      kind,
      now: clock.wall(),
      open: summary.open || store.readOnly !== undefined,
      earlier: before.map(earlierRun),
      usualMs: this.#usual(before),
      ...this.#previous(before.at(-1), collected.state.runbook.sha256),
      ...(checked !== undefined && {
        verification: {
          ok: checked.ok,
          events: checked.events,
          outputs: checked.blobs,
          ...(checked.signed !== undefined && {
            signed: { checkpoints: checked.signed.checkpoints, upTo: checked.signed.upTo },
          }),
          problems: checked.problems.map(({ seq, message }) =>
            seq === undefined ? message : `Event ${seq}: ${message}`,
          ),
        },
      }),
    })
    return { report, collected }
  }

  /** Ended runs of the same runbook in the same mode that began before this one, oldest first. */
  #earlier({ run, path, mode, startedAt }: RunSummary): readonly RunSummary[] {
    return this.#runs
      .list(MOST_RUNS)
      .filter(
        (other) =>
          other.run !== run &&
          other.path === path &&
          other.mode === mode &&
          other.startedAt < startedAt &&
          other.endedAt !== undefined,
      )
      .toReversed()
  }

  #usual(before: readonly RunSummary[]): Readonly<Record<string, number>> {
    const durations = new Map<string, number[]>()
    const compared = before.filter(
      ({ phase, events }) => phase === 'finished' && events <= LONGEST_COMPARED,
    )
    for (const { run } of compared.slice(-COMPARED)) {
      const state = replay(this.#runs.events(run))
      for (const step of state?.plan.steps ?? []) {
        if (state === undefined || state.steps[step.id]?.status !== 'done') continue
        const time = stepTime(state, step.id, state.endedAt ?? 0)
        if (time !== undefined)
          durations.set(step.id, [...(durations.get(step.id) ?? []), time.elapsedMs])
      }
    }
    return Object.fromEntries([...durations].map(([step, values]) => [step, median(values)]))
  }

  /** The run before, read again unless it is too long. */
  #previous(before: RunSummary | undefined, sha256: string): { previous?: PreviousRun } {
    if (before === undefined || before.events > LONGEST_COMPARED) return {}
    const collector = new Collector()
    for (const event of this.#runs.events(before.run)) collector.add(event)
    const collected = collector.collected()
    return collected === undefined ? {} : { previous: previousOf(collected, sha256) }
  }

  async #excerpts(report: Report): Promise<Excerpts> {
    const { blobs } = this.#options.store
    const excerpts = new Map<string, Excerpt>()
    for (const { sha256, bytes } of outputsOf(report)) {
      if (excerpts.size >= MOST_EXCERPTS) break
      if (excerpts.has(sha256)) continue
      if (blobs.size(report.run, sha256) === undefined) {
        excerpts.set(sha256, { text: '', bytes, cut: true, redacted: true })
        continue
      }
      const kind = await kindOf(blobs, report.run, { sha256, bytes })
      if (kind !== undefined) {
        excerpts.set(sha256, { text: '', bytes, cut: true, redacted: false, kind })
        continue
      }
      const cut = bytes > 2 * EXCERPT_BYTES
      const decode = async (offset: number, length: number): Promise<string> =>
        new TextDecoder('utf-8').decode(await blobs.read(report.run, sha256, offset, length))
      const text = cut
        ? `${await decode(0, EXCERPT_BYTES)}\n[…]\n${await decode(bytes - EXCERPT_BYTES, EXCERPT_BYTES)}`
        : await decode(0, bytes)
      const lines = text.trimEnd().split('\n')
      const long = lines.length > 2 * EXCERPT_LINES
      excerpts.set(sha256, {
        text: long
          ? [...lines.slice(0, EXCERPT_LINES), '[…]', ...lines.slice(-EXCERPT_LINES)].join('\n')
          : lines.join('\n'),
        bytes,
        cut: cut || long,
        redacted: false,
      })
    }
    return excerpts
  }
}

function clockOf(zone: string): ReportClock {
  try {
    return clockIn(zone)
  } catch {
    throw new ContractError(
      'no-zone',
      `There is no time zone “${zone}”. Use a name like Europe/Berlin, or UTC.`,
    )
  }
}

function earlierRun({ run, phase, startedAt, declaredAt, endedAt, rtoMs }: RunSummary): EarlierRun {
  return {
    run,
    startedAt,
    phase,
    elapsedMs: Math.max(0, (endedAt ?? startedAt) - (declaredAt ?? startedAt)),
    ...(rtoMs !== undefined && { targetMs: rtoMs }),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
