import type { Report } from './report.ts'
import type { ReportInject } from './report-injects.ts'
import { asSentence } from './sentence.ts'
import { element, type Element } from './tree.ts'
import type { ReportClock } from './zone.ts'

/** Injects in the chart of a run: a pole at the moment each was given, with its number on a flag. Sizes are pixels. */

const FLAG = 14
const LANE = 18
const BESIDE = 3
/** Injects that were given in one moment share a lane beyond these: the table tells them apart. */
const MOST_LANES = 4
/** Of a line of the legend. */
const LINE = 16

export interface Flag {
  readonly inject: ReportInject
  readonly given: NonNullable<ReportInject['given']>
  readonly left: number
  readonly width: number
  /** From 0, the uppermost. */
  readonly lane: number
}

/** The flags of a report from left to right, each in the first lane where it hides no other. */
export function flagsOf(
  { injects }: Pick<Report, 'injects'>,
  x: (at: number) => number,
): readonly Flag[] {
  const ends: number[] = []
  return injects
    .flatMap((inject) => (inject.given === undefined ? [] : [{ inject, given: inject.given }]))
    .toSorted((one, other) => one.given.at - other.given.at)
    .map(({ inject, given }) => {
      const left = x(given.at)
      const width = FLAG + 6 * (String(inject.number).length - 1)
      const free = ends.findIndex((end) => end + BESIDE <= left)
      const lane = free === -1 ? Math.min(ends.length, MOST_LANES - 1) : free
      ends[lane] = left + width
      return { inject, given, left, width, lane }
    })
}

/** How much room the flags need above the rows of a chart, and their legend below; none without flags. */
export function flagRoom(flags: readonly Flag[]): {
  readonly above: number
  readonly below: number
} {
  if (flags.length === 0) return { above: 0, below: 0 }
  return { above: LANE * (1 + Math.max(...flags.map(({ lane }) => lane))), below: LINE }
}

/** The flags with their poles, which end at `bottom`. The first lane begins at `top`. */
export function flagElements(
  flags: readonly Flag[],
  top: number,
  bottom: number,
  clock: ReportClock,
): readonly Element[] {
  return flags.map(({ inject, given, left, width, lane }) => {
    const y = top + lane * LANE
    return element(
      'g',
      {},
      element(
        'title',
        {},
        `Inject ${inject.number}: ${asSentence(inject.fault)} Given by ${given.by} at ${clock.both(given.at)}. Expected: ${asSentence(inject.expected)}`,
      ),
      element('line', {
        x1: left,
        y1: y,
        x2: left,
        y2: bottom,
        stroke: 'currentColor',
        'stroke-width': 1.5,
        'stroke-opacity': 0.6,
        'stroke-dasharray': '2 3',
      }),
      element('rect', {
        x: left,
        y,
        width,
        height: FLAG,
        fill: 'currentColor',
        'fill-opacity': 0.12,
        stroke: 'currentColor',
      }),
      element(
        'text',
        {
          x: left + width / 2,
          y: y + FLAG - 3,
          'text-anchor': 'middle',
          'font-size': 11,
          'font-weight': 600,
          fill: 'currentColor',
        },
        inject.number,
      ),
    )
  })
}

/** What the flags are, for the line below the chart. */
export function flagLegend(flags: readonly Flag[], y: number): Element | undefined {
  return flags.length === 0
    ? undefined
    : element(
        'text',
        { x: 4, y, fill: 'currentColor' },
        'Numbered flag: when that inject was given. The table of injects says what it was.',
      )
}

/** What the flags are, for whoever does not see the chart: a sentence with a space before it. */
export function flagWords(flags: readonly Flag[]): string {
  return flags.length === 0
    ? ''
    : ` ${flags.length} ${flags.length === 1 ? 'inject' : 'injects'} given; the table of injects says when.`
}
