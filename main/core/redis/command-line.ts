/**
 * The text of a redis block: one command a line, with the quoting of redis-cli (`sdssplitargs` in Redis: "double" with
 * `\n \r \t \b \a \\ \" \xHH`, 'single' with `\'`; a closing quote ends the argument). Lines that begin with `#` are comments.
 */

/** Pieces of text, to be sent as UTF-8, and single bytes from `\xHH`. */
export interface LiteralArgument {
  readonly kind: 'literal'
  readonly parts: readonly (string | number)[]
}

/** `{{NAME}}`: the value is the whole argument, whatever stands in it. */
export interface ValueArgument {
  readonly kind: 'value'
  readonly name: string
}

export type RedisArgument = LiteralArgument | ValueArgument

export interface RedisLine {
  /** Counts from 1 within the block. */
  readonly line: number
  /** As the author wrote it, without surrounding white space. */
  readonly text: string
  /** At least one: the command's name. */
  readonly words: readonly RedisArgument[]
}

export interface RedisLineProblem {
  readonly line: number
  /** A sentence for a person. */
  readonly message: string
}

const PLACEHOLDER = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/uy
const ANY_PLACEHOLDER = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/u
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  a: '\u0007',
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || ' \t\r\n\v\f\0'.includes(character)
}

class LineReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The words of the line, or in words why it cannot be read. */
  read(): readonly RedisArgument[] | string {
    const words: RedisArgument[] = []
    for (;;) {
      while (this.#at < this.#text.length && isBlank(this.#text[this.#at])) this.#at++
      if (this.#at >= this.#text.length) return words
      const word = this.#placeholder() ?? this.#word()
      if (typeof word === 'string') return word
      words.push(word)
    }
  }

  #placeholder(): RedisArgument | undefined {
    PLACEHOLDER.lastIndex = this.#at
    const match = PLACEHOLDER.exec(this.#text)
    const end = PLACEHOLDER.lastIndex
    if (match?.[1] === undefined || !isBlank(this.#text[end])) return undefined
    this.#at = end
    return { kind: 'value', name: match[1] }
  }

  #word(): RedisArgument | string {
    const parts: (string | number)[] = []
    let text = ''
    const addByte = (byte: number): void => {
      if (text !== '') parts.push(text)
      text = ''
      parts.push(byte)
    }
    while (!isBlank(this.#text[this.#at])) {
      const quote = this.#text[this.#at]
      if (quote !== '"' && quote !== "'") {
        text += quote
        this.#at++
        continue
      }
      this.#at++
      for (;;) {
        const character = this.#text[this.#at]
        if (character === undefined) return `The quote ${quote} is never closed.`
        this.#at++
        if (character === quote) break
        const next = this.#text[this.#at]
        if (character !== '\\' || next === undefined) text += character
        else if (quote === "'") {
          // Between single quotes only the quote itself can be escaped.
          if (next === "'") this.#at++
          text += next === "'" ? "'" : character
        } else {
          const hex = /^x([0-9a-fA-F]{2})/u.exec(this.#text.slice(this.#at, this.#at + 3))
          if (hex?.[1] === undefined) {
            text += ESCAPES[next] ?? next
            this.#at++
          } else {
            addByte(Number.parseInt(hex[1], 16))
            this.#at += 3
          }
        }
      }
      if (!isBlank(this.#text[this.#at]))
        return `A space must follow the closing ${quote}, as in redis-cli.`
    }
    if (text !== '') parts.push(text)
    return this.#whole(parts)
  }

  #whole(parts: readonly (string | number)[]): RedisArgument | string {
    for (const part of parts) {
      const match = typeof part === 'string' ? ANY_PLACEHOLDER.exec(part) : null
      if (match?.[1] === undefined) continue
      if (parts.length === 1 && part === match[0]) return { kind: 'value', name: match[1] }
      return `{{${match[1]}}} must be an argument of its own: a value is never pasted into other text. Capture or declare the whole argument instead.`
    }
    return { kind: 'literal', parts }
  }
}

/** The commands of a block, or everything that keeps it from being commands. */
export function readRedisLines(code: string): {
  readonly lines: readonly RedisLine[]
  readonly problems: readonly RedisLineProblem[]
} {
  const lines: RedisLine[] = []
  const problems: RedisLineProblem[] = []
  for (const [index, source] of code.split('\n').entries()) {
    const text = source.trim()
    if (text === '' || text.startsWith('#')) continue
    const words = new LineReader(text).read()
    const line = index + 1
    if (typeof words === 'string') problems.push({ line, message: words })
    else if (words[0]?.kind === 'value')
      problems.push({
        line,
        message: `The command itself cannot be a value: {{${words[0].name}}} stands where its name must.`,
      })
    else lines.push({ line, text, words })
  }
  return { lines, problems }
}

/** The text of a literal word, in which bytes that are not ASCII have no meaning; undefined for a value. */
export function wordText(word: RedisArgument | undefined): string | undefined {
  if (word?.kind !== 'literal') return undefined
  return word.parts
    .map((part) => (typeof part === 'number' ? String.fromCharCode(part) : part))
    .join('')
}
