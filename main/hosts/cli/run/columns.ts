/**
 * Rows with tabs between their cells, as columns for a terminal. The beginning decides the widths: it is held back until
 * there is enough of it, or the end. Rows of another number of cells begin another table.
 */

/** Characters held back. */
const HELD = 32 * 1024
/** A cell is not padded further than this: one long text must not push everything else out of sight. */
const WIDEST = 60

function lengthOf(cell: string): number {
  return Array.from(cell).length
}

export class Columns {
  #held = ''
  #widths: readonly number[] | undefined
  #partial = ''

  write(text: string): string {
    if (this.#widths !== undefined) return this.#rows(text)
    this.#held += text
    return this.#held.length < HELD ? '' : this.#release()
  }

  end(): string {
    const rest = this.#release() + (this.#partial === '' ? '' : this.#line(this.#partial, false))
    this.#partial = ''
    return rest
  }

  #release(): string {
    const text = this.#held
    this.#held = ''
    if (text === '') return ''
    // Tables of one shape are laid out together; what comes later goes on with the widths of the last.
    const lines = text.split('\n')
    this.#partial = lines.pop() ?? ''
    let out = ''
    let from = 0
    while (from < lines.length) {
      const count = lines[from]?.split('\t').length
      let to = from
      while (to < lines.length && lines[to]?.split('\t').length === count) to++
      const table = lines.slice(from, to)
      this.#widths = widthsOf(table)
      out += table.map((line) => this.#line(line, true)).join('')
      from = to
    }
    this.#widths ??= []
    return out
  }

  #rows(text: string): string {
    const lines = (this.#partial + text).split('\n')
    this.#partial = lines.pop() ?? ''
    return lines.map((line) => this.#line(line, true)).join('')
  }

  #line(line: string, whole: boolean): string {
    const cells = line.split('\t')
    const padded = cells.map((cell, index) => {
      const width = index === cells.length - 1 ? 0 : (this.#widths?.[index] ?? 0)
      return cell + ' '.repeat(Math.max(0, width - lengthOf(cell)))
    })
    return padded.join('  ') + (whole ? '\n' : '')
  }
}

function widthsOf(lines: readonly string[]): readonly number[] {
  const widths: number[] = []
  for (const line of lines) {
    for (const [index, cell] of line.split('\t').entries())
      widths[index] = Math.max(widths[index] ?? 0, Math.min(WIDEST, lengthOf(cell)))
  }
  return widths
}
