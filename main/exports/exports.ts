import { join } from 'node:path'
import { extensionOf, type ExportFormat } from '../contract/reports.ts'
import type { Exports } from '../engine/ports.ts'
import type { ExportSource } from '../engine/export-source.ts'
import { csvTimeline } from '../core/report/csv.ts'
import { htmlReport } from '../core/report/html.ts'
import { junitReport } from '../core/report/junit.ts'
import { markdownReport } from '../core/report/markdown.ts'
import { writeBeside } from './beside.ts'
import { bundleResources } from './bundle/resources.ts'
import { bundle } from './bundle/write.ts'
import { pdfReport } from './pdf/pdf.ts'
import type { Printer } from './pdf/printer.ts'

/** Pieces of a file. The source is read as they are taken. */
type Format = (
  source: ExportSource,
  printer: Printer,
  signal: AbortSignal,
) => AsyncIterable<string | Uint8Array>

const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  html: (source) => htmlReport(source.report, source.timeline(), source),
  md: (source) => markdownReport(source.report, source.timeline(), source),
  json: jsonReport,
  csv: (source) => csvTimeline(source.timeline()),
  junit: (source) => junitReport(source.report),
  pdf: pdfReport,
  bundle: (source, _printer, signal) =>
    bundle(source.record, {
      resources: bundleResources(),
      reports: [
        ['report.html', () => htmlReport(source.report, source.timeline(), source)],
        ['report.md', () => markdownReport(source.report, source.timeline(), source)],
      ],
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

/** Files made of runs. `folder`: where they go when no path is given, absolute. */
export function createExports(folder: string, printer: Printer): Exports {
  return {
    write: async (source, { format, path, replace, signal, progress }) =>
      await writeBeside(
        path ?? join(folder, nameOf(source, format)),
        told(FORMATS[format](source, printer, signal), (bytes) =>
          progress(bytes, undefined, 'bytes'),
        ),
        // In the program's own folder the newest one counts.
        { replace: replace || path === undefined, signal },
      ),
  }
}

function nameOf({ run, report }: ExportSource, format: ExportFormat): string {
  return `${run.replaceAll(/[^\w.-]/gu, '_')}-${report.kind}.${extensionOf(format)}`
}
