import type { Duplex } from 'node:stream'
import type { OutputSink } from '../../engine/ports.ts'
import { copyLine } from './copy-text.ts'
import { cellJson } from './types.ts'

/**
 * Where the rows of a block go: to the sink as COPY text, as far as the caps allow, and a beginning of them to the gates.
 * While the sink does not keep up nothing is read from the server.
 */

/** Characters collected before they go on together. */
const PIECE = 64 * 1024
/** How much gates may look at, in characters. */
const JUDGED = 4 * 1024 * 1024

export interface Field {
  readonly name: string
  readonly oid: number
}

export interface Caps {
  /** Rows of one result. */
  readonly rows: number
  /** Bytes of one block. */
  readonly bytes: number
}

export class Rows {
  readonly #sink: OutputSink
  readonly #stream: Duplex
  readonly #caps: Caps
  readonly #judges: boolean
  #pending = ''
  #bytes = 0
  #fields: readonly Field[] = []
  #rows = 0
  #capped: 'rows' | 'bytes' | undefined
  #writing: Promise<void> = Promise.resolve()
  #waiting = 0
  #first: string | null | undefined
  #json: string[] = []
  #plain: string[] = []
  #judged = 0

  constructor(sink: OutputSink, stream: Duplex, caps: Caps, judges: boolean) {
    this.#sink = sink
    this.#stream = stream
    this.#caps = caps
    this.#judges = judges
  }

  /** Bytes handed on so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Rows of this result in the output. */
  get rows(): number {
    return this.#rows
  }

  get capped(): 'rows' | 'bytes' | undefined {
    return this.#capped
  }

  /** How many more rows of this result have room; undefined: none. */
  get room(): number | undefined {
    return this.#capped === undefined && this.#rows < this.#caps.rows
      ? this.#caps.rows - this.#rows
      : undefined
  }

  /** Another statement; it may have no rows. */
  reset(): void {
    this.#rows = 0
    // What a block gave before may have filled it.
    this.#capped = this.#bytes >= this.#caps.bytes ? 'bytes' : undefined
  }

  /** Its rows begin, with a line of names. `undefined`: it is COPY, whose form is its own. */
  begin(fields: readonly Field[] | undefined): void {
    this.reset()
    this.#fields = fields ?? []
    this.#first = undefined
    this.#json = []
    this.#plain = []
    this.#judged = 0
    if (fields !== undefined && this.#capped === undefined)
      this.#add(copyLine(fields.map(({ name }) => name)))
  }

  row(cells: readonly (string | null)[]): void {
    if (this.#capped !== undefined) return
    if (this.#rows >= this.#caps.rows) {
      this.#capped = 'rows'
      return
    }
    const line = copyLine(cells)
    if (!this.#fits(line)) {
      this.#capped = 'bytes'
      return
    }
    if (this.#rows === 0) this.#first = cells[0]
    this.#rows++
    this.#judge(line, cells)
    this.#add(line)
  }

  /** A piece of COPY TO STDOUT: whole rows, as the server sends them. */
  raw(bytes: Uint8Array): void {
    if (this.#capped !== undefined) return
    if (this.#rows >= this.#caps.rows || this.#bytes + bytes.length > this.#caps.bytes) {
      this.#capped = this.#rows >= this.#caps.rows ? 'rows' : 'bytes'
      return
    }
    this.#rows++
    this.#flush()
    this.#bytes += bytes.length
    this.#write(new Uint8Array(bytes))
  }

  /** Everything so far is with the sink when this resolves. */
  async settled(): Promise<void> {
    this.#flush()
    await this.#writing
  }

  /** Reads nothing more from the server until this is done. */
  async hold(work: Promise<void>): Promise<void> {
    if (this.#waiting++ === 0) this.#stream.pause()
    try {
      await work
    } finally {
      if (--this.#waiting === 0) this.#stream.resume()
    }
  }

  /** What gates see of the last result, and a capture keeps. */
  data(): { readonly json?: string; readonly plain?: string; readonly text?: string } {
    const whole = this.#capped === undefined && this.#judged <= JUDGED && this.#judges
    return {
      ...(whole && { json: `[${this.#json.join(',')}]`, plain: this.#plain.join('') }),
      ...(typeof this.#first === 'string' && { text: this.#first }),
    }
  }

  #judge(line: string, cells: readonly (string | null)[]): void {
    if (!this.#judges || this.#judged > JUDGED) return
    this.#judged += line.length
    this.#plain.push(line)
    const members = this.#fields.map(
      ({ name, oid }, index) => `${JSON.stringify(name)}:${cellJson(cells[index] ?? null, oid)}`,
    )
    this.#json.push(`{${members.join(',')}}`)
  }

  #fits(line: string): boolean {
    const { bytes } = this.#caps
    // A character is at most three bytes here; only near the limit it has to be counted.
    const most = this.#bytes + 3 * (this.#pending.length + line.length)
    return (
      most <= bytes ||
      this.#bytes + Buffer.byteLength(this.#pending) + Buffer.byteLength(line) <= bytes
    )
  }

  #add(text: string): void {
    this.#pending += text
    if (this.#pending.length >= PIECE) this.#flush()
  }

  #flush(): void {
    if (this.#pending === '') return
    const bytes = Buffer.from(this.#pending, 'utf8')
    this.#pending = ''
    this.#bytes += bytes.length
    this.#write(bytes)
  }

  #write(bytes: Uint8Array): void {
    this.#writing = this.hold(this.#writing.then(() => this.#sink.stdout(bytes)))
  }
}
