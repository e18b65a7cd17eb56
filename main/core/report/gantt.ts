import type { StepStatus } from '../run/state.ts'
import { durationText } from './duration.ts'
import { markup, type Markup } from './markup.ts'
import type { Report, ReportStep } from './report.ts'
import type { ReportClock } from './zone.ts'
import { stepWording } from './html-sections.ts'

/**
 * The run as a chart: one bar a step, from its beginning to its end, with its outcome as colour, pattern and word. The
 * same SVG stands in the window, the HTML and the PDF. Sizes are pixels.
 */

const WIDTH = 960
const LABELS = 270
const RIGHT = 150
const ROW = 24
const TOP = 34
const PLOT = WIDTH - LABELS - RIGHT

/** Fill, and a letter for readers without colour. */
const LOOKS: Readonly<Record<StepStatus, readonly [string, string]>> = {
  pending: ['#9aa3af', ''],
  active: ['#2f6fd0', '…'],
  done: ['#2f8f4e', '✓'],
  failed: ['#c6362f', '✗'],
  skipped: ['#b7791f', '–'],
  'not-needed': ['#9aa3af', ''],
  'rolling-back': ['#b7791f', '↶'],
  'rolled-back': ['#b7791f', '↶'],
}

/** Distances of time between marks, the smallest that leaves at most eight of them. */
const TICKS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000)

/** Marks for a span: at most eight, at round moments. */
export function ticksOf(from: number, to: number): readonly number[] {
  const span = Math.max(1, to - from)
  const days = Math.ceil(span / (8 * 86_400_000))
  const every = TICKS.find((candidate) => span / candidate <= 8) ?? days * 86_400_000
  const marks: number[] = []
  for (let mark = Math.ceil(from / every) * every; mark <= to; mark += every) marks.push(mark)
  return marks
}

/** The chart of a report; undefined where nothing was begun. */
export function ganttOf(report: Report, clock: ReportClock): Markup | undefined {
  const begun = report.steps.filter((step) => step.begunAt !== undefined)
  if (begun.length === 0) return undefined
  const from = Math.min(report.times.started, report.times.declared ?? report.times.started)
  const deadline =
    report.recovery.targetMs === undefined
      ? undefined
      : report.recovery.from + report.recovery.targetMs
  // A target that lies far away would press everything else into a corner.
  const span = Math.max(1000, report.asOf - from)
  const shown = deadline !== undefined && deadline - from <= span * 3 ? deadline : undefined
  const to = Math.max(from + span, shown ?? 0)
  const x = (at: number): number => round(LABELS + ((at - from) / (to - from)) * PLOT)
  const rows = report.steps.filter(
    (step) => step.begunAt !== undefined || step.status === 'skipped' || step.status === 'pending',
  )
  const height = TOP + rows.length * ROW + 30
  return markup`<svg
    xmlns="http://www.w3.org/2000/svg"
    class="gantt"
    viewBox="0 0 ${WIDTH} ${height}"
    role="img"
    aria-label="${`Steps over time: ${begun.length} of ${report.steps.length} begun, from ${clock.both(from)} to ${clock.both(report.asOf)}. The table of steps has the same figures.`}"
    font-family="system-ui, sans-serif"
    font-size="12"
  >
    <defs>
      <pattern
        id="hatch"
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect width="6" height="6" fill="#8a5cc2" fill-opacity="0.12" />
        <line x1="0" y1="0" x2="0" y2="6" stroke="#8a5cc2" stroke-width="2" stroke-opacity="0.55" />
      </pattern>
    </defs>
    ${shades(report, x, height)}
    ${ticksOf(from, to).map(
      (mark) =>
        markup`<line
            x1="${x(mark)}"
            y1="${TOP - 6}"
            x2="${x(mark)}"
            y2="${height - 24}"
            stroke="currentColor"
            stroke-opacity="0.15"
          />
          <text
            x="${x(mark)}"
            y="${TOP - 12}"
            text-anchor="middle"
            fill="currentColor"
            fill-opacity="0.7"
            >${(clock.localTime ?? clock.utcTime)(mark)}</text
          >`,
    )}
    ${rows.map((step, index) => row(step, TOP + index * ROW, x, report))}
    ${
      shown === undefined
        ? undefined
        : markup`<line
              x1="${x(shown)}"
              y1="${TOP - 6}"
              x2="${x(shown)}"
              y2="${height - 24}"
              stroke="#c6362f"
              stroke-width="2"
              stroke-dasharray="6 3"
            />
            <text x="${x(shown)}" y="${height - 10}" text-anchor="middle" fill="#c6362f"
              >recovery time objective</text
            >`
    }
    <text x="4" y="${height - 10}" fill="currentColor" fill-opacity="0.7">
      Times in ${clock.zone}. Striped: paused, or Muster was not running.
    </text>
  </svg>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** The label cut to what fits. */
function fitted(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text
}

function shades(report: Report, x: (at: number) => number, height: number): readonly Markup[] {
  return [...report.pauses, ...report.gaps].map(({ from, to }) => {
    const end = to ?? report.asOf
    return markup`<rect
      x="${x(from)}"
      y="${TOP - 4}"
      width="${Math.max(1, round(x(end) - x(from)))}"
      height="${height - TOP - 20}"
      fill="url(#hatch)"
    />`
  })
}

function row(step: ReportStep, top: number, x: (at: number) => number, report: Report): Markup {
  const [fill, sign] = LOOKS[step.status]
  const label = `${step.number}. ${step.title}`
  const middle = top + ROW / 2 + 4
  const { word } = stepWording(report, step)
  if (step.begunAt === undefined) {
    return markup`<g>
      <title>${`${label}: ${word}`}</title>
      <text x="4" y="${middle}" fill="currentColor" fill-opacity="0.7">${fitted(label, 40)}</text>
      <text x="${LABELS}" y="${middle}" fill="currentColor" fill-opacity="0.7">${word}</text>
    </g>`
  }
  const left = x(step.begunAt)
  const right = x(step.endedAt ?? report.asOf)
  const took = durationText(step.durationMs ?? 0)
  const over =
    step.budgetMs !== undefined && (step.durationMs ?? 0) > step.budgetMs
      ? `, ${durationText((step.durationMs ?? 0) - step.budgetMs)} over its budget`
      : ''
  return markup`<g>
    <title>${`${label}: ${word}, ${took}${over}`}</title>
    <text x="4" y="${middle}" fill="currentColor">${fitted(label, 40)}</text>
    <rect
      x="${left}"
      y="${top + 4}"
      width="${Math.max(3, round(right - left))}"
      height="${ROW - 8}"
      rx="3"
      fill="${fill}"
    />
    ${
      step.budgetMs === undefined
        ? undefined
        : markup`<line
            x1="${x(Math.min(step.begunAt + step.budgetMs, report.asOf))}"
            y1="${top + 2}"
            x2="${x(Math.min(step.begunAt + step.budgetMs, report.asOf))}"
            y2="${top + ROW - 2}"
            stroke="currentColor"
            stroke-width="2"
          />`
    }
    <text x="${Math.max(right, left + 3) + 5}" y="${middle}" fill="currentColor"
      >${`${sign} ${took}${over === '' ? '' : ' (late)'}`}</text
    >
  </g>`
}
