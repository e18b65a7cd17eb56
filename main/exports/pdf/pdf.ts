import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContractError } from '../../contract/frames.ts'
import { htmlReport } from '../../core/report/html.ts'
import type { ExportSource } from '../../engine/export-source.ts'
import { diskReason } from '../beside.ts'
import type { Printer } from './printer.ts'
import { EVENTS_OF_PART, reportParts } from './report-parts.ts'

/** The report as PDF: the HTML, printed; a long one in parts that are then one document. */
export async function* pdfReport(
  source: ExportSource,
  printer: Printer,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (source.report.counts.events <= EVENTS_OF_PART) {
    yield* printedPages(htmlReport(source.report, source.timeline(), source), printer, signal)
    return
  }
  // The library that reads them is only loaded where it is needed.
  const { joined } = await import('./join.ts')
  yield* joined(printedParts(reportParts(source), printer, signal))
}

async function* printedParts(
  parts: Iterable<Iterable<string>>,
  printer: Printer,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const pieces of parts) {
    const printed: Uint8Array[] = []
    for await (const piece of printedPages(pieces, printer, signal)) printed.push(piece)
    yield Buffer.concat(printed)
  }
}

/** A document of HTML as PDF. Nothing of it stays anywhere else. */
export async function* printedPages(
  pieces: AsyncIterable<string> | Iterable<string>,
  printer: Printer,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-pdf-')).catch(refused)
  try {
    const html = join(folder, 'report.html')
    const pdf = join(folder, 'report.pdf')
    await writeFile(html, pieces, { signal }).catch(refused)
    await printer.print(html, pdf, signal)
    for await (const piece of createReadStream(pdf)) {
      if (piece instanceof Uint8Array) yield piece
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Says which disk it is: that of the temporary files need not be the one that the PDF goes to. */
function refused(error: unknown): never {
  const reason = diskReason(error, tmpdir())
  if (reason === undefined) throw error
  throw new ContractError(
    'not-written',
    `The temporary files that a PDF is printed from could not be written: ${reason} TMPDIR names another folder for them.`,
  )
}
