import { setImmediate as giveWay } from 'node:timers/promises'
import { buildPack } from '../core/report/pack/build.ts'
import type {
  AuditPack,
  Membership,
  PackDeleted,
  PackRun,
  PackUnreadable,
  Period,
} from '../core/report/pack/pack.ts'
import { packRun } from '../core/report/pack/pack-run.ts'
import { Collector, type Collected } from '../core/report/collect.ts'
import { noZone, zoneNamed } from '../core/report/zone.ts'
import { ContractError } from '../contract/frames.ts'
import { deletedRuns } from './evidence/deletion.ts'
import type { EngineOptions } from './options.ts'
import type { Runs } from './runs.ts'
import { verifyRun } from './verify.ts'

/** Audit packs: every run of a period, each read and verified from its record. */

/** Events between which everything else gets its turn. */
const PAGE = 2_000
/** A damaged record can have one problem for every event. */
const MOST_PROBLEMS = 20

export interface PackOrder {
  readonly period: Period
  /** IANA name of the zone in which the period was meant. */
  readonly zone: string
  readonly signal: AbortSignal
  readonly progress: (done: number, total: number) => void
}

interface Chosen {
  readonly run: string
  readonly at: number
  readonly membership: Membership
}

export class AuditPacks {
  readonly #options: EngineOptions
  readonly #runs: Runs

  constructor(options: EngineOptions, runs: Runs) {
    this.#options = options
    this.#runs = runs
  }

  /** Reads and verifies every run of the period. Throws in words where the period or the zone is none. */
  async make({ period, zone, signal, progress }: PackOrder): Promise<AuditPack> {
    if (period.to <= period.from)
      throw new ContractError('no-period', 'The period ends before it begins.')
    checkZone(zone)
    const { store, clock, crypto, version } = this.#options
    const problems: string[] = []
    const unreadable: PackUnreadable[] = store.population.traces().map((run) => ({
      run,
      membership: 'began',
      message:
        'Something of this run is in the data folder, but the beginning of its record is gone, and no tombstone says why.',
    }))
    const chosen = this.#chosen(period, unreadable)
    const runs: PackRun[] = []
    for (const { run, at, membership } of chosen) {
      stopIf(signal)
      progress(runs.length, chosen.length)
      try {
        runs.push(await this.#run(run, membership, signal))
      } catch (error) {
        if (signal.aborted) throw error
        const message = error instanceof Error ? error.message : String(error)
        unreadable.push({ run, membership, started: at, message })
      }
    }
    progress(runs.length, chosen.length)
    const tombstones = this.#deleted(period, unreadable)
    const recorded = new Set(store.population.begun().map(({ run }) => run))
    // Counted once: as the run that it is.
    const deleted = tombstones.filter(({ run }) => !recorded.has(run))
    for (const { run } of tombstones)
      if (recorded.has(run))
        problems.push(`${run} was deleted, says its tombstone, and has a record.`)
    for (const { run, signed } of deleted)
      if (!signed) problems.push(`The tombstone of ${run} is not signed by a key of this device.`)
    for (const { run } of unreadable) problems.push(`The record of ${run} cannot be read.`)
    for (const { run, verification } of runs)
      if (!verification.ok) problems.push(`The record of ${run} does not verify.`)
    return buildPack(
      {
        period,
        zone,
        madeAt: Math.round(clock.wall()),
        madeBy: store.settings.get().name || this.#options.user,
        version,
        device: store.device,
        runs,
        deleted,
        unreadable,
        problems,
      },
      (text) => crypto.sha256(Buffer.from(text, 'utf8')),
    )
  }

  /** The runs of the period. Those of which not even the beginning can be read are put among the unreadable ones. */
  #chosen({ from, to }: Period, unreadable: PackUnreadable[]): readonly Chosen[] {
    const chosen: Chosen[] = []
    for (const { run, at } of this.#options.store.population.begun()) {
      if (at === undefined)
        unreadable.push({
          run,
          membership: 'began',
          message: 'The first event of this run cannot be read.',
        })
      else {
        const membership = this.#membership(run, at, { from, to })
        if (membership !== undefined) chosen.push({ run, at, membership })
      }
    }
    return chosen
  }

