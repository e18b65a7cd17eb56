import { join } from 'node:path'
import { packFileName, type PackFormat } from '../contract/audit.ts'
import { exportFileName, type CastChoice, type ExportFormat } from '../contract/reports.ts'
import type { Exports, FileOrder, FileWritten } from '../engine/ports.ts'
import type { ExportSource } from '../engine/export-source.ts'
import { csvTimeline } from '../core/report/csv.ts'
import { htmlReport } from '../core/report/html.ts'
import { junitReport } from '../core/report/junit.ts'
import { markdownReport } from '../core/report/markdown.ts'
import { csvPack } from '../core/report/pack/csv.ts'
import { htmlPack } from '../core/report/pack/html.ts'
import { markdownPack } from '../core/report/pack/markdown.ts'
import type { AuditPack } from '../core/report/pack/pack.ts'
import type { ReportClock } from '../core/report/zone.ts'
import { writeBeside } from './beside.ts'
import { bundleResources } from './bundle/resources.ts'
import { cast } from './cast/cast.ts'
import { sessionsOf } from './cast/sessions.ts'
import { bundle } from './bundle/write.ts'
import { pdfReport, printedPages } from './pdf/pdf.ts'
import type { Printer } from './pdf/printer.ts'

/** Pieces of a file. The source is read as they are taken. */
type Format = (
  source: ExportSource,
  printer: Printer,
  signal: AbortSignal,
  choice: CastChoice | undefined,
) => AsyncIterable<string | Uint8Array>

const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  html: (source) => htmlReport(source.report, source.timeline(), source),
  md: (source) => markdownReport(source.report, source.timeline(), source),
  json: jsonReport,
  csv: (source) => csvTimeline(source.timeline()),
  junit: (source) => junitReport(source.report),
  cast: (source, _printer, _signal, choice) => cast(source, choice),
  pdf: pdfReport,
  bundle: (source, _printer, signal) =>
    bundle(source.record, {
      resources: bundleResources(),
      reports: [
        ['report.html', () => htmlReport(source.report, source.timeline(), source)],
        ['report.md', () => markdownReport(source.report, source.timeline(), source)],
      ],
      sessions: (last) => sessionsOf(source, last),
      signal,
    }),
}

/** One JSON document: the report, and every event as it is in the log. */
async function* jsonReport(source: ExportSource): AsyncGenerator<string> {
  yield `{"report":${JSON.stringify(source.report)},"events":[`
  let first = true
  for (const event of source.events()) {
    yield `${first ? '\n' : ',\n'}${JSON.stringify(event)}`
    first = false
  }
  yield '\n]}\n'
}

/** Pieces one by one, giving way to everything else now and then, and telling how far it is. */
async function* told(
  pieces: AsyncIterable<string | Uint8Array>,
  progress: (bytes: number) => void,
): AsyncGenerator<string | Uint8Array> {
  let bytes = 0
  let since = 0
  for await (const piece of pieces) {
    bytes += piece.length
    since += piece.length
    yield piece
    if (since < 64 * 1024) continue
    since = 0
    progress(bytes)
    await new Promise((resolve) => setImmediate(resolve))
  }
  progress(bytes)
}

const PACK_FORMATS: Readonly<
  Record<
    PackFormat,
    (
      pack: AuditPack,
      clock: ReportClock,
      printer: Printer,
      signal: AbortSignal,
    ) => AsyncIterable<string | Uint8Array>
  >
> = {
  html: htmlPack,
  md: markdownPack,
  csv: csvPack,
  pdf: (pack, clock, printer, signal) => printedPages(htmlPack(pack, clock), printer, signal),
  json: async function* (pack) {
    yield `${JSON.stringify(pack, undefined, 1)}\n`
  },
}

/** Files made of runs. `folder`: where they go when no path is given, absolute. */
export function createExports(folder: string, printer: Printer): Exports {
  const write = async (
    name: string,
    pieces: AsyncIterable<string | Uint8Array>,
    { path, replace, signal, progress }: FileOrder,
  ): Promise<FileWritten> =>
    await writeBeside(
      path ?? join(folder, name),
      told(pieces, (bytes) => progress(bytes, undefined, 'bytes')),
      // In the program's own folder the newest one counts.
      { replace: replace || path === undefined, signal },
    )
  return {
    write: async (source, order) =>
      await write(
        exportFileName(
          source.run,
          order.format === 'cast' ? (order.cast?.recording ?? 'all') : source.report.kind,
          order.format,
        ),
        FORMATS[order.format](source, printer, order.signal, order.cast),
        order,
      ),
    writePack: async (pack, clock, order) =>
      await write(
        packFileName(pack, order.format),
        PACK_FORMATS[order.format](pack, clock, printer, order.signal),
        order,
      ),
  }
}
