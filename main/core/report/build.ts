import { own } from '../own.ts'
import type { PlanStep } from '../run/plan.ts'
import type { Attempt, RunState } from '../run/state.ts'
import { recoveryTime, stepTime } from '../run/timing.ts'
import {
  escalationsOf,
  incidentOf,
  isCompleted,
  participantsOf,
  recoveryPointOf,
  severityTimesOf,
  updatesOf,
  writtenFields,
} from './build-people.ts'
import type { Collected } from './collect.ts'
import { attachmentsOf } from './report-attachments.ts'
import { reportInjects } from './report-injects.ts'
import type { Recovery, Report, ReportAttempt, ReportContext, ReportStep } from './report.ts'

/** The report of a run, from what was collected of its events. Pure: the same events give the same report for ever. */
export function buildReport(collected: Collected, context: ReportContext): Report {
  const { state } = collected
  const over = state.phase === 'finished' || state.phase === 'aborted'
  const until = state.endedAt ?? context.now
  return {
    form: 1,
    kind: context.kind,
    run: state.run,
    title: state.plan.title,
    runbook: {
      kind: state.plan.kind,
      ...(state.plan.system !== undefined && { system: state.plan.system }),
      path: state.runbook.path,
      sha256: state.runbook.sha256,
    },
    mode: state.mode,
    status: over || context.open ? state.phase : 'interrupted',
    draft: state.reports?.[context.kind]?.status ?? 'draft',
    ...(state.environment !== undefined && { environment: state.environment }),
    production: state.production === true,
    version: collected.version,
    device: collected.device,
    commander: state.commander,
    times: {
      ...(state.declaredAt !== undefined && { declared: state.declaredAt }),
      started: state.startedAt,
      ...(state.endedAt !== undefined && { ended: state.endedAt }),
      durationMs: Math.max(0, until - state.startedAt),
    },
    ...(collected.endReason !== undefined && { endReason: collected.endReason }),
    asOf: until,
    recovery: recoveryOf(state, context.now),
    recoveryPoint: recoveryPointOf(state, context.kind),
    incident: incidentOf(state, context.kind),
    severities: state.severities.map(({ severity, from }, index) => ({
      severity,
      from,
      ms: Math.max(0, (state.severities[index + 1]?.from ?? until) - from),
    })),
    ...severityTimesOf(state, until),
    pauses: state.pauses.map(({ from, to, reason }) => ({
      from,
      ...(to !== undefined && { to }),
      ms: Math.max(0, (to ?? until) - from),
      ...(reason !== undefined && { reason }),
    })),
    gaps: collected.gaps,
    roles: collected.roles,
    ...participantsOf(collected),
    inputs: Object.entries(state.inputs).map(([name, value]) => ({ name, value })),
    secretInputs: state.secretInputs,
    connections: Object.entries(state.connections ?? {}).map(([target, { profile, summary }]) => ({
      target,
      profile,
      summary,
    })),
    ...(collected.answers !== undefined && { answers: collected.answers }),
    steps: state.plan.steps.map((step, index) => reportStep(state, step, index, context)),
    decisions: collected.decisions,
    approvals: collected.approvals,
    deviations: state.deviations.map(({ seq, at, by, kind, step, block, reason }) => {
      const where = step ?? (block === undefined ? undefined : own(state.blocks, block)?.step)
      // Who refused may be somebody else than who typed it in.
      const who = collected.approvals.find((one) => one.seq === seq)?.by ?? by
      return { seq, at, by: who, kind, reason, ...(where !== undefined && { step: where }) }
    }),
    unknowns: collected.unknowns,
    notes: state.notes.flat().map(({ seq, at, by, kind, text }) => ({ seq, at, by, kind, text })),
    ...updatesOf(state, until),
    escalations: escalationsOf(state, until),
    injects: reportInjects(state),
    written: writtenFields(state, context.kind),
    moves: collected.moves
      .filter(({ report }) => report === context.kind)
      .map(({ report: _report, ...move }) => move),
    pins: state.pins ?? [],
    counts: collected.counts,
    head: state.head,
    ...(context.verification !== undefined && { verification: context.verification }),
    witnesses: (state.witnesses ?? []).map(({ seq, size, kind, by, how, at }) => ({
      seq,
      size,
      kind,
      by,
      at,
      ...(how !== undefined && { how }),
    })),
    redactions: Object.entries(state.redactions ?? {}).map(([sha256, redaction]) => ({
      sha256,
      ...redaction,
    })),
    attachments: attachmentsOf(state),
    earlier: context.earlier,
    ...(context.previous !== undefined && { previous: context.previous }),
  }
}