  /**
   * Where a run belongs. When the list of runs has another time for its beginning than its first event, either may have
   * been changed: the run stands in the pack for both.
   */
  #membership(run: string, at: number, { from, to }: Period): Membership | undefined {
    const isIn = (moment: number | undefined): boolean =>
      moment !== undefined && moment >= from && moment < to
    if (isIn(at)) return 'began'
    const listed = this.#listed(run)
    if (isIn(listed?.startedAt)) return 'began'
    const ended = listed?.endedAt
    return at < from && (ended === undefined || ended >= from) ? 'carried-over' : undefined
  }

  #listed(run: string): ReturnType<EngineOptions['store']['runs']['get']> {
    try {
      return this.#options.store.runs.get(run)
    } catch {
      // Whatever is wrong with it is said where it is read.
      return undefined
    }
  }

  async #run(run: string, membership: Membership, signal: AbortSignal): Promise<PackRun> {
    const { store, crypto, clock, signatures } = this.#options
    const collected = await this.#collected(run, signal)
    const checked = await verifyRun(run, store, crypto, signatures)
    const problems = checked.problems.map(({ seq, message }) =>
      seq === undefined || message.startsWith(`Event ${seq} `)
        ? message
        : `Event ${seq}: ${message}`,
    )
    const open = store.readOnly !== undefined || this.#runs.summary(run).open
    return packRun(collected, {
      membership,
      now: clock.wall(),
      open,
      verification: {
        ok: checked.ok,
        events: checked.events,
        outputs: checked.blobs,
        problems: [
          ...problems.slice(0, MOST_PROBLEMS),
          ...(problems.length > MOST_PROBLEMS
            ? [`and ${problems.length - MOST_PROBLEMS} more`]
            : []),
        ],
        checkpoints: checked.signed?.checkpoints ?? 0,
        signedUpTo: checked.signed?.upTo ?? 0,
        witnesses: checked.signed?.witnesses ?? 0,
      },
    })
  }

  async #collected(run: string, signal: AbortSignal): Promise<Collected> {
    const collector = new Collector()
    let read = 0
    for (const event of this.#runs.events(run)) {
      collector.add(event)
      read += 1
      if (read % PAGE !== 0) continue
      stopIf(signal)
      await giveWay()
    }
    await giveWay()
    const collected = collector.collected()
    if (collected === undefined)
      throw new ContractError('no-run', `The record of ${run} has no beginning.`)
    return collected
  }

  /** Tombstones of runs that were in the period, or were deleted in it. */
  #deleted({ from, to }: Period, unreadable: PackUnreadable[]): readonly PackDeleted[] {
    const { crypto, store } = this.#options
    const tombstones = deletedRuns(this.#options, (bytes) =>
      Buffer.from(crypto.sha256(bytes), 'hex'),
    )
    const known = new Set(tombstones.map(({ tombstone }) => tombstone.run))
    for (const { run } of store.tombstones())
      if (!known.has(run))
        unreadable.push({
          run,
          membership: 'began',
          message: 'It was deleted, and its tombstone cannot be read.',
        })
    return tombstones.flatMap(({ tombstone, signed }) => {
      const { startedAt, endedAt, wall, runbook, phase } = tombstone
      const membership =
        startedAt >= to
          ? undefined
          : startedAt >= from
            ? 'began'
            : (endedAt ?? startedAt) >= from
              ? 'carried-over'
              : wall >= from && wall < to
                ? 'deleted'
                : undefined
      if (membership === undefined) return []
      const { run, title, kind, mode, events, head, by, reason } = tombstone
      return [
        {
          run,
          membership,
          title,
          kind,
          mode,
          status: phase,
          runbook,
          started: startedAt,
          ...(endedAt !== undefined && { ended: endedAt }),
          events,
          head,
          deleted: wall,
          by,
          reason,
          signed,
        },
      ]
    })
  }
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted)
    throw new ContractError('cancelled', 'The export was cancelled. No file was written.')
}

function checkZone(zone: string): void {
  if (zoneNamed(zone) === undefined) throw new ContractError('no-zone', noZone(zone))
}
