import { REPORT_KINDS } from '../run/reports.ts'
import { recoveryTime } from '../run/timing.ts'
import { writtenFields } from './build-people.ts'
import type { Collected } from './collect.ts'
import type { PreviousRun } from './report-people.ts'

/** What a report says of the run before it. `sha256`: of the runbook now. */
export function previousOf({ state, unknowns }: Collected, sha256: string): PreviousRun {
  const actions = REPORT_KINDS.flatMap((kind) =>
    writtenFields(state, kind).flatMap(({ id, rows }) => (id === 'ratings' ? [] : (rows ?? []))),
  )
  return {
    run: state.run,
    mode: state.mode,
    startedAt: state.startedAt,
    status: state.phase,
    elapsedMs: recoveryTime(state, state.endedAt ?? state.startedAt).elapsedMs,
    deviations: state.deviations.length,
    unknowns: unknowns.length,
    stepsDone: Object.values(state.steps).filter(({ status }) => status === 'done').length,
    steps: state.plan.steps.length,
    changed: state.runbook.sha256 !== sha256,
    actions,
  }
}
