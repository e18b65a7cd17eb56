import { copyCells } from '../model/copy-text.ts'
import type { TableRow } from '../model/table-text.ts'

/** Bytes asked for at a time; the contract gives at most 1 MiB. */
const PAGE = 1_048_576
const LINE_FEED = 10

export interface RowRange {
  /** Where in the output, in bytes; `to` is after the last. */
  readonly from: number
  readonly to: number
  /** Lines before the first row: names, and results before it where only lines count. */
  readonly skip: number
  /** Rows there are. */
  readonly rows: number
}

/**
 * The rows of one result, read from the recorded output as far as they are looked at. Bytes are kept and lines found in
 * them; cells are made only of rows that are asked for.
 */
export class RowSource {
  readonly #read: (offset: number, length: number) => Promise<Uint8Array>
  readonly #range: RowRange
  #bytes = new Uint8Array(0)
  #length = 0
  /** Where each line begins; the last one is not complete yet. */
  readonly #starts: number[] = [0]
  #loading: Promise<void> | undefined
  readonly #decoder = new TextDecoder()

  constructor(read: (offset: number, length: number) => Promise<Uint8Array>, range: RowRange) {
    this.#read = read
    this.#range = range
  }

  /** Rows that can be looked at without waiting. */
  get loaded(): number {
    return Math.min(this.#range.rows, Math.max(0, this.#starts.length - 1 - this.#range.skip))
  }

  get #ended(): boolean {
    return this.#range.from + this.#length >= this.#range.to || this.loaded >= this.#range.rows
  }

  /** Undefined while it is not loaded. */
  row(index: number): TableRow | undefined {
    if (index >= this.loaded) return undefined
    const line = index + this.#range.skip
    const start = this.#starts[line]
    const end = this.#starts[line + 1]
    if (start === undefined || end === undefined) return undefined
    return copyCells(this.#decoder.decode(this.#bytes.subarray(start, end - 1)))
  }

  /** Reads on until the row is there, or the end. Rejects with words when the output cannot be read. */
  async load(row: number): Promise<void> {
    while (row >= this.loaded && !this.#ended) {
      this.#loading ??= this.#page().finally(() => {
        this.#loading = undefined
      })
      await this.#loading
    }
  }

  async #page(): Promise<void> {
    const offset = this.#range.from + this.#length
    const piece = await this.#read(offset, Math.min(PAGE, this.#range.to - offset))
    if (piece.length === 0) throw new Error('The recorded output is shorter than its result says.')
    this.#append(piece)
  }

  #append(piece: Uint8Array): void {
    const needed = this.#length + piece.length
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(
        Math.min(this.#range.to - this.#range.from, Math.max(needed, this.#bytes.length * 2)),
      )
      grown.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = grown
    }
    this.#bytes.set(piece, this.#length)
    for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1))
      this.#starts.push(this.#length + at + 1)
    this.#length = needed
  }
}
