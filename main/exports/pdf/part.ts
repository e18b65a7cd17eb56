import {
  PDFArray,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFRef,
  PDFStream,
  PDFString,
  type PDFDocument,
  type PDFObject,
} from '@cantoo/pdf-lib'
import type { PdfWriter } from './pdf-writer.ts'

/** Links to a place that may be in another part are addresses below this one, which is nobody's (RFC 2606). */
export const OTHER_PART = 'https://other-part.invalid/#'

const key = (name: string): PDFName => PDFName.of(name)

/** Objects of the whole that those of a part refer to. */
export interface Shared {
  readonly pages: number
  /** The tag that everything is under. */
  readonly document: number
  readonly font: number
}

export interface NumberedPage {
  /** What its number is drawn by. */
  readonly object: number
  /** In points. */
  readonly width: number
}

/** Of a tree of names or numbers, as they are written. */
export type Entry = readonly [key: string, value: string]

export interface Tags {
  /** References to what stands at the root. */
  readonly roots: string
  /** Where pages and links find their tags. */
  readonly parents: readonly Entry[]
  /** Heads of tables. */
  readonly names: readonly Entry[]
  /** The first key of the next part. */
  readonly nextParent: number
}

/** A part of a document, and how its objects are written into the whole. */
export class Part {
  readonly #document: PDFDocument
  readonly #shared: Shared
  /** Before every name of a table's head, which is unique in its part only; it sorts as the parts do. */
  readonly #prefix: string
  /** Of the keys by which pages and links find their tags. */
  readonly #firstParent: number
  readonly #foreign = new Map<PDFRef, number>()
  readonly #dropped = new Set<PDFRef>()
  #base = 0

  constructor(document: PDFDocument, index: number, firstParent: number, shared: Shared) {
    this.#document = document
    this.#shared = shared
    this.#prefix = `p${String(index).padStart(6, '0')}.`
    this.#firstParent = firstParent
    for (const ref of [document.context.trailerInfo.Root, document.context.trailerInfo.Info]) {
      if (ref instanceof PDFRef) this.#dropped.add(ref)
    }
  }

  /** Gives the part its numbers. Its pages will show theirs, and addresses of other parts become links. */
  prepare(writer: PdfWriter): readonly NumberedPage[] {
    const pages = this.#document.getPages().map((page) => {
      const object = writer.reserve()
      page.node.setFontDictionary(key('PageNumber'), this.#foreignRef(this.#shared.font))
      page.node.normalizedEntries().Contents?.push(this.#foreignRef(object))
      for (let index = 0; index < (page.node.Annots()?.size() ?? 0); index++) {
        const annotation = page.node.Annots()?.lookup(index)
        if (annotation instanceof PDFDict) linkInside(annotation)
      }
      return { object, width: page.getWidth() }
    })
    this.#dict('Pages')?.set(key('Parent'), this.#foreignRef(this.#shared.pages))
    this.#base = writer.reserve(this.#document.context.largestObjectNumber) - 1
    return pages
  }

