import type { StepStatus } from '../run/state.ts'
import { durationText } from './duration.ts'
import {
  flagElements,
  flagLegend,
  flagRoom,
  flagsOf,
  flagWords,
  type Flag,
} from './gantt-injects.ts'
import { ganttParts, ganttRows, type GanttRow } from './gantt-rows.ts'
import { overBudgetMs, stepWording } from './outcome-words.ts'
import type { Report, ReportStep } from './report.ts'
import { element, type Element } from './tree.ts'
import type { ReportClock } from './zone.ts'

/**
 * The run as a chart: one bar a step, from its beginning to its end, with its outcome as colour, sign and word. The same
 * SVG stands in the window, the HTML and the PDF. Sizes are pixels.
 */

const WIDTH = 760
const LABELS = 220
const RIGHT = 130
const ROW = 24
const TOP = 34
const FOOT = 44
const PLOT = WIDTH - LABELS - RIGHT
const LABEL_LENGTH = 33
const DAY_MS = 86_400_000

/** Colours that each page gives, with one for where the picture stands alone. */
export const CHART_COLOURS = {
  good: 'var(--chart-good, #2f8f4e)',
  bad: 'var(--chart-bad, #c6362f)',
  warning: 'var(--chart-warning, #b7791f)',
  info: 'var(--chart-info, #2f6fd0)',
  unknown: 'var(--chart-unknown, #8a5cc2)',
  neutral: 'var(--chart-neutral, #76859a)',
} as const

/** Fill, and a sign for readers without colour. */
const LOOKS: Readonly<Record<StepStatus, readonly [string, string]>> = {
  pending: [CHART_COLOURS.neutral, ''],
  active: [CHART_COLOURS.info, '…'],
  done: [CHART_COLOURS.good, '✓'],
  failed: [CHART_COLOURS.bad, '✗'],
  skipped: [CHART_COLOURS.warning, '–'],
  'not-needed': [CHART_COLOURS.neutral, ''],
  'rolling-back': [CHART_COLOURS.warning, '↶'],
  'rolled-back': [CHART_COLOURS.warning, '↶'],
}

/** Distances of time between marks, the smallest that leaves at most six of them. */
const TICKS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000)

/** Marks for a span: at most six, at round moments. */
export function ticksOf(from: number, to: number): readonly number[] {
  const span = Math.max(1, to - from)
  const days = Math.ceil(span / (6 * DAY_MS))
  const every = TICKS.find((candidate) => span / candidate <= 6) ?? days * DAY_MS
  const marks: number[] = []
  for (let mark = Math.ceil(from / every) * every; mark <= to; mark += every) marks.push(mark)
  return marks
}

/** What every part of the chart shares. */
interface Frame {
  readonly report: Report
  readonly clock: ReportClock
  readonly from: number
  readonly to: number
  readonly deadline: number | undefined
  readonly x: (at: number) => number
  /** Injects that were given. */
  readonly flags: readonly Flag[]
}

function frameOf(report: Report, clock: ReportClock): Frame {
  const from = Math.min(report.times.started, report.times.declared ?? report.times.started)
  const due =
    report.recovery.targetMs === undefined
      ? undefined
      : report.recovery.from + report.recovery.targetMs
  // A target that lies far away would press everything else into a corner.
  const span = Math.max(1000, report.asOf - from)
  const deadline = due !== undefined && due - from <= span * 3 ? due : undefined
  const to = Math.max(from + span, deadline ?? 0)
  const x = (at: number): number => round(LABELS + ((at - from) / (to - from)) * PLOT)
  return { report, clock, from, to, deadline, x, flags: flagsOf(report, x) }
}

/** The chart of a report, in parts that each fit on a page; none where nothing was begun. */
export function ganttOf(report: Report, clock: ReportClock): readonly Element[] {
  if (report.steps.every(({ begunAt }) => begunAt === undefined)) return []
  const frame = frameOf(report, clock)
  const parts = ganttParts(ganttRows(report))
  return parts.map((rows, index) => partOf(rows, frame, index, parts.length))
}

