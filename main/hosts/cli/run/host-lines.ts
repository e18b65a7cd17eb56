/** The most of one line that is held back while it is not whole. */
const LONGEST = 8 * 1024

/**
 * The output of one host among several: whole lines, each behind the host's name, so that lines of different hosts never
 * run into each other.
 */
export class HostLines {
  readonly #margin: string
  #held = ''

  constructor(host: string) {
    this.#margin = `  ${host} │ `
  }

  write(text: string): string {
    const all = this.#held + text.replaceAll(/\r\n?/gu, '\n')
    const end = all.length > LONGEST ? all.length : all.lastIndexOf('\n') + 1
    this.#held = all.slice(end)
    return this.#marked(all.slice(0, end))
  }

  /** What is held back, as a line of its own. */
  end(): string {
    const rest = this.#held
    this.#held = ''
    return this.#marked(rest)
  }

  #marked(text: string): string {
    if (text === '') return ''
    return text
      .replace(/\n$/u, '')
      .split('\n')
      .map((line) => `${this.#margin}${line}\n`)
      .join('')
  }
}
