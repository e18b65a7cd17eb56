import type { PackDeleted, PackRun, PackTotals, PackUnreadable } from './pack.ts'

/** Everything that happened in a period, counted. */

export interface Population {
  readonly runs: readonly PackRun[]
  readonly deleted: readonly PackDeleted[]
  readonly unreadable: readonly PackUnreadable[]
}

/**
 * The population in lines that anybody can hash again: `RUN EVENTS HEAD`, `RUN deleted HEAD`, `RUN unreadable`, each with a
 * line feed, sorted by their bytes.
 */
export function populationLines({ runs, deleted, unreadable }: Population): readonly string[] {
  return [
    ...runs.map(({ run, counts, head }) => `${run} ${counts.events} ${head}\n`),
    ...deleted.map(({ run, head }) => `${run} deleted ${head}\n`),
    ...unreadable.map(({ run }) => `${run} unreadable\n`),
  ].toSorted(compare)
}

/** By code units, the same on every computer. */
export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/** Finished, and every step came to a good end or was left out on purpose. */
export function isCompleted({ status, steps }: PackRun): boolean {
  return status === 'finished' && steps.failed === 0 && steps.left === 0
}

/** It has not ended: it goes on, or it was interrupted and nobody has resumed it. */
export function isOpen({ status }: PackRun): boolean {
  return status !== 'finished' && status !== 'aborted'
}

export function totalsOf({ runs, deleted, unreadable }: Population): PackTotals {
  const began = runs.filter(({ membership }) => membership === 'began')
  const gone = deleted.filter(({ membership }) => membership === 'began')
  const number = (counted: (run: PackRun) => boolean): number => began.filter(counted).length
  const sum = (of: (run: PackRun) => number): number =>
    began.reduce((total, run) => total + of(run), 0)
  const modes = (mode: PackRun['mode']): number =>
    number((run) => run.mode === mode) + gone.filter((run) => run.mode === mode).length
  const lost = unreadable.filter(({ membership }) => membership === 'began')
  return {
    population: began.length + gone.length + lost.length,
    carriedOver:
      runs.length -
      began.length +
      deleted.filter(({ membership }) => membership === 'carried-over').length +
      unreadable.length -
      lost.length,
    live: modes('live'),
    drill: modes('drill'),
    walkthrough: modes('walkthrough'),
    completed: number(isCompleted),
    notEverything: number((run) => run.status === 'finished' && !isCompleted(run)),
    aborted: number(({ status }) => status === 'aborted'),
    open: number(isOpen),
    deleted: gone.length,
    unreadable: lost.length,
    met: number(({ recovery }) => recovery.verdict === 'met'),
    missed: number(({ recovery }) => recovery.verdict === 'missed'),
    notCompleted: number(({ recovery }) => recovery.verdict === 'not-completed'),
    noObjective: number(({ recovery }) => recovery.verdict === 'none'),
    deviations: sum(({ deviations }) => deviations.length),
    unknowns: sum(({ unknowns }) => unknowns.length),
    unsettled: sum(
      ({ unknowns }) => unknowns.filter(({ settled }) => settled === undefined).length,
    ),
    granted: sum(({ approvals }) => approvals.filter(({ granted }) => granted).length),
    refused: sum(({ approvals }) => approvals.filter(({ granted }) => !granted).length),
    redactions: sum(({ redactions }) => redactions.length),
    verified: number(({ verification }) => verification.ok),
    notVerified: number(({ verification }) => !verification.ok),
    witnessed: number(({ verification }) => verification.witnesses > 0),
  }
}
