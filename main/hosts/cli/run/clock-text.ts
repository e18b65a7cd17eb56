import type { RunState } from '../../../core/run/state.ts'
import { formatDuration } from '../../../core/runbook/duration.ts'

/** Whole minutes, so that the line is the same while one reads it. */
function minutes(milliseconds: number): string {
  return milliseconds < 60_000
    ? 'less than a minute'
    : formatDuration(Math.floor(milliseconds / 60_000) * 60_000)
}

/**
 * The recovery clock: since when, and how much of the objective is used up. Undefined where there is neither an outage
 * nor an objective. `now`: epoch milliseconds.
 */
export function clockText(
  state: RunState,
  now: number,
): { readonly text: string; readonly late: boolean } | undefined {
  const { rtoMs } = state.plan.objectives
  if (state.declaredAt === undefined && rtoMs === undefined) return undefined
  const since = now - (state.declaredAt ?? state.startedAt)
  const from = state.declaredAt === undefined ? 'since the start' : 'since it was declared'
  const severity = state.severity === undefined ? '' : `${state.severity} · `
  if (rtoMs === undefined) return { text: `${severity}${minutes(since)} ${from}`, late: false }
  const late = since > rtoMs
  return {
    text: `${severity}${minutes(since)} ${from}, recovery time objective ${formatDuration(rtoMs)}${late ? ' is past' : ''}`,
    late,
  }
}
