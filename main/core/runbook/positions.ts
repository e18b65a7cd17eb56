import type { Position, Range } from './model.ts'

/** Finds line and column of offsets in one source. CRLF, CR and LF each end a line. */
export class Positions {
  readonly #source: string
  readonly #starts: readonly number[]

  constructor(source: string) {
    this.#source = source
    const starts = [0]
    for (let at = 0; at < source.length; at++) {
      const code = source.charCodeAt(at)
      if (code === 10 || (code === 13 && source.charCodeAt(at + 1) !== 10)) starts.push(at + 1)
    }
    this.#starts = starts
  }

  get lines(): number {
    return this.#starts.length
  }

  /** Offset at which a line (from 1) begins. */
  lineStart(line: number): number {
    return this.#starts[line - 1] ?? this.#source.length
  }

  at(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, this.#source.length))
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= inside) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: inside - (this.#starts[low] ?? 0) + 1, offset: inside }
  }

  range(start: number, end: number): Range {
    return { start: this.at(start), end: this.at(Math.max(start, end)) }
  }
}
