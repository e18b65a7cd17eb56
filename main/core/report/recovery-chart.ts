import { durationText } from './duration.ts'
import { CHART_COLOURS } from './gantt.ts'
import type { Report } from './report.ts'
import { element, type Element } from './tree.ts'

/** Recovery times of this run and of those before it, against the target. Sizes are pixels. */

const WIDTH = 760
const HEIGHT = 220
const LEFT = 70
const BOTTOM = 40
const MOST = 20

/** The run that the others are compared with; a whole report is one. */
export type ChartedRun = Pick<Report, 'run' | 'status' | 'times' | 'recovery' | 'earlier'>

interface Bar {
  readonly run: string
  readonly at: number
  readonly ms: number
  readonly phase: string
  readonly own: boolean
}

function barsOf(report: ChartedRun): readonly Bar[] {
  return [
    ...report.earlier.slice(-MOST).map(({ run, startedAt, phase, elapsedMs }) => ({
      run,
      at: startedAt,
      ms: elapsedMs,
      phase,
      own: false,
    })),
    {
      run: report.run,
      at: report.times.started,
      ms: report.recovery.actualMs,
      // In time is not recovered, when work failed or was left undone.
      phase: report.recovery.verdict === 'not-completed' ? unfinished(report) : report.status,
      own: true,
    },
  ]
}

function unfinished({ status }: ChartedRun): string {
  return status === 'finished' ? 'not completed' : status
}

/** The chart; undefined where there is no run to compare with. `last`: what the last one is called. */
export function recoveryChart(report: ChartedRun, last = 'this run'): Element | undefined {
  if (report.earlier.length === 0) return undefined
  const { targetMs, actualMs } = report.recovery
  const bars = barsOf(report)
  const highest = Math.max(...bars.map(({ ms }) => ms), targetMs ?? 0, 1000) * 1.1
  const y = (ms: number): number =>
    Math.round((HEIGHT - BOTTOM - (ms / highest) * (HEIGHT - BOTTOM - 20)) * 10) / 10
  const slot = (WIDTH - LEFT - 20) / bars.length
  const against = targetMs === undefined ? '' : `, against a target of ${durationText(targetMs)}`
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'recovery',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-label': `Recovery time of ${bars.length} runs, the last one ${durationText(actualMs)}${against}.`,
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
    },
    level(y(0), { stroke: 'currentColor', 'stroke-opacity': 0.4 }),
    scale(y(0), '0', 'currentColor'),
    bars.map((bar, index) => barOf(bar, LEFT + slot * (index + 0.5), slot, { y, targetMs, last })),
    targetMs !== undefined && [
      level(y(targetMs), {
        stroke: CHART_COLOURS.bad,
        'stroke-width': 2,
        'stroke-dasharray': '6 3',
      }),
      scale(y(targetMs), durationText(targetMs), CHART_COLOURS.bad),
    ],
  )
}

function level(y: number, look: Readonly<Record<string, string | number>>): Element {
  return element('line', { x1: LEFT, y1: y, x2: WIDTH - 10, y2: y, ...look })
}

function scale(y: number, text: string, fill: string): Element {
  return element('text', { x: LEFT - 8, y: y + 4, 'text-anchor': 'end', fill }, text)
}

function under(center: number, y: number, text: string): Element {
  return element('text', { x: center, y, 'text-anchor': 'middle', fill: 'currentColor' }, text)
}

function barOf(
  { run, at, ms, phase, own }: Bar,
  center: number,
  slot: number,
  {
    y,
    targetMs,
    last,
  }: {
    readonly y: (ms: number) => number
    readonly targetMs: number | undefined
    readonly last: string
  },
): Element {
  const width = Math.min(46, slot * 0.6)
  const late = targetMs !== undefined && ms > targetMs
  const fill =
    phase === 'finished' ? (late ? CHART_COLOURS.bad : CHART_COLOURS.good) : CHART_COLOURS.neutral
  const middle = Math.round(center)
  return element(
    'g',
    {},
    element('title', {}, `${run}: ${durationText(ms)}, ${phase}`),
    element('rect', {
      x: Math.round(center - width / 2),
      y: y(ms),
      width: Math.round(width),
      height: Math.max(1, Math.round((y(0) - y(ms)) * 10) / 10),
      fill,
      ...(own && { stroke: 'currentColor', 'stroke-width': 2 }),
    }),
    under(middle, y(ms) - 5, phase === 'finished' ? durationText(ms) : phase),
    under(middle, HEIGHT - 22, new Date(at).toISOString().slice(5, 10)),
    own && under(middle, HEIGHT - 6, last),
  )
}
