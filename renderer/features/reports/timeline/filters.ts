import {
  filterTimeline,
  TIMELINE_FILTERS,
  type TimelineEntry,
} from '../../../../main/core/report/timeline.ts'

/** What the timeline of a report can be narrowed to: the run's own filters, what stands out, and what is pinned. */

export const REPORT_FILTERS = [...TIMELINE_FILTERS, 'strong', 'pinned'] as const
export type ReportFilter = (typeof REPORT_FILTERS)[number]

export const FILTER_WORDS: Readonly<Record<ReportFilter, string>> = {
  all: 'All',
  people: 'People',
  commands: 'Commands',
  deviations: 'Deviations',
  strong: 'Stands out',
  pinned: 'Pinned',
}

export interface Narrowing {
  readonly filter: ReportFilter
  /** Words that occur in the sentence, the quote or the name. */
  readonly words: string
  readonly pins: ReadonlySet<number>
}

/** The entries that are shown, in their order. */
export function narrowed(
  entries: readonly TimelineEntry[],
  { filter, words, pins }: Narrowing,
): readonly TimelineEntry[] {
  const grouped =
    filter === 'pinned'
      ? entries.filter(({ seq }) => pins.has(seq))
      : filter === 'strong'
        ? entries.filter(({ strong }) => strong === true)
        : filterTimeline(entries, filter)
  const wanted = words.toLowerCase().split(/\s+/u).filter(Boolean)
  if (wanted.length === 0) return grouped
  return grouped.filter(({ text, quote = '', actor }) => {
    const said = `${text} ${quote} ${actor}`.toLowerCase()
    return wanted.every((word) => said.includes(word))
  })
}
