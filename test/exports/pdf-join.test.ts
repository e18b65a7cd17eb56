import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber, PDFRef } from '@cantoo/pdf-lib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowserPrinter } from '../../main/exports/pdf/browser-printer.ts'
import { joined } from '../../main/exports/pdf/join.ts'
import { OTHER_PART } from '../../main/exports/pdf/part.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/** Documents that the real browser of this machine printed become one, which another program reads. */

const folder = temporaryFolder('pdf-join')
afterAll(() => folder.remove())

const HEAD = `<!doctype html><html lang="en"><head><title>The whole</title></head><body><h1>The whole</h1>
<p><a href="${OTHER_PART}later">far away</a> <a href="https://example.com/">elsewhere</a></p>
<h2>Table</h2><table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></body></html>`
const LATER = `<!doctype html><html lang="en"><head><title>Later</title></head><body>
<table><thead><tr><th>B</th></tr></thead><tbody><tr><td>(1 0 R) &lt;&lt;</td></tr></tbody></table>
<p style="break-before: page" id="later"><a href="#later">here</a></p></body></html>`

async function printed(name: string, html: string): Promise<Uint8Array> {
  const [page, pdf] = [join(folder.path, `${name}.html`), join(folder.path, `${name}.pdf`)]
  writeFileSync(page, html)
  await createBrowserPrinter(process.env).print(page, pdf, new AbortController().signal)
  return readFileSync(pdf)
}

async function whole(parts: readonly Uint8Array[]): Promise<PDFDocument> {
  const pieces: Uint8Array[] = []
  const each = async function* (): AsyncGenerator<Uint8Array> {
    yield* parts
  }
  for await (const piece of joined(each())) pieces.push(piece)
  return await PDFDocument.load(Buffer.concat(pieces), {
    updateMetadata: false,
    throwOnInvalidObject: true,
  })
}

const key = (name: string): PDFName => PDFName.of(name)

/** Dictionary or array that stands at a path of names and indices below the catalog. */
function at(document: PDFDocument, ...path: readonly (string | number)[]): unknown {
  let found: unknown = document.catalog
  for (const step of path) {
    if (found instanceof PDFDict && typeof step === 'string') found = found.lookup(key(step))
    else if (found instanceof PDFArray && typeof step === 'number') found = found.lookup(step)
    else return undefined
  }
  return found
}

/** What the leaves of a tree of names or numbers hold, in order. */
function entries(document: PDFDocument, tree: string, kind: 'Nums' | 'Names'): unknown[] {
  const kids = at(document, 'StructTreeRoot', tree, 'Kids')
  if (!(kids instanceof PDFArray)) return []
  return kids.asArray().flatMap((_, index) => {
    const list = at(document, 'StructTreeRoot', tree, 'Kids', index, kind)
    return list instanceof PDFArray ? list.asArray() : []
  })
}

describe('PDFs that become one', () => {
  let document: PDFDocument
  beforeAll(async () => {
    const [first, second] = [await printed('head', HEAD), await printed('later', LATER)]
    document = await whole([first, second, second])
  }, 60_000)

  it('has all pages, in their order, and the title of the first', () => {
    expect(document.getPageCount()).toBe(5)
    expect(document.getTitle()).toBe('The whole')
    expect(at(document, 'Outlines', 'First', 'Title')?.toString()).toContain('The whole')
    expect(at(document, 'Outlines', 'First', 'First', 'Title')?.toString()).toContain('Table')
  })

  it('numbers its pages', () => {
    const numbers = document.getPages().map((page) => {
      const contents = page.node.Contents()
      const last = contents instanceof PDFArray ? contents.lookup(contents.size() - 1) : undefined
      return /\((?<text>\d+ of \d+)\)/u.exec(last?.toString() ?? '')?.groups?.['text']
    })
    expect(numbers).toEqual(['1 of 5', '2 of 5', '3 of 5', '4 of 5', '5 of 5'])
  })

  it('has one document of tags, with a part for each', () => {
    const root = at(document, 'StructTreeRoot', 'K')
    const kinds = [0, 1, 2].map((index) => {
      const part =
        root instanceof PDFDict ? root.lookup(key('K'), PDFArray).lookup(index) : undefined
      return part instanceof PDFDict ? part.get(key('S'))?.toString() : undefined
    })
    expect(kinds).toEqual(['/Part', '/Part', '/Part'])
    expect(at(document, 'StructTreeRoot', 'K', 'S')?.toString()).toBe('/Document')
  })

  it('finds the tags of every page and of every link under a key of its own', () => {
    const all = entries(document, 'ParentTree', 'Nums')
    const keys = all.flatMap((one) => (one instanceof PDFNumber ? [one.asNumber()] : []))
    expect(keys).toEqual(keys.map((_, index) => index))
    const own = document.getPages().flatMap((page) => {
      const page_ = page.node.lookup(key('StructParents'), PDFNumber).asNumber()
      const links = page.node.Annots()?.asArray() ?? []
      return [
        page_,
        ...links.map((link) =>
          document.context.lookup(link, PDFDict).lookup(key('StructParent'), PDFNumber).asNumber(),
        ),
      ]
    })
    expect(own.toSorted((left, right) => left - right)).toEqual(keys)
  })

  it('keeps heads of tables apart', () => {
    const names = entries(document, 'IDTree', 'Names').flatMap((one) =>
      one instanceof PDFRef ? [] : [String(one)],
    )
    expect(names).toHaveLength(3)
    expect(new Set(names).size).toBe(3)
    expect(names.toSorted()).toEqual(names)
  })

  it('leads from one part to another, and elsewhere as before', () => {
    const [far, elsewhere] = document.getPage(0).node.Annots()?.asArray() ?? []
    const link = document.context.lookup(far, PDFDict)
    expect(link.get(key('Dest'))?.toString()).toBe('/later')
    expect(link.get(key('A'))).toBeUndefined()
    expect(document.context.lookup(elsewhere, PDFDict).toString()).toContain('https://example.com/')
    const place = at(document, 'Dests', 'later')
    const page = place instanceof PDFArray ? place.get(0) : undefined
    expect(document.getPages().findIndex(({ ref }) => ref === page)).toBeGreaterThan(1)
  })
})
