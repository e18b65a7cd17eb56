import { REPORT_KINDS } from '../../run/reports.ts'
import type { RunState } from '../../run/state.ts'
import { buildReport } from '../build.ts'
import { writtenFields } from '../build-people.ts'
import type { Collected } from '../collect.ts'
import type { Membership, PackRun } from './pack.ts'

/** What a pack has to know of a run beside its events. */
export interface PackRunContext {
  readonly membership: Membership
  /** Epoch milliseconds: until when an open run is told. */
  readonly now: number
  /** It is open in a Muster that runs. */
  readonly open: boolean
  readonly verification: PackRun['verification']
}

/** One run as it stands in a pack: the same figures as in its own reports, without what was said and done in between. */
export function packRun(collected: Collected, context: PackRunContext): PackRun {
  const { state } = collected
  const report = buildReport(collected, {
    kind: 'audit',
    now: context.now,
    open: context.open,
    earlier: [],
    usualMs: {},
  })
  const worst = state.severities.map(({ severity }) => severity).toSorted()[0]
  return {
    run: report.run,
    membership: context.membership,
    title: report.title,
    runbook: report.runbook,
    mode: report.mode,
    status: report.status,
    ...(report.environment !== undefined && { environment: report.environment }),
    production: report.production,
    version: report.version,
    device: report.device,
    commander: report.commander,
    people: peopleOf(report.roles),
    ...(worst !== undefined && { severity: worst }),
    times: report.times,
    recovery: report.recovery,
    recoveryPoint: report.recoveryPoint,
    steps: stepsOf(state),
    counts: report.counts,
    decisions: report.decisions.length,
    terminals: Object.keys(state.terminals).length,
    approvals: report.approvals,
    deviations: report.deviations,
    unknowns: report.unknowns,
    gaps: report.gaps,
    redactions: Object.entries(state.redactions ?? {}).map(
      ([sha256, { event, kind, reason, by, at }]) => ({ sha256, event, kind, reason, by, at }),
    ),
    witnesses: (state.witnesses ?? []).map(({ seq, size, kind, by, at }) => ({
      seq,
      size,
      kind,
      by,
      at,
    })),
    reports: reportsOf(state),
    verification: context.verification,
    head: report.head,
  }
}

function peopleOf(
  roles: readonly { readonly role: string; readonly who: string }[],
): PackRun['people'] {
  const seen = new Map<string, { role: string; who: string }>()
  for (const { role, who } of roles) seen.set(`${role}\n${who}`, { role, who })
  return [...seen.values()]
}

function stepsOf(state: RunState): PackRun['steps'] {
  const steps = { done: 0, failed: 0, skipped: 0, rolledBack: 0, notNeeded: 0, left: 0 }
  for (const { status } of Object.values(state.steps)) {
    switch (status) {
      case 'done':
      case 'failed':
      case 'skipped':
        steps[status] += 1
        break
      case 'rolled-back':
        steps.rolledBack += 1
        break
      case 'not-needed':
        steps.notNeeded += 1
        break
      case 'pending':
      case 'active':
      case 'rolling-back':
        steps.left += 1
        break
    }
  }
  return { total: state.plan.steps.length, ...steps }
}

function reportsOf(state: RunState): PackRun['reports'] {
  return REPORT_KINDS.flatMap((kind) => {
    const written = state.reports?.[kind]
    if (written === undefined) return []
    const fields = writtenFields(state, kind).filter(({ text }) => text !== '')
    return [{ kind, status: written.status, fields }]
  })
}
