import type { AggregateKind, ReplyVisitor, ScalarKind, StringKind } from './reply-reader.ts'

/**
 * A reply as `redis-cli -3` prints it to a terminal, written while it is read. Attributes are left out, as redis-cli does.
 */

const NAMED: Readonly<Record<number, string>> = {
  0x5c: '\\\\',
  0x22: '\\"',
  0x0a: '\\n',
  0x0d: '\\r',
  0x09: '\\t',
  0x07: '\\a',
  0x08: '\\b',
}

/** How each byte stands between quotes: what is not printable ASCII as \xHH. */
const QUOTED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const named = NAMED[byte]
  if (named !== undefined) return named
  return byte >= 0x20 && byte < 0x7f
    ? String.fromCharCode(byte)
    : `\\x${byte.toString(16).padStart(2, '0')}`
})

export function quoteBytes(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += QUOTED[byte] ?? ''
  return text
}

interface Level {
  readonly kind: AggregateKind
  readonly members: number
  /** What stands before every line of this level but the first. */
  readonly prefix: string
  readonly digits: number
  /** Members begun, keys and values of a map each counting. */
  begun: number
  readonly held: Held | undefined
}

/**
 * What a map's value has written so far, while it is not known whether it takes more than one line: such a value begins
 * on a line of its own.
 */
interface Held {
  readonly prefix: string
  readonly parts: (string | Uint8Array)[]
}

const EMPTY: Readonly<Record<AggregateKind, string>> = {
  array: '(empty array)\n',
  map: '(empty hash)\n',
  set: '(empty set)\n',
  push: '(empty push)\n',
  attribute: '',
}
const MARKS: Readonly<Record<AggregateKind, string>> = {
  array: ')',
  map: '#',
  set: '~',
  push: ')',
  attribute: '',
}

export class ReplyText implements ReplyVisitor {
  readonly #out: (text: string | Uint8Array) => void
  readonly #levels: Level[] = []
  readonly #held: Held[] = []
  #string: StringKind = 'string'
  /** Bytes of a verbatim string's format (`txt:`) still to be left out. */
  #format = 0
  /** Levels of attributes that are being passed over. */
  #aside = 0

  /** `write` takes text in latin1: one character for each byte. */
  constructor(write: (text: string | Uint8Array) => void) {
    this.#out = write
  }

  scalar(kind: ScalarKind, text: string): void {
    if (!this.#begin()) return
    this.#write(scalarText(kind, text) + this.#end())
  }

  stringBegin(kind: StringKind): void {
    const shown = this.#begin()
    this.#string = kind
    this.#format = kind === 'verbatim' ? 4 : 0
    if (shown && kind === 'string') this.#write('"')
    if (shown && kind === 'error') this.#write('(error) ')
  }

  stringData(bytes: Uint8Array): void {
    if (this.#aside > 0) return
    const left = bytes.subarray(Math.min(this.#format, bytes.length))
    this.#format -= bytes.length - left.length
    if (left.length > 0) this.#write(this.#string === 'string' ? quoteBytes(left) : left)
  }

  stringEnd(): void {
    if (this.#aside > 0) return
    this.#write((this.#string === 'string' ? '"' : '') + this.#end())
  }

  aggregateBegin(kind: AggregateKind, members: number): void {
    if (this.#aside > 0 || kind === 'attribute') {
      this.#aside++
      return
    }
    const outer = this.#levels.at(-1)
    const prefix = outer === undefined ? '' : outer.prefix + ' '.repeat(outer.digits + 2)
    this.#begin()
    const isValue = outer?.kind === 'map' && outer.begun % 2 === 0
    let held: Held | undefined
    if (isValue && members > 0) {
      held = { prefix, parts: [] }
      this.#held.push(held)
    }
    if (members > 1) this.#breakLines()
    if (members === 0) this.#write(EMPTY[kind])
    this.#levels.push({ kind, members, prefix, digits: String(members).length, begun: 0, held })
  }

  aggregateEnd(): void {
    if (this.#aside > 0) {
      this.#aside--
      return
    }
    const level = this.#levels.pop()
    if (level?.held === undefined || this.#held.at(-1) !== level.held) return
    // It took one line, so it stays behind its key.
    this.#held.pop()
    for (const part of level.held.parts) this.#write(part)
  }

  /** Something of several lines begins: everything held stands on a line of its own. */
  #breakLines(): void {
    for (const { prefix, parts } of this.#held.splice(0)) {
      this.#out(`\n${prefix}`)
      for (const part of parts) this.#out(part)
    }
  }

  #write(text: string | Uint8Array): void {
    const held = this.#held.at(-1)
    if (held === undefined) this.#out(text)
    else held.parts.push(text)
  }

  /** What stands behind a part: nothing behind a key, whose value follows. */
  #end(): string {
    const level = this.#levels.at(-1)
    return level?.kind === 'map' && level.begun % 2 === 1 ? '' : '\n'
  }

  /** Writes what stands before a member; false when it is not shown. */
  #begin(): boolean {
    if (this.#aside > 0) return false
    const level = this.#levels.at(-1)
    if (level === undefined) return true
    const isMap = level.kind === 'map'
    const isValue = isMap && level.begun % 2 === 1
    const number = isMap ? Math.floor(level.begun / 2) + 1 : level.begun + 1
    if (isValue) this.#write(' => ')
    else {
      const prefix = level.begun === 0 ? '' : level.prefix
      this.#write(`${prefix}${String(number).padStart(level.digits)}${MARKS[level.kind]} `)
    }
    level.begun++
    return true
  }
}

function scalarText(kind: ScalarKind, text: string): string {
  switch (kind) {
    case 'status':
    case 'big-number':
      return text
    case 'error':
      return `(error) ${text}`
    case 'integer':
      return `(integer) ${text}`
    case 'double':
      return `(double) ${text}`
    case 'boolean':
      return text === 't' ? '(true)' : '(false)'
    case 'null':
      return '(nil)'
  }
}
