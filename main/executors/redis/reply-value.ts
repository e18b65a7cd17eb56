import type { AggregateKind, ReplyVisitor, ScalarKind, StringKind } from './reply-reader.ts'
import { quoteBytes } from './reply-text.ts'

/**
 * A reply as JSON, as `redis-cli --json` gives it, while it fits a budget: what is larger has no value here, and stands in
 * the output alone. Text that is not UTF-8 is written with \xHH.
 */

export type ReplyJson =
  null | boolean | number | string | readonly ReplyJson[] | { readonly [name: string]: ReplyJson }

interface Level {
  readonly kind: AggregateKind
  readonly members: ReplyJson[]
}

/** What each value costs besides its text. */
const EACH = 8

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    return quoteBytes(bytes)
  }
}

export class ReplyValue implements ReplyVisitor {
  #budget: number
  readonly #levels: Level[] = []
  #string: Uint8Array[] = []
  #kind: StringKind = 'string'
  #value: ReplyJson | undefined
  #error: string | undefined
  #firstError: string | undefined

  /** `budget` in bytes. */
  constructor(budget: number) {
    this.#budget = budget
  }

  /** Undefined when the reply did not fit, or is not complete. */
  get value(): ReplyJson | undefined {
    return this.#budget < 0 ? undefined : this.#value
  }

  /** The text of a reply that is an error as a whole, such as `WRONGTYPE Operation against …`. */
  get error(): string | undefined {
    return this.#error
  }

  /** The first error anywhere in the reply. */
  get firstError(): string | undefined {
    return this.#firstError
  }

  scalar(kind: ScalarKind, text: string): void {
    this.#budget -= EACH + text.length
    if (kind === 'error') this.#failed(textOf(Buffer.from(text, 'latin1')))
    else this.#add(scalarValue(kind, text))
  }

  stringBegin(kind: StringKind, bytes: number): void {
    this.#budget -= EACH + bytes
    this.#kind = kind
    this.#string = []
  }

  stringData(bytes: Uint8Array): void {
    // Copied: the bytes are those of a socket's buffer. An error is kept even where nothing else is.
    if (this.#budget >= 0 || this.#kind === 'error') this.#string.push(Uint8Array.from(bytes))
  }

  stringEnd(): void {
    const bytes = Buffer.concat(this.#string)
    this.#string = []
    if (this.#kind === 'error') this.#failed(textOf(bytes))
    else this.#add(textOf(this.#kind === 'verbatim' ? bytes.subarray(4) : bytes))
  }

  aggregateBegin(kind: AggregateKind): void {
    this.#budget -= EACH
    this.#levels.push({ kind, members: [] })
  }

  aggregateEnd(): void {
    const level = this.#levels.pop()
    if (level === undefined || level.kind === 'attribute') return
    if (level.kind === 'map') this.#add(mapOf(level.members))
    else this.#add(level.members)
  }

  #failed(text: string): void {
    this.#firstError ??= text
    if (this.#levels.length === 0) this.#error = text
    this.#add({ error: text })
  }

  #add(value: ReplyJson): void {
    if (this.#budget < 0) return
    const level = this.#levels.at(-1)
    if (level === undefined) this.#value = value
    else level.members.push(value)
  }
}

function mapOf(members: readonly ReplyJson[]): ReplyJson {
  const entries: [string, ReplyJson][] = []
  for (let index = 0; index + 1 < members.length; index += 2) {
    const key = members[index] ?? null
    entries.push([typeof key === 'string' ? key : JSON.stringify(key), members[index + 1] ?? null])
  }
  return Object.fromEntries(entries)
}

function scalarValue(kind: ScalarKind, text: string): ReplyJson {
  switch (kind) {
    case 'integer':
      // A number that JavaScript would round stays text.
      return Number.isSafeInteger(Number(text)) ? Number(text) : text
    case 'double':
      return Number.isFinite(Number(text)) ? Number(text) : text
    case 'boolean':
      return text === 't'
    case 'null':
      return null
    case 'status':
    case 'error':
    case 'big-number':
      return text
  }
}

/** A value as `redis-cli --raw` prints it, without the last line end: what a capture keeps. */
export function rawText(value: ReplyJson): string {
  if (value === null) return ''
  if (typeof value !== 'object') return String(value)
  const members: readonly ReplyJson[] = Array.isArray(value) ? value : Object.entries(value).flat()
  return members.map(rawText).join('\n')
}
