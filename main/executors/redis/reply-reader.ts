/**
 * Reads the Redis protocol (RESP2 and RESP3, https://redis.io/docs/latest/develop/reference/protocol-spec) as it arrives
 * and tells a visitor each part, so that a reply of any size passes through without ever being whole in memory.
 */

export type ScalarKind =
  'status' | 'error' | 'integer' | 'double' | 'boolean' | 'big-number' | 'null'
export type StringKind = 'string' | 'verbatim' | 'error'
export type AggregateKind = 'array' | 'map' | 'set' | 'push' | 'attribute'

export interface ReplyVisitor {
  /** `text` has one character for each byte. */
  scalar(kind: ScalarKind, text: string): void
  stringBegin(kind: StringKind, bytes: number): void
  stringData(bytes: Uint8Array): void
  stringEnd(): void
  /** `members` of a map counts pairs. */
  aggregateBegin(kind: AggregateKind, members: number): void
  aggregateEnd(): void
}

/** What arrived is not the Redis protocol. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

const SCALARS: Readonly<Record<string, ScalarKind>> = {
  '+': 'status',
  '-': 'error',
  ':': 'integer',
  ',': 'double',
  '#': 'boolean',
  '(': 'big-number',
  _: 'null',
}
const STRINGS: Readonly<Record<string, StringKind>> = {
  $: 'string',
  '=': 'verbatim',
  '!': 'error',
}
const AGGREGATES: Readonly<Record<string, AggregateKind>> = {
  '*': 'array',
  '%': 'map',
  '~': 'set',
  '>': 'push',
  '|': 'attribute',
}

/** A line longer than this is no Redis server's. */
const LONGEST_LINE = 64 * 1024
const DEEPEST = 128

interface Level {
  left: number
  /** Attributes stand before a reply and are not one of its members. */
  readonly aside: boolean
}

const CARRIAGE_RETURN = 13
const NEWLINE = 10

export class ReplyReader {
  readonly #visitor: ReplyVisitor
  readonly #levels: Level[] = []
  #line = ''
  /** Bytes of a string still to come, and then of the line end behind it. */
  #string: { left: number; end: number } | undefined
  #done = false

  constructor(visitor: ReplyVisitor) {
    this.#visitor = visitor
  }

  /** Whether a whole reply has been read. */
  get done(): boolean {
    return this.#done
  }

  /** Reads on. Returns how many bytes belonged to this reply: fewer than given when it is complete. */
  push(bytes: Uint8Array): number {
    let at = 0
    while (at < bytes.length && !this.#done) {
      if (this.#string === undefined) at = this.#readLine(bytes, at)
      else at = this.#readString(bytes, at, this.#string)
    }
    return at
  }

  #readLine(bytes: Uint8Array, from: number): number {
    const newline = bytes.indexOf(NEWLINE, from)
    const end = newline === -1 ? bytes.length : newline
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1')
    if (this.#line.length > LONGEST_LINE) throw new ProtocolError('a line without an end')
    if (newline === -1) return end
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
    this.#line = ''
    this.#header(line)
    return newline + 1
  }

  #header(line: string): void {
    const sign = line[0] ?? ''
    const rest = line.slice(1)
    const scalar = SCALARS[sign]
    if (scalar !== undefined) {
      this.#visitor.scalar(scalar, rest)
      this.#finished()
      return
    }
    const string = STRINGS[sign]
    const aggregate = AGGREGATES[sign]
    const count = /^-?\d{1,15}$/u.test(rest) ? Number(rest) : Number.NaN
    if ((string === undefined && aggregate === undefined) || !(count >= -1))
      throw new ProtocolError(`the line “${line.slice(0, 40)}”`)
    if (count === -1) {
      this.#visitor.scalar('null', '')
      this.#finished()
    } else if (string !== undefined) {
      this.#visitor.stringBegin(string, count)
      this.#string = { left: count, end: 2 }
    } else if (aggregate !== undefined) {
      if (this.#levels.length >= DEEPEST)
        throw new ProtocolError('a reply that is nested too deeply')
      this.#visitor.aggregateBegin(aggregate, count)
      const pairs = aggregate === 'map' || aggregate === 'attribute'
      this.#levels.push({ left: pairs ? count * 2 : count, aside: aggregate === 'attribute' })
      if (count === 0) this.#close()
    }
  }

  #readString(bytes: Uint8Array, from: number, string: { left: number; end: number }): number {
    let at = from
    if (string.left > 0) {
      const part = bytes.subarray(at, at + string.left)
      string.left -= part.length
      at += part.length
      this.#visitor.stringData(part)
    }
    while (string.left === 0 && string.end > 0 && at < bytes.length) {
      if (bytes[at] !== (string.end === 2 ? CARRIAGE_RETURN : NEWLINE))
        throw new ProtocolError('a string that does not end where it says')
      string.end--
      at++
    }
    if (string.left === 0 && string.end === 0) {
      this.#string = undefined
      this.#visitor.stringEnd()
      this.#finished()
    }
    return at
  }

  /** One member is complete. */
  #finished(): void {
    const level = this.#levels.at(-1)
    if (level === undefined) {
      this.#done = true
      return
    }
    level.left--
    if (level.left === 0) this.#close()
  }

  #close(): void {
    const level = this.#levels.pop()
    this.#visitor.aggregateEnd()
    if (level?.aside !== true) this.#finished()
  }
}
