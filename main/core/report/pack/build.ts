import { packControls } from './controls.ts'
import type {
  AuditPack,
  PackDeleted,
  PackRun,
  PackRunbook,
  PackUnreadable,
  Period,
} from './pack.ts'
import { compare, isCompleted, populationLines, totalsOf } from './population.ts'

/** What was found of a period. */
export interface PackContents {
  readonly period: Period
  readonly zone: string
  readonly madeAt: number
  readonly madeBy: string
  readonly version: string
  readonly device: string
  readonly runs: readonly PackRun[]
  readonly deleted: readonly PackDeleted[]
  readonly unreadable: readonly PackUnreadable[]
  readonly problems: readonly string[]
}

/** The pack, from what was found. `hash`: SHA-256 of a text in UTF-8, hex. Pure. */
export function buildPack(contents: PackContents, hash: (text: string) => string): AuditPack {
  const { period, unreadable, problems } = contents
  const runs = contents.runs.toSorted(byStart)
  const deleted = contents.deleted.toSorted(
    (left, right) => left.started - right.started || compare(left.run, right.run),
  )
  const found = { runs, deleted, unreadable }
  return {
    form: 1,
    kind: 'audit-pack',
    from: period.from,
    to: period.to,
    zone: contents.zone,
    madeAt: contents.madeAt,
    madeBy: contents.madeBy,
    version: contents.version,
    device: contents.device,
    totals: totalsOf(found),
    controls: packControls(found),
    runbooks: runbooksOf(runs),
    runs,
    deleted,
    unreadable,
    problems,
    digest: hash(populationLines(found).join('')),
  }
}

function byStart(left: PackRun, right: PackRun): number {
  return left.times.started - right.times.started || compare(left.run, right.run)
}

/** The runbooks that were run, in the order of their titles. */
function runbooksOf(runs: readonly PackRun[]): readonly PackRunbook[] {
  const found = new Map<string, PackRun[]>()
  for (const run of runs) {
    const known = found.get(run.runbook.path)
    if (known === undefined) found.set(run.runbook.path, [run])
    else known.push(run)
  }
  return [...found]
    .flatMap(([path, its]) => {
      const last = its.at(-1)
      if (last === undefined) return []
      const completed = its.filter(isCompleted)
      const lastCompleted = completed.at(-1)?.times.ended
      const number = (counted: (run: PackRun) => boolean): number => its.filter(counted).length
      return [
        {
          path,
          title: last.title,
          kind: last.runbook.kind,
          ...(last.runbook.system !== undefined && { system: last.runbook.system }),
          versions: [...new Set(its.map(({ runbook }) => runbook.sha256))],
          runs: its.length,
          live: number(({ mode }) => mode === 'live'),
          drill: number(({ mode }) => mode === 'drill'),
          walkthrough: number(({ mode }) => mode === 'walkthrough'),
          completed: completed.length,
          met: number(({ recovery }) => recovery.verdict === 'met'),
          missed: number(({ recovery }) => recovery.verdict === 'missed'),
          last: last.times.started,
          ...(lastCompleted !== undefined && { lastCompleted }),
        },
      ]
    })
    .toSorted((left, right) => compare(left.title, right.title) || compare(left.path, right.path))
}
