import { overBudgetMs } from './outcome-words.ts'
import type { Report, ReportStep } from './report.ts'

/** A line of the chart: a step, or steps one after the other of which there is nothing to tell. */
export type GanttRow =
  | { readonly kind: 'step'; readonly step: ReportStep }
  | {
      readonly kind: 'folded'
      readonly first: ReportStep
      readonly last: ReportStep
      readonly count: number
      readonly from: number
      readonly to: number
    }

/** More lines than these are folded: nobody reads a thousand bars. */
const MOST_ROWS = 50
const LEAST_FOLDED = 3

/** Went as it was written, in its time: its line can stand together with its neighbours'. */
function isUneventful(step: ReportStep): boolean {
  return (
    step.status === 'done' &&
    step.begunAt !== undefined &&
    step.endedAt !== undefined &&
    step.reason === undefined &&
    !step.outOfOrder &&
    !step.pointOfNoReturn &&
    overBudgetMs(step) === undefined &&
    step.blocks.every(({ attempts }) => attempts.every(({ passed }) => passed === true))
  )
}

/** The lines of a report's chart, in the order of the runbook. */
export function ganttRows({ steps }: Pick<Report, 'steps'>): readonly GanttRow[] {
  const shown = steps.filter(
    ({ begunAt, status }) => begunAt !== undefined || status === 'skipped' || status === 'pending',
  )
  if (shown.length <= MOST_ROWS) return shown.map((step) => ({ kind: 'step', step }))
  const rows: GanttRow[] = []
  let quiet: ReportStep[] = []
  const fold = (): void => {
    rows.push(...foldedRows(quiet))
    quiet = []
  }
  for (const step of shown) {
    if (isUneventful(step)) quiet.push(step)
    else {
      fold()
      rows.push({ kind: 'step', step })
    }
  }
  fold()
  return rows
}

function foldedRows(steps: readonly ReportStep[]): readonly GanttRow[] {
  const first = steps[0]
  const last = steps.at(-1)
  if (first === undefined || last === undefined || steps.length < LEAST_FOLDED)
    return steps.map((step) => ({ kind: 'step', step }))
  let from = Infinity
  let to = -Infinity
  for (const { begunAt = from, endedAt = to } of steps) {
    from = Math.min(from, begunAt)
    to = Math.max(to, endedAt)
  }
  return [{ kind: 'folded', first, last, count: steps.length, from, to }]
}

/** Lines in parts, each of which fits on a page. */
export function ganttParts(rows: readonly GanttRow[]): readonly (readonly GanttRow[])[] {
  const parts: GanttRow[][] = []
  for (let start = 0; start < rows.length; start += MOST_ROWS)
    parts.push(rows.slice(start, start + MOST_ROWS))
  return parts
}
