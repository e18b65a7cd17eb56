import type { RunSummary } from '../../../main/contract/requests.ts'

/** The lines of the list of runs, the most urgent first. */

export type RunGroup = 'interrupted' | 'going-on' | 'ended'

export type RunRow =
  | { readonly kind: 'group'; readonly group: RunGroup; readonly count: number }
  | { readonly kind: 'run'; readonly run: RunSummary; readonly group: RunGroup }

export function groupOf(run: RunSummary): RunGroup {
  if (run.phase === 'finished' || run.phase === 'aborted') return 'ended'
  return run.open ? 'going-on' : 'interrupted'
}

export const GROUP_WORDS: Readonly<Record<RunGroup, string>> = {
  interrupted: 'Interrupted: nothing of them goes on by itself',
  'going-on': 'Going on',
  ended: 'Ended',
}

const ORDER: readonly RunGroup[] = ['interrupted', 'going-on', 'ended']

/** Runs in their groups; within a group the order stays (newest first). */
export function rowsOf(runs: readonly RunSummary[]): readonly RunRow[] {
  return ORDER.flatMap((group): readonly RunRow[] => {
    const found = runs.filter((run) => groupOf(run) === group)
    return found.length === 0
      ? []
      : [
          { kind: 'group', group, count: found.length },
          ...found.map((run) => ({ kind: 'run' as const, run, group })),
        ]
  })
}

export type Tone = 'good' | 'warning' | 'bad' | 'info' | 'unknown'

/** The state of a run in a word, and the tone it is shown in. */
export function stateOf(run: RunSummary): { readonly word: string; readonly tone: Tone } {
  switch (run.phase) {
    case 'aborted':
      return { word: 'aborted', tone: 'bad' }
    case 'finished':
      return run.deviations > 0
        ? { word: 'finished, deviated', tone: 'warning' }
        : { word: 'finished', tone: 'good' }
    case 'running':
    case 'paused':
      return run.open ? { word: run.phase, tone: 'info' } : { word: 'interrupted', tone: 'unknown' }
  }
}
