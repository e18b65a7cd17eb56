import { ParseSpeeds, PDFDocument } from '@cantoo/pdf-lib'
import { Part, type Entry, type NumberedPage } from './part.ts'
import { PdfWriter } from './pdf-writer.ts'

/**
 * Puts PDFs that a browser printed one behind the other, in the memory of one of them: pages with their numbers, the tags
 * that screen readers go by, the outline of the first, and links from one part into another. A library reads the parts;
 * none that may be passed on with Muster joins them with their tags, or without holding them all.
 */

const NUMBER_SIZE = 8
/** Of Helvetica, in parts of its size: a digit, and “ of ”. */
const DIGIT_WIDTH = 0.556
const OF_WIDTH = 1.39
/** From the right and the bottom of the page, in points: inside the margins of a report. */
const NUMBER_RIGHT = 40
const NUMBER_BOTTOM = 26

/** Draws “3 of 12” at the right bottom; for a screen reader it is no text of the page. */
function pageNumber(width: number, number: number, count: number): Uint8Array {
  const digits = String(number).length + String(count).length
  const left = width - NUMBER_RIGHT - (digits * DIGIT_WIDTH + OF_WIDTH) * NUMBER_SIZE
  const text = `BT /PageNumber ${NUMBER_SIZE} Tf 0.27 g ${left.toFixed(2)} ${NUMBER_BOTTOM} Td (${number} of ${count}) Tj ET`
  return Buffer.from(`/Artifact << /Type /Pagination >> BDC\n${text}\nEMC`, 'latin1')
}

/** One leaf of a tree of names or numbers. */
function leaf(kind: 'Nums' | 'Names', entries: readonly Entry[]): string {
  const limits = [entries[0], entries.at(-1)].map((entry) => entry?.[0] ?? '').join(' ')
  return `<< /Limits [${limits}] /${kind} [${entries.map((entry) => entry.join(' ')).join(' ')}] >>`
}

const references = (numbers: readonly number[]): string =>
  numbers.map((number) => `${number} 0 R`).join(' ')

/** One document of several, in pieces. Each of `parts` is a whole PDF as browsers print them; there is at least one. */
export async function* joined(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const writer = new PdfWriter()
  const shared = { pages: writer.reserve(), document: writer.reserve(), font: writer.reserve() }
  const numbered: NumberedPage[] = []
  const trees: string[] = []
  const roots: string[] = []
  const parents: number[] = []
  const names: number[] = []
  const places: string[] = []
  let firstParent = 0
  let head: { readonly catalog: string; readonly information: string } | undefined
  yield writer.header()
  for await (const bytes of parts) {
    const document = await PDFDocument.load(bytes, {
      updateMetadata: false,
      parseSpeed: ParseSpeeds.Fastest,
    })
    const part = new Part(document, trees.length, firstParent, shared)
    numbered.push(...part.prepare(writer))
    const found = part.tags()
    firstParent = found.nextParent
    trees.push(part.pages)
    roots.push(found.roots)
    places.push(part.places())
    head ??= {
      catalog: ['Outlines', 'Lang'].map((name) => part.catalogEntry(name)).join(' '),
      information: part.information(),
    }
    for (const [kind, entries, leaves] of [
      ['Nums', found.parents, parents],
      ['Names', found.names, names],
    ] as const) {
      if (entries.length === 0) continue
      const number = writer.reserve()
      leaves.push(number)
      yield* writer.object(number, leaf(kind, entries))
    }
    yield* part.objects(writer)
  }
  for (const [index, { object, width }] of numbered.entries()) {
    yield* writer.stream(object, '', pageNumber(width, index + 1, numbered.length))
  }
  const written = function* (text: string, number = writer.reserve()) {
    yield* writer.object(number, text)
    return number
  }
  yield* written(
    `<< /Type /Pages /Kids [${trees.join(' ')}] /Count ${numbered.length} >>`,
    shared.pages,
  )
  yield* written('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>', shared.font)
  const parentTree = yield* written(`<< /Kids [${references(parents)}] >>`)
  const nameTree = yield* written(`<< /Kids [${references(names)}] >>`)
  const tags = yield* written(
    `<< /Type /StructTreeRoot /K ${shared.document} 0 R /ParentTree ${parentTree} 0 R /ParentTreeNextKey ${firstParent}${names.length > 0 ? ` /IDTree ${nameTree} 0 R` : ''} >>`,
  )
  yield* written(
    `<< /Type /StructElem /S /Document /P ${tags} 0 R /K [${roots.join(' ')}] >>`,
    shared.document,
  )
  const destinations = yield* written(`<< ${places.join('\n')} >>`)
  const root = yield* written(
    `<< /Type /Catalog /Pages ${shared.pages} 0 R /Dests ${destinations} 0 R /MarkInfo << /Marked true >> /StructTreeRoot ${tags} 0 R /ViewerPreferences << /DisplayDocTitle true >> ${head?.catalog ?? ''} >>`,
  )
  const information = yield* written(head?.information ?? '<< >>')
  yield* writer.end(`/Root ${root} 0 R /Info ${information} 0 R`)
}
