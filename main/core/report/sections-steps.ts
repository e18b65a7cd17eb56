import { durationText } from './duration.ts'
import { overBudgetMs, STATUS_TEXT, stepWording } from './outcome-words.ts'
import { recoveryChart } from './recovery-chart.ts'
import type { Report, ReportStep } from './report.ts'
import type { PreviousRun } from './report-people.ts'
import { cell, moment, placed, quoted, table, type Cell, type Column } from './tree-parts.ts'
import { element, fragment, type Child, type Element, type Tree } from './tree.ts'
import type { ReportClock } from './zone.ts'

/** What was done, how long it took, and how that is against plan and earlier runs. */

export const STEP_COLUMNS: readonly Column[] = [
  { title: '#', look: 'number' },
  { title: 'Step' },
  { title: 'Outcome', look: 'state' },
  { title: 'Begun', look: 'time' },
  { title: 'Took', look: 'number' },
  { title: 'Budget', look: 'number' },
  { title: 'Usually', look: 'number' },
]

/** The cells of a step, as `STEP_COLUMNS` heads them. */
function stepCells(
  report: Report,
  step: ReportStep,
  clock: ReportClock,
): readonly (Child | Cell)[] {
  const { word, tone } = stepWording(report, step)
  const over = overBudgetMs(step) !== undefined
  const duration = (ms: number | undefined): string => (ms === undefined ? '' : durationText(ms))
  return [
    step.number,
    [
      element('a', { href: `#s${step.number}` }, step.title),
      step.pointOfNoReturn && [' ', element('small', {}, '(point of no return)')],
      quoted(step.reason),
    ],
    cell(tone, `${word}${step.outOfOrder ? ', out of order' : ''}`),
    step.begunAt !== undefined && moment(clock, step.begunAt),
    cell(over ? 'bad' : '', duration(step.durationMs)),
    `${duration(step.budgetMs)}${over ? ' (over)' : ''}`,
    duration(step.usualMs),
  ]
}

/** The same, each with the look of its place. */
export function stepRow(
  report: Report,
  step: ReportStep,
  clock: ReportClock,
): ReturnType<typeof placed> {
  return placed(STEP_COLUMNS, stepCells(report, step, clock))
}

/** Every step with its times. */
export function stepTable(report: Report, clock: ReportClock): Element {
  const rows = report.steps.map((step) => stepCells(report, step, clock))
  return table(undefined, STEP_COLUMNS, rows)
}

/** This run beside the one before it. */
function comparison(report: Report, previous: PreviousRun, clock: ReportClock): readonly Tree[] {
  const done = report.steps.filter(({ status }) => status === 'done').length
  const { actions } = previous
  return fragment(
    table(
      `Beside the run before it, of ${clock.both(previous.startedAt)} (${previous.run})`,
      [{ title: 'What' }, { title: 'Then' }, { title: 'Now' }],
      [
        ['Outcome', STATUS_TEXT[previous.status][0], STATUS_TEXT[report.status][0]],
        [
          'Recovery time',
          durationText(previous.elapsedMs),
          `${durationText(report.recovery.actualMs)} (${change(previous.elapsedMs, report.recovery.actualMs)})`,
        ],
        [
          'Steps done',
          `${previous.stepsDone} of ${previous.steps}`,
          `${done} of ${report.steps.length}`,
        ],
        ['Deviations', previous.deviations, report.deviations.length],
        ['Outcomes nobody saw', previous.unknowns, report.unknowns.length],
      ],
    ),
    element(
      'p',
      {},
      previous.changed
        ? 'The runbook has changed since then: its file is another one.'
        : 'The runbook is the same file as then.',
    ),
    actions.length > 0 &&
      table(
        'What was to be done after that run',
        [{ title: 'What' }, { title: 'Owner' }, { title: 'Due' }],
        actions.map(({ what, owner, due }) => [what, owner ?? '', due ?? '']),
      ),
  )
}

function change(before: number, after: number): string {
  const ms = after - before
  if (Math.abs(ms) < Math.max(1000, before / 100)) return 'about the same'
  return ms < 0 ? `${durationText(-ms)} less` : `${durationText(ms)} more`
}

/** Against earlier runs; empty where there were none. */
export function earlierRuns(report: Report, clock: ReportClock): readonly Tree[] {
  return fragment(
    recoveryChart(report),
    report.previous !== undefined && comparison(report, report.previous, clock),
  )
}
