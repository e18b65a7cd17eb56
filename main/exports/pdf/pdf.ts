import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { htmlReport } from '../../core/report/html.ts'
import type { ExportSource } from '../../engine/export-source.ts'
import type { Printer } from './printer.ts'

/** The report as PDF: the HTML, printed. */
export function pdfReport(
  source: ExportSource,
  printer: Printer,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  return printedPages(htmlReport(source.report, source.timeline(), source), printer, signal)
}

/** A document of HTML as PDF. Nothing of it stays anywhere else. */
export async function* printedPages(
  pieces: AsyncIterable<string>,
  printer: Printer,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-pdf-'))
  try {
    const html = join(folder, 'report.html')
    const pdf = join(folder, 'report.pdf')
    await writeFile(html, pieces, { signal })
    await printer.print(html, pdf, signal)
    for await (const piece of createReadStream(pdf)) {
      if (piece instanceof Uint8Array) yield piece
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
