import { deflateSync } from 'node:zlib'

/**
 * Writes a PDF of any length piece by piece: only where each object stands is kept. Objects without a stream go together
 * into compressed ones, and the table at the end is one (PDF 1.5, ISO 32000-1 7.5.7 and 7.5.8).
 */

const AT_ONCE = 200
/** Bytes of the columns of the table: kind, place, index. */
const COLUMNS = [1, 5, 2] as const

/** In the column of indices: this object is not written yet, or stands by itself. */
const FREE = -2
const ALONE = -1

export class PdfWriter {
  /** Of each object its offset, or the number of the one it is inside of; plain numbers, for there may be a million. */
  readonly #places: number[] = [0]
  readonly #indices: number[] = [FREE]
  #waiting: { readonly number: number; readonly text: string }[] = []
  #length = 0

  /** The first bytes of the file. */
  header(): Uint8Array {
    // Bytes beyond ASCII say to whoever passes it on that this is no text.
    return this.#count(Buffer.from('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n', 'latin1'))
  }

  /** The first of `count` numbers for objects. */
  reserve(count = 1): number {
    const first = this.#places.length
    for (let index = 0; index < count; index++) {
      this.#places.push(0)
      this.#indices.push(FREE)
    }
    return first
  }

  /** An object without a stream. `text` is its source. */
  *object(number: number, text: string): Generator<Uint8Array> {
    this.#waiting.push({ number, text })
    if (this.#waiting.length >= AT_ONCE) yield* this.#together()
  }

  /** An object with a stream. `dictionary`: its entries but the length. */
  *stream(number: number, dictionary: string, content: Uint8Array): Generator<Uint8Array> {
    this.#places[number] = this.#length
    this.#indices[number] = ALONE
    const head = `${number} 0 obj\n<< ${dictionary} /Length ${content.length} >>\nstream\n`
    yield this.#count(Buffer.from(head, 'latin1'))
    yield this.#count(content)
    yield this.#count(Buffer.from('\nendstream\nendobj\n', 'latin1'))
  }

  *#together(): Generator<Uint8Array> {
    if (this.#waiting.length === 0) return
    const container = this.reserve()
    const offsets: string[] = []
    let length = 0
    for (const [index, { number, text }] of this.#waiting.entries()) {
      this.#places[number] = container
      this.#indices[number] = index
      offsets.push(`${number} ${length}`)
      length += Buffer.byteLength(text, 'latin1') + 1
    }
    const first = `${offsets.join(' ')}\n`
    const source = first + this.#waiting.map(({ text }) => `${text}\n`).join('')
    yield* this.stream(
      container,
      `/Type /ObjStm /N ${this.#waiting.length} /First ${first.length} /Filter /FlateDecode`,
      deflateSync(Buffer.from(source, 'latin1')),
    )
    this.#waiting = []
  }

  /** The table of objects and the end of the file. `entries`: those of the trailer, such as the root. */
  *end(entries: string): Generator<Uint8Array> {
    yield* this.#together()
    const number = this.reserve()
    const offset = this.#length
    this.#places[number] = offset
    this.#indices[number] = ALONE
    const width = COLUMNS[0] + COLUMNS[1] + COLUMNS[2]
    const table = Buffer.alloc(this.#places.length * width)
    for (const [object, place] of this.#places.entries()) {
      const index = this.#indices[object] ?? FREE
      const at = object * width
      if (index === FREE) continue
      table.writeUInt8(index === ALONE ? 1 : 2, at)
      table.writeUIntBE(place, at + COLUMNS[0], COLUMNS[1])
      table.writeUInt16BE(Math.max(0, index), at + COLUMNS[0] + COLUMNS[1])
    }
    yield* this.stream(
      number,
      `/Type /XRef /Size ${this.#places.length} /W [${COLUMNS.join(' ')}] ${entries} /Filter /FlateDecode`,
      deflateSync(table),
    )
    yield this.#count(Buffer.from(`startxref\n${offset}\n%%EOF\n`, 'latin1'))
  }

  #count(bytes: Uint8Array): Uint8Array {
    this.#length += bytes.length
    return bytes
  }
}
