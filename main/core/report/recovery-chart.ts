import { durationText } from './duration.ts'
import { markup, type Markup } from './markup.ts'
import type { Report } from './report.ts'

/** Recovery times of this run and of those before it, against the target. Sizes are pixels. */

const WIDTH = 960
const HEIGHT = 220
const LEFT = 70
const BOTTOM = 40
const MOST = 20

/** The run that the others are compared with; a whole report is one. */
export type ChartedRun = Pick<Report, 'run' | 'status' | 'times' | 'recovery' | 'earlier'>

/** The chart; undefined where there is no run to compare with. `own`: what the last one is called. */
export function recoveryChart(report: ChartedRun, last = 'this run'): Markup | undefined {
  if (report.earlier.length === 0) return undefined
  const { recovery } = report
  const runs = [
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
      ms: recovery.actualMs,
      phase: report.status,
      own: true,
    },
  ]
  const highest = Math.max(...runs.map(({ ms }) => ms), recovery.targetMs ?? 0, 1000) * 1.1
  const y = (ms: number): number =>
    Math.round((HEIGHT - BOTTOM - (ms / highest) * (HEIGHT - BOTTOM - 20)) * 10) / 10
  const slot = (WIDTH - LEFT - 20) / runs.length
  const summary = `Recovery time of ${runs.length} runs, the last one ${durationText(recovery.actualMs)}${recovery.targetMs === undefined ? '' : `, against a target of ${durationText(recovery.targetMs)}`}.`
  return markup`<svg
    xmlns="http://www.w3.org/2000/svg"
    class="recovery"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="${summary}"
    font-family="system-ui, sans-serif"
    font-size="12"
  >
    <line
      x1="${LEFT}"
      y1="${y(0)}"
      x2="${WIDTH - 10}"
      y2="${y(0)}"
      stroke="currentColor"
      stroke-opacity="0.4"
    />
    <text x="${LEFT - 8}" y="${y(0) + 4}" text-anchor="end" fill="currentColor" fill-opacity="0.7">
      0
    </text>
    ${runs.map(({ run, at, ms, phase, own }, index) => {
      const center = LEFT + slot * (index + 0.5)
      const width = Math.min(46, slot * 0.6)
      const late = recovery.targetMs !== undefined && ms > recovery.targetMs
      const fill = phase === 'aborted' ? '#9aa3af' : late ? '#c6362f' : '#2f8f4e'
      return markup`<g>
        <title>${`${run}: ${durationText(ms)}, ${phase}`}</title>
        <rect
          x="${Math.round(center - width / 2)}"
          y="${y(ms)}"
          width="${Math.round(width)}"
          height="${Math.max(1, y(0) - y(ms))}"
          fill="${fill}"
          ${own ? markup`stroke="currentColor" stroke-width="2"` : undefined}
        />
        <text x="${Math.round(center)}" y="${y(ms) - 5}" text-anchor="middle" fill="currentColor"
          >${phase === 'aborted' ? 'aborted' : durationText(ms)}</text
        >
        <text
          x="${Math.round(center)}"
          y="${HEIGHT - 22}"
          text-anchor="middle"
          fill="currentColor"
          fill-opacity="0.8"
          >${new Date(at).toISOString().slice(5, 10)}</text
        >
        ${own ? markup`<text x="${Math.round(center)}" y="${HEIGHT - 6}" text-anchor="middle" fill="currentColor">${last}</text>` : undefined}
      </g>`
    })}
    ${
      recovery.targetMs === undefined
        ? undefined
        : markup`<line
              x1="${LEFT}"
              y1="${y(recovery.targetMs)}"
              x2="${WIDTH - 10}"
              y2="${y(recovery.targetMs)}"
              stroke="#c6362f"
              stroke-width="2"
              stroke-dasharray="6 3"
            />
            <text x="${LEFT - 8}" y="${y(recovery.targetMs) + 4}" text-anchor="end" fill="#c6362f"
              >${durationText(recovery.targetMs)}</text
            >`
    }
  </svg>`
}
