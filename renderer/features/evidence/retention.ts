import type { Retention } from '../../../main/core/evidence/retention.ts'
import { MODES, type Mode } from '../../../main/core/run/events.ts'

/** As the contract bounds them: a hundred years. */
const MOST_DAYS = 36_500

/** What is wrong with what was typed as a number of days; nothing typed is for ever. */
export function daysProblem(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const days = Number(trimmed)
  return /^\d+$/u.test(trimmed) && days >= 1 && days <= MOST_DAYS
    ? undefined
    : `A whole number of days from 1 to ${MOST_DAYS}, or nothing.`
}

/** The policy with one mode changed; a mode that is kept for ever is not in it. */
export function withDays(
  retention: Retention,
  mode: Mode,
  days: number | undefined,
): Partial<Record<Mode, number>> {
  const next: Partial<Record<Mode, number>> = {}
  for (const known of MODES) {
    const value = known === mode ? days : retention[known]
    if (value !== undefined) next[known] = value
  }
  return next
}

/** The reason that stands in the tombstone. */
export function retentionReason(mode: Mode, days: number | undefined): string {
  return `retention: ${mode} runs are kept for ${days ?? 0} days`
}
