import { csvLine } from '../csv.ts'
import type { AuditPack, PackDeleted, PackRun, PackUnreadable } from './pack.ts'
import { isCompleted } from './population.ts'

/** The population as a table, one line for each run: with a record, deleted, or unreadable. RFC 4180, UTF-8, durations in seconds. */

const COLUMNS = [
  'run',
  'membership',
  'status',
  'completed',
  'title',
  'kind',
  'system',
  'runbook',
  'runbook_sha256',
  'mode',
  'environment',
  'production',
  'commander',
  'severity',
  'declared_utc',
  'started_utc',
  'ended_utc',
  'rto_target_s',
  'recovery_s',
  'rto_verdict',
  'rpo_target_s',
  'recovery_point',
  'steps',
  'steps_done',
  'steps_failed',
  'steps_skipped',
  'steps_left',
  'executions',
  'unknown_outcomes',
  'unknown_not_settled',
  'deviations',
  'approvals',
  'refusals',
  'decisions',
  'terminals',
  'redactions',
  'reports',
  'verified',
  'problems',
  'checkpoints',
  'witnesses',
  'events',
  'last_hash',
  'deleted_utc',
  'deleted_by',
  'deleted_reason',
] as const
type Row = Partial<Record<(typeof COLUMNS)[number], string | number | undefined>>

const time = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString()
const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.round(ms / 100) / 10
const yes = (is: boolean): string => (is ? 'yes' : 'no')

function runRow(run: PackRun): Row {
  const { runbook, times, recovery, recoveryPoint, steps, verification, approvals } = run
  return {
    run: run.run,
    membership: run.membership,
    status: run.status,
    completed: yes(isCompleted(run)),
    title: run.title,
    kind: runbook.kind,
    system: runbook.system,
    runbook: runbook.path,
    runbook_sha256: runbook.sha256,
    mode: run.mode,
    environment: run.environment,
    production: yes(run.production),
    commander: run.commander,
    severity: run.severity,
    declared_utc: time(times.declared),
    started_utc: time(times.started),
    ended_utc: time(times.ended),
    rto_target_s: seconds(recovery.targetMs),
    recovery_s: seconds(recovery.actualMs),
    rto_verdict: recovery.verdict,
    rpo_target_s: seconds(recoveryPoint.targetMs),
    recovery_point: recoveryPoint.written,
    steps: steps.total,
    steps_done: steps.done,
    steps_failed: steps.failed,
    steps_skipped: steps.skipped,
    steps_left: steps.left,
    executions: run.counts.executions,
    unknown_outcomes: run.unknowns.length,
    unknown_not_settled: run.unknowns.filter(({ settled }) => settled === undefined).length,
    deviations: run.deviations.length,
    approvals: approvals.filter(({ granted }) => granted).length,
    refusals: approvals.filter(({ granted }) => !granted).length,
    decisions: run.decisions,
    terminals: run.terminals,
    redactions: run.redactions.length,
    reports: run.reports.map(({ kind, status }) => `${kind} ${status}`).join('; '),
    verified: yes(verification.ok),
    problems: verification.problems.join('; '),
    checkpoints: verification.checkpoints,
    witnesses: verification.witnesses,
    events: run.counts.events,
    last_hash: run.head,
  }
}

function deletedRow(run: PackDeleted): Row {
  return {
    run: run.run,
    membership: run.membership,
    status: 'deleted',
    title: run.title,
    kind: run.kind,
    runbook_sha256: run.runbook,
    mode: run.mode,
    started_utc: time(run.started),
    ended_utc: time(run.ended),
    problems: run.signed ? undefined : 'The tombstone is not signed by a key of this device.',
    events: run.events,
    last_hash: run.head,
    deleted_utc: time(run.deleted),
    deleted_by: run.by,
    deleted_reason: run.reason,
  }
}

function unreadableRow({ run, started, message }: PackUnreadable): Row {
  return {
    run,
    membership: 'began',
    status: 'unreadable',
    started_utc: time(started),
    verified: 'no',
    problems: message,
  }
}

/** The table, a line at a time. */
export async function* csvPack({ runs, deleted, unreadable }: AuditPack): AsyncGenerator<string> {
  yield csvLine(COLUMNS)
  const line = (row: Row): string => csvLine(COLUMNS.map((column) => row[column]))
  for (const run of runs) yield line(runRow(run))
  for (const run of deleted) yield line(deletedRow(run))
  for (const run of unreadable) yield line(unreadableRow(run))
}
