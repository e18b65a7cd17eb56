import type { Excerpts } from '../core/report/html-commands.ts'
import type { ReportPictures } from '../core/report/html-pictures.ts'
import type { Report } from '../core/report/report.ts'
import type { TimelineEntry } from '../core/report/timeline.ts'
import type { ReportClock } from '../core/report/zone.ts'
import type { RunEvent } from '../core/run/events.ts'
import type { RecordKey } from '../core/evidence/trust.ts'

/** Everything a format may need of a run; the passes over its events are made anew each time. */
export interface ExportSource {
  readonly run: string
  readonly report: Report
  readonly clock: ReportClock
  readonly excerpts: Excerpts
  readonly pictures: ReportPictures
  readonly highlights: readonly TimelineEntry[]
  readonly record: RecordSource
  events(): Iterable<RunEvent>
  timeline(): Iterable<TimelineEntry>
}

/** The record itself, as it is stored. */
export interface RecordSource {
  readonly run: string
  /** Name of the output that is the runbook's file. */
  readonly runbook: string
  /** The exact bytes of each event, in order. */
  lines(): Iterable<{ readonly seq: number; readonly bytes: Uint8Array }>
  /** Signed notes, with how many events each covers, in that order. */
  checkpoints(): readonly { readonly size: number; readonly note: string }[]
  /** Public keys of the device, oldest first. */
  keys(): readonly RecordKey[]
  /** Undefined for one that was taken out or is lost. */
  output(sha256: string): RecordOutput | undefined
}

export interface RecordOutput {
  readonly salt: Uint8Array
  readonly bytes: number
  read(): AsyncIterable<Uint8Array>
}