function recoveryOf(state: RunState, now: number): Recovery {
  const { basis, from, elapsedMs, objective, pausedMs } = recoveryTime(state, now)
  const open = state.phase !== 'finished' && state.phase !== 'aborted'
  return {
    basis,
    from,
    actualMs: elapsedMs,
    ...(objective !== undefined && {
      targetMs: objective.rtoMs,
      marginMs: -objective.overMs,
    }),
    verdict: verdictOf(state, open, objective?.overMs),
    pausedMs,
  }
}

/** A run that was aborted, or ended with work undone, has recovered nothing, however quick it was. */
function verdictOf(
  state: RunState,
  open: boolean,
  overMs: number | undefined,
): Recovery['verdict'] {
  if (overMs === undefined) return 'none'
  if (overMs > 0) return 'missed'
  if (open) return 'open'
  return isCompleted(state) ? 'met' : 'not-completed'
}

function reportStep(
  state: RunState,
  step: PlanStep,
  index: number,
  { now, usualMs }: ReportContext,
): ReportStep {
  const usual = own(usualMs, step.id)
  const current = own(state.steps, step.id)
  const time = stepTime(state, step.id, now)
  return {
    id: step.id,
    number: index + 1,
    title: step.title,
    phase: step.phase,
    risk: step.risk,
    status: current?.status ?? 'pending',
    ...(current?.reason !== undefined && { reason: current.reason }),
    outOfOrder: current?.outOfOrder === true,
    ...(current?.begunAt !== undefined && { begunAt: current.begunAt }),
    ...(current?.endedAt !== undefined && { endedAt: current.endedAt }),
    ...(time !== undefined && { durationMs: time.elapsedMs }),
    ...(step.budgetMs !== undefined && { budgetMs: step.budgetMs }),
    ...(usual !== undefined && { usualMs: usual }),
    pointOfNoReturn: step.pointOfNoReturn,
    blocks: step.blocks.map((block) => ({
      id: block.id,
      verb: block.verb,
      language: block.language,
      status: own(state.blocks, block.id)?.status ?? 'idle',
      attempts: (own(state.blocks, block.id)?.attempts ?? []).map(reportAttempt),
    })),
    items: step.items.map(({ id, text }) => {
      const confirmed = own(state.items, id)?.confirmed
      return { text, ...(confirmed !== undefined && { confirmed }) }
    }),
  }
}

function reportAttempt(attempt: Attempt): ReportAttempt {
  const { number, startedAt, actor, target, text, edited, gates, hosts } = attempt
  const { endedAt, durationMs, place, outcome, passed, stdout, stderr, unrecorded } = attempt
  const { notice, resolution } = attempt
  return {
    number,
    startedAt,
    by: actor,
    target,
    text,
    edited,
    gates,
    ...(endedAt !== undefined && { endedAt }),
    ...(durationMs !== undefined && { durationMs }),
    ...(place !== undefined && { place }),
    ...(outcome !== undefined && { outcome }),
    ...(passed !== undefined && { passed }),
    ...(stdout !== undefined && { stdout }),
    ...(stderr !== undefined && { stderr }),
    ...(unrecorded !== undefined && { unrecorded }),
    ...(notice !== undefined && { notice }),
    ...(resolution !== undefined && { resolution }),
    hosts: (hosts ?? []).map((host) => ({
      host: host.host,
      status: host.status,
      gates: host.gates,
      ...(host.batch !== undefined && { batch: host.batch }),
      ...(host.outcome !== undefined && { outcome: host.outcome }),
      ...(host.durationMs !== undefined && { durationMs: host.durationMs }),
      ...(host.stdout !== undefined && { stdout: host.stdout }),
      ...(host.stderr !== undefined && { stderr: host.stderr }),
    })),
  }
}
