import type { Mode } from '../run/events.ts'

/** For how many days runs of each mode are kept after their end; a mode that is not named is kept for ever. */
export type Retention = Readonly<Partial<Record<Mode, number | undefined>>>

const DAY_MS = 86_400_000

/** Whether a run is older than its mode is kept. A run that is not over never is. `now`: epoch milliseconds. */
export function overdue(
  run: { readonly mode: Mode; readonly phase: string; readonly endedAt?: number | undefined },
  retention: Retention,
  now: number,
): boolean {
  const days = retention[run.mode]
  if (days === undefined || run.endedAt === undefined) return false
  if (run.phase !== 'finished' && run.phase !== 'aborted') return false
  return now - run.endedAt > days * DAY_MS
}
