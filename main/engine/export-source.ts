import type { Excerpts } from '../core/report/html-commands.ts'
import type { Report } from '../core/report/report.ts'
import type { TimelineEntry } from '../core/report/timeline.ts'
import type { ReportClock } from '../core/report/zone.ts'
import type { RunEvent } from '../core/run/events.ts'

/** Everything a format may need of a run; the passes over its events are made anew each time. */
export interface ExportSource {
  readonly run: string
  readonly report: Report
  readonly clock: ReportClock
  readonly excerpts: Excerpts
  readonly highlights: readonly TimelineEntry[]
  events(): Iterable<RunEvent>
  timeline(): Iterable<TimelineEntry>
}
