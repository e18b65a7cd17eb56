import type { AuditPack, PackRun } from '../../../main/core/report/pack/pack.ts'
import { isCompleted, isOpen } from '../../../main/core/report/pack/population.ts'
import { oddText } from '../../../main/core/report/pack/words.ts'

/** Which runs of a pack are shown. */

export const RUN_FILTERS = [
  'all',
  'completed',
  'not-everything',
  'aborted',
  'open',
  'odd',
  'not-verified',
] as const
export type RunFilter = (typeof RUN_FILTERS)[number]

export const FILTER_WORDS: Readonly<Record<RunFilter, string>> = {
  all: 'All runs',
  completed: 'Completed',
  'not-everything': 'Finished, not everything done',
  aborted: 'Aborted',
  open: 'Not ended',
  odd: 'Something out of the ordinary',
  'not-verified': 'Record does not verify',
}

function passes(run: PackRun, filter: RunFilter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'completed':
      return isCompleted(run)
    case 'not-everything':
      return run.status === 'finished' && !isCompleted(run)
    case 'aborted':
      return run.status === 'aborted'
    case 'open':
      return isOpen(run)
    case 'odd':
      return oddText(run) !== ''
    case 'not-verified':
      return !run.verification.ok
  }
}

/** The runs that pass, and that have every word of the query in their title, id, people or runbook. */
export function runsShown(
  { runs }: AuditPack,
  filter: RunFilter,
  query: string,
): readonly PackRun[] {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean)
  return runs.filter((run) => {
    if (!passes(run, filter)) return false
    const people = run.people.map(({ who }) => who)
    const text = [run.title, run.run, run.commander, ...people, run.runbook.path, run.mode]
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
