import { isSettled, type RunState } from '../core/run/state.ts'
import type { RunSummary } from '../contract/requests.ts'

/** The line of a run in a list. `open`: this engine has it open for writing. */
export function summaryOf(state: RunState, open: boolean): RunSummary {
  const steps = Object.values(state.steps)
  return {
    run: state.run,
    title: state.plan.title,
    kind: state.plan.kind,
    ...(state.plan.system !== undefined && { system: state.plan.system }),
    path: state.runbook.path,
    mode: state.mode,
    phase: state.phase === 'none' ? 'running' : state.phase,
    commander: state.commander,
    ...(state.severity !== undefined && { severity: state.severity }),
    startedAt: state.startedAt,
    ...(state.endedAt !== undefined && { endedAt: state.endedAt }),
    ...(state.declaredAt !== undefined && { declaredAt: state.declaredAt }),
    ...(state.plan.objectives.rtoMs !== undefined && { rtoMs: state.plan.objectives.rtoMs }),
    events: state.seq,
    steps: { total: steps.length, settled: steps.filter((step) => isSettled(step.status)).length },
    deviations: state.deviations.length,
    open,
  }
}
