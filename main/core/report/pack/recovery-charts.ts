import { recoveryChart } from '../recovery-chart.ts'
import type { Element } from '../tree.ts'
import { MODE_WORDS } from '../words.ts'
import type { AuditPack, PackRun } from './pack.ts'
import { isOpen } from './population.ts'

export interface PackChart {
  /** The last run in it, which is in no other: runbooks may have the same title. */
  readonly run: string
  readonly heading: string
  readonly chart: Element
}

/** Recovery times of each runbook against its objective; exercises are not compared with what was real. */
export function recoveryCharts({ runs }: AuditPack): readonly PackChart[] {
  const groups = new Map<string, PackRun[]>()
  for (const run of runs) {
    if (isOpen(run)) continue
    const key = `${run.mode}\n${run.runbook.path}`
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups.values()].flatMap((its) => chartOf(its))
}

function chartOf(its: readonly PackRun[]): readonly PackChart[] {
  const last = its.at(-1)
  if (last === undefined) return []
  const earlier = its.slice(0, -1).map(({ run, times, status, recovery }) => ({
    run,
    startedAt: times.started,
    phase: status,
    elapsedMs: recovery.actualMs,
    ...(recovery.targetMs !== undefined && { targetMs: recovery.targetMs }),
  }))
  const chart = recoveryChart({ ...last, earlier }, 'latest')
  const mode = MODE_WORDS[last.mode].word.toLowerCase()
  return chart === undefined
    ? []
    : [{ run: last.run, heading: `${last.title}: recovery time, ${mode}`, chart }]
}
