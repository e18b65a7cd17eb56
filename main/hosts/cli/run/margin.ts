/** Puts a margin before every line, so that output can never be taken for words of Muster. */
export class Margin {
  readonly #margin: string
  #atStart = true
  #afterReturn = false

  constructor(margin: string) {
    this.#margin = margin
  }

  /** Carriage returns begin a new line: overwriting would reach into the margin. */
  write(text: string): string {
    let shown = ''
    for (const character of text) {
      const paired = this.#afterReturn && character === '\n'
      this.#afterReturn = character === '\r'
      if (paired) continue
      if (this.#atStart) shown += this.#margin
      this.#atStart = character === '\n' || character === '\r'
      shown += this.#atStart ? '\n' : character
    }
    return shown
  }

  /** Ends a line that was left open. */
  end(): string {
    if (this.#atStart) return ''
    this.#atStart = true
    return '\n'
  }
}