function partOf(rows: readonly GanttRow[], frame: Frame, index: number, of: number): Element {
  const { report, clock, from, to, deadline, x, flags } = frame
  const room = flagRoom(flags)
  const top = TOP + room.above
  const height = top + rows.length * ROW + FOOT
  const hatch = `hatch-${index + 1}`
  const begun = report.steps.filter(({ begunAt }) => begunAt !== undefined).length
  const which = of === 1 ? '' : `, part ${index + 1} of ${of}`
  const day = to - from > DAY_MS
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'gantt',
      viewBox: `0 0 ${WIDTH} ${height + room.below}`,
      role: 'img',
      'aria-label': `Steps over time${which}: ${begun} of ${report.steps.length} begun, from ${clock.both(from)} to ${clock.both(report.asOf)}. The table of steps has the same figures.${flagWords(flags)}`,
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
    },
    element('defs', {}, hatching(hatch)),
    shades(frame, height, hatch),
    ticksOf(from, to).map((mark) => [
      vertical(x(mark), height, { stroke: 'currentColor', 'stroke-opacity': 0.15 }),
      element(
        'text',
        { x: x(mark), y: TOP - 12, 'text-anchor': 'middle', fill: 'currentColor' },
        (day ? clock.dayTime : (clock.localTime ?? clock.utcTime))(mark),
      ),
    ]),
    // Behind the rows: what a pole crosses stays readable.
    flagElements(flags, TOP - 6, height - FOOT + 4, clock),
    rows.map((row, line) => rowOf(row, top + line * ROW, frame)),
    deadline !== undefined && [
      vertical(x(deadline), height, {
        stroke: CHART_COLOURS.bad,
        'stroke-width': 2,
        'stroke-dasharray': '6 3',
      }),
      element(
        'text',
        { x: x(deadline), y: height - 26, 'text-anchor': 'middle', fill: CHART_COLOURS.bad },
        'recovery time objective',
      ),
    ],
    element(
      'text',
      { x: 4, y: height - 8, fill: 'currentColor' },
      [
        `Times in ${clock.zone}.`,
        ...(report.steps.some((step) => overBudgetMs(step) !== undefined)
          ? ['Upright mark in a bar: where its budget ended.']
          : []),
        ...(report.pauses.length + report.gaps.length > 0
          ? ['Striped: paused, or Muster was not running.']
          : []),
      ].join(' '),
    ),
    flagLegend(flags, height + room.below - 8),
  )
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** The label cut to what fits. */
function fitted(text: string): string {
  return text.length > LABEL_LENGTH ? `${text.slice(0, LABEL_LENGTH - 1)}…` : text
}

function vertical(
  x: number,
  height: number,
  look: Readonly<Record<string, string | number>>,
): Element {
  return element('line', { x1: x, y1: TOP - 6, x2: x, y2: height - FOOT + 4, ...look })
}

function hatching(id: string): Element {
  const size = { width: 6, height: 6 }
  return element(
    'pattern',
    { id, ...size, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { ...size, fill: CHART_COLOURS.unknown, 'fill-opacity': 0.12 }),
    element('line', {
      x1: 0,
      y1: 0,
      x2: 0,
      y2: 6,
      stroke: CHART_COLOURS.unknown,
      'stroke-width': 2,
      'stroke-opacity': 0.55,
    }),
  )
}

function shades({ report, x }: Frame, height: number, hatch: string): readonly Element[] {
  return [...report.pauses, ...report.gaps].map(({ from, to }) =>
    element('rect', {
      x: x(from),
      y: TOP - 4,
      width: Math.max(1, round(x(to ?? report.asOf) - x(from))),
      height: height - TOP - FOOT + 8,
      fill: `url(#${hatch})`,
    }),
  )
}

function label(text: string, middle: number): Element {
  return element('text', { x: 4, y: middle, fill: 'currentColor' }, fitted(text))
}

function bar(top: number, left: number, right: number, fill: string): Element {
  return element('rect', {
    x: left,
    y: top + 4,
    width: Math.max(3, round(right - left)),
    height: ROW - 8,
    rx: 3,
    fill,
  })
}

function after(left: number, right: number, middle: number, text: string): Element {
  const x = round(Math.max(right, left + 3) + 5)
  return element('text', { x, y: middle, fill: 'currentColor' }, text)
}

function rowOf(row: GanttRow, top: number, frame: Frame): Element {
  if (row.kind === 'step') return stepRow(row.step, top, frame)
  const { first, last, count, from, to } = row
  const middle = top + ROW / 2 + 4
  const text = `${first.number}–${last.number}: ${count} steps as planned`
  return element(
    'g',
    {},
    element('title', {}, `${text}, ${durationText(to - from)}`),
    label(text, middle),
    bar(top, frame.x(from), frame.x(to), CHART_COLOURS.good),
    after(frame.x(from), frame.x(to), middle, `✓ ${durationText(to - from)}`),
  )
}

function stepRow(step: ReportStep, top: number, { report, x }: Frame): Element {
  const [fill, sign] = LOOKS[step.status]
  const name = `${step.number}. ${step.title}`
  const middle = top + ROW / 2 + 4
  const { word } = stepWording(report, step)
  if (step.begunAt === undefined) {
    return element(
      'g',
      {},
      element('title', {}, `${name}: ${word}`),
      label(name, middle),
      element('text', { x: LABELS, y: middle, fill: 'currentColor' }, `${sign} ${word}`.trim()),
    )
  }
  const left = x(step.begunAt)
  const right = x(step.endedAt ?? report.asOf)
  const took = durationText(step.durationMs ?? 0)
  const overMs = overBudgetMs(step)
  const over = overMs === undefined ? '' : `, ${durationText(overMs)} over its budget`
  const budget =
    overMs === undefined || step.budgetMs === undefined
      ? undefined
      : x(step.begunAt + step.budgetMs)
  return element(
    'g',
    {},
    element('title', {}, `${name}: ${word}, ${took}${over}`),
    label(name, middle),
    bar(top, left, right, fill),
    budget !== undefined &&
      element('line', {
        x1: budget,
        y1: top + 2,
        x2: budget,
        y2: top + ROW - 2,
        stroke: 'currentColor',
        'stroke-width': 2,
      }),
    after(left, right, middle, `${sign} ${took}${overMs === undefined ? '' : ' (over budget)'}`),
  )
}