  /** A reference to an object of the whole. */
  #foreignRef(object: number): PDFRef {
    const ref = this.#document.context.nextRef()
    this.#foreign.set(ref, object)
    return ref
  }

  #dict(name: string): PDFDict | undefined {
    const found = this.#document.catalog.lookup(key(name))
    return found instanceof PDFDict ? found : undefined
  }

  /** The root of its pages, as it is written in the whole. */
  get pages(): string {
    const root = this.#document.catalog.get(key('Pages'))
    return root === undefined ? '' : this.#source(root)
  }

  /** An entry of the catalog with its value, as they are written in the whole; empty where there is none. */
  catalogEntry(name: string): string {
    const found = this.#document.catalog.get(key(name))
    return found === undefined ? '' : `/${name} ${this.#source(found)}`
  }

  /** Title, program and date, as they are written into the whole. */
  information(): string {
    const found = this.#document.context.lookup(this.#document.context.trailerInfo.Info)
    return found instanceof PDFDict ? this.#source(found) : '<< >>'
  }

  /** What the tags of the whole have of this part. */
  tags(): Tags {
    const root = this.#dict('StructTreeRoot')
    const ref = this.#document.catalog.get(key('StructTreeRoot'))
    if (ref instanceof PDFRef) {
      this.#foreign.set(ref, this.#shared.document)
      this.#dropped.add(ref)
    }
    const roots = root?.get(key('K'))
    const document = this.#document.context.lookup(roots)
    // What is a document by itself is a part of this one.
    if (document instanceof PDFDict && document.get(key('S')) === key('Document')) {
      document.set(key('S'), key('Part'))
    }
    const parents = this.#pairs(root?.get(key('ParentTree')), 'Nums').map(
      ([number, value]) => [this.#source(number, 'StructParents'), this.#source(value)] as const,
    )
    const next = root?.lookup(key('ParentTreeNextKey'))
    return {
      roots:
        roots === undefined
          ? ''
          : this.#source(roots).replace(/^\[(?<inside>.*)\]$/su, '$<inside>'),
      parents,
      names: this.#pairs(root?.get(key('IDTree')), 'Names').map(
        ([name, value]) => [this.#source(name, 'ID'), this.#source(value)] as const,
      ),
      nextParent:
        this.#firstParent + (next instanceof PDFNumber ? next.asNumber() : parents.length),
    }
  }

  /** Places that links of any part may lead to, as entries of a dictionary. */
  places(): string {
    const ref = this.#document.catalog.get(key('Dests'))
    if (ref instanceof PDFRef) this.#dropped.add(ref)
    return (this.#dict('Dests')?.entries() ?? [])
      .map(([name, place]) => `${name.toString()} ${this.#source(place)}`)
      .join('\n')
  }

  /** What a name or number tree holds. Its nodes are dropped: the whole has a tree of its own. */
  #pairs(
    node: PDFObject | undefined,
    entries: 'Nums' | 'Names',
  ): readonly (readonly [PDFObject, PDFObject])[] {
    if (node instanceof PDFRef) this.#dropped.add(node)
    const dict = this.#document.context.lookup(node)
    if (!(dict instanceof PDFDict)) return []
    const kids = dict.lookup(key('Kids'))
    if (kids instanceof PDFArray) {
      return kids.asArray().flatMap((kid) => this.#pairs(kid, entries))
    }
    const list = dict.lookup(key(entries))
    if (!(list instanceof PDFArray)) return []
    const all = list.asArray()
    return all.flatMap((first, index) => {
      const second = all[index + 1]
      return index % 2 === 0 && second !== undefined ? [[first, second] as const] : []
    })
  }

  /** Every object that is not dropped. */
  *objects(writer: PdfWriter): Generator<Uint8Array> {
    for (const [ref, object] of this.#document.context.enumerateIndirectObjects()) {
      if (this.#dropped.has(ref)) continue
      const number = this.#number(ref)
      if (object instanceof PDFStream) {
        const entries = this.#entries(
          object.dict.entries().filter(([name]) => name !== PDFName.Length),
        )
        yield* writer.stream(number, entries, object.getContents())
      } else yield* writer.object(number, this.#source(object))
    }
  }

  #number(ref: PDFRef): number {
    return this.#foreign.get(ref) ?? this.#base + ref.objectNumber
  }

  #entries(entries: readonly (readonly [PDFName, PDFObject])[]): string {
    return entries
      .map(([name, value]) => `${name.toString()} ${this.#source(value, name.decodeText())}`)
      .join(' ')
  }

  /** The source of an object of this part in the whole. `under`: the entry whose value it is. */
  #source(object: PDFObject, under?: string): string {
    if (object instanceof PDFRef) return `${this.#number(object)} 0 R`
    if (object instanceof PDFDict) return `<< ${this.#entries(object.entries())} >>`
    if (object instanceof PDFArray) {
      return `[${object
        .asArray()
        .map((one) => this.#source(one, under))
        .join(' ')}]`
    }
    if (object instanceof PDFNumber && (under === 'StructParents' || under === 'StructParent')) {
      return String(object.asNumber() + this.#firstParent)
    }
    if (under === 'ID' || under === 'Headers') return this.#prefixed(object)
    return object.toString()
  }

  /** The name of a table's head. */
  #prefixed(object: PDFObject): string {
    if (object instanceof PDFString) return `(${this.#prefix}${object.toString().slice(1)}`
    if (object instanceof PDFHexString) {
      return `<${Buffer.from(this.#prefix, 'latin1').toString('hex')}${object.toString().slice(1)}`
    }
    return object.toString()
  }
}

/** Makes a link to an address below `OTHER_PART` one to a place of this document. */
function linkInside(annotation: PDFDict): void {
  const action = annotation.lookup(key('A'))
  const address = action instanceof PDFDict ? action.lookup(key('URI')) : undefined
  const text =
    address instanceof PDFString || address instanceof PDFHexString ? address.decodeText() : ''
  if (!text.startsWith(OTHER_PART)) return
  annotation.delete(key('A'))
  annotation.set(key('Dest'), key(text.slice(OTHER_PART.length)))
}
