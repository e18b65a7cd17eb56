import {
  htmlBegin,
  htmlUntilTimeline,
  TIMELINE_BEGIN,
  TIMELINE_END,
  timelineRow,
} from '../../core/report/html.ts'
import { REPORT_STYLE } from '../../core/report/html-style.ts'
import type { ExportSource } from '../../engine/export-source.ts'
import { OTHER_PART } from './part.ts'

/**
 * The report as HTML in several documents, each short enough for a browser to print: what it lays out at once takes it
 * memory and time that grow faster than the pages.
 */

/** Of the timeline in each part, and the most that is printed as one document. */
export const EVENTS_OF_PART = 2_500

/** Links to events of the run, which another part may have. */
const EVENT_LINK = /href="#(?<event>e\d+)"/gu

/** Each part in pieces, to be taken before the next one is asked for. */
export function* reportParts(source: ExportSource): Generator<Iterable<string>> {
  const wanted = new Set<string>()
  const rows = source.timeline()[Symbol.iterator]()
  let next = rows.next()
  function* page(first: boolean): Generator<string> {
    yield htmlBegin(source.report, REPORT_STYLE)
    if (first) {
      for (const piece of htmlUntilTimeline(source.report, source)) {
        for (const { groups } of piece.matchAll(EVENT_LINK)) wanted.add(groups?.['event'] ?? '')
        yield piece.replaceAll(EVENT_LINK, `href="${OTHER_PART}$<event>"`)
      }
    } else yield '<main><section>\n'
    yield TIMELINE_BEGIN
    for (let count = 0; count < EVENTS_OF_PART && next.done !== true; count++) {
      const entry = next.value
      // A place in a PDF is one only where a link of its own part leads to it.
      const linked = wanted.has(`e${entry.seq}`)
      yield timelineRow(entry, source.clock, { anchored: true, linked }).text
      next = rows.next()
    }
    yield TIMELINE_END
  }
  yield page(true)
  while (next.done !== true) yield page(false)
}
