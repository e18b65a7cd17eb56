import { durationText } from './duration.ts'
import type { Report, ReportStep } from './report.ts'
import { STEP_WORDS, type Tone, type Wording } from './words.ts'

/** How runs, objectives and steps came out, in the words of every report. */

export const STATUS_TEXT: Readonly<Record<Report['status'], readonly [string, string]>> = {
  none: ['Not started', ''],
  running: ['Still running', 'warning'],
  paused: ['Paused', 'warning'],
  finished: ['Finished', 'good'],
  aborted: ['Aborted', 'bad'],
  interrupted: ['Interrupted', 'bad'],
}

/** Verdicts on the recovery time: the word, and its tone. */
export const VERDICTS: Readonly<Record<Report['recovery']['verdict'], readonly [string, string]>> =
  {
    met: ['met', 'good'],
    missed: ['missed', 'bad'],
    open: ['still open', 'warning'],
    none: ['no objective', ''],
    'not-completed': ['in time, but not completed', 'bad'],
  }

/** The verdict on the recovery time in words: `met, 3 min left`. */
export function verdictText({ recovery }: Pick<Report, 'recovery'>): string {
  const [word] = VERDICTS[recovery.verdict]
  return withMargin(word, recovery.marginMs)
}

/** Verdicts on the recovery point: the word, and its tone. */
export const POINT_VERDICTS: Readonly<
  Record<Report['recoveryPoint']['verdict'], readonly [string, Tone]>
> = {
  met: ['met', 'good'],
  missed: ['missed', 'bad'],
  none: ['no objective', 'neutral'],
  'not-written': ['what was lost is not written yet', 'warning'],
}

/** The verdict on the recovery point in words. */
export function pointVerdictText({ recoveryPoint }: Pick<Report, 'recoveryPoint'>): string {
  const [word] = POINT_VERDICTS[recoveryPoint.verdict]
  return withMargin(word, recoveryPoint.marginMs)
}

function withMargin(word: string, marginMs: number | undefined): string {
  if (marginMs === undefined) return word
  return marginMs < 0
    ? `${word}, ${durationText(-marginMs)} over`
    : `${word}, ${durationText(marginMs)} left`
}

/** Kinds of deviations, in words. */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  skipped: 'Skipped',
  'out-of-order': 'Out of order',
  edited: 'Command edited before it ran',
  marked: 'Marked against its gates',
  failed: 'Failed',
  resolved: 'Unknown or failed outcome settled by a person',
  'run-again': 'Run again',
  'finished-open': 'Finished with steps open',
  reopened: 'Step opened again',
  'decided-again': 'Decided again',
  refused: 'Approval refused',
}

/** A step's state in words; in a run that is over nothing is still to do. */
export function stepWording({ status }: Pick<Report, 'status'>, step: ReportStep): Wording {
  const over = status === 'finished' || status === 'aborted'
  if (over && step.status === 'active') return { word: 'Left open', tone: 'bad' }
  if (over && step.status === 'pending') return { word: 'Not begun', tone: 'warning' }
  return STEP_WORDS[step.status]
}

/** By how much a step took longer than the plan allows; undefined where it did not. */
export function overBudgetMs({ durationMs, budgetMs }: ReportStep): number | undefined {
  if (durationMs === undefined || budgetMs === undefined || durationMs <= budgetMs) return undefined
  return durationMs - budgetMs
}

/** How many steps were done of those that were needed: `3 of 4 steps done`. */
export function stepsDoneText({ steps }: Pick<Report, 'steps'>): string {
  const needed = steps.filter(({ status }) => status !== 'not-needed').length
  const done = steps.filter(({ status }) => status === 'done').length
  return `${done} of ${needed} ${needed === 1 ? 'step' : 'steps'} done`
}

/** The outcome of a run in a word: one that was finished with work failed or undone did not go well. */
export function statusText({
  status,
  steps,
}: Pick<Report, 'status' | 'steps'>): readonly [string, string] {
  const undone = steps.some(
    (step) => step.status === 'failed' || step.status === 'pending' || step.status === 'active',
  )
  return status === 'finished' && undone
    ? ['Finished, not completed', 'warning']
    : STATUS_TEXT[status]
}
