import type { RedisFacts } from '../../core/run/events.ts'
import type { RedisLine } from '../../core/redis/command-line.ts'
import { placeText, type Place } from '../network/sockets.ts'
import { rawText, type ReplyJson } from './reply-value.ts'
import { shortened } from '../../core/shortened.ts'

/** What is recorded of a block's commands, within bounds: an event is no place for a large reply. */

const LISTED = 200
const TEXT = 200
const ONE_REPLY = 4096
const ALL_REPLIES = 64 * 1024

type Entry = RedisFacts['commands'][number]

export class CommandFacts {
  readonly #lines: readonly RedisLine[]
  readonly #entries: Entry[] = []
  readonly #values: (ReplyJson | undefined)[] = []
  #server: Place | undefined
  #kept = 0
  #answered = 0

  constructor(lines: readonly RedisLine[]) {
    this.#lines = lines
  }

  /** The server the block began on. */
  began(server: Place): void {
    this.#server ??= server
  }

  get answered(): number {
    return this.#answered
  }

  /** One command was answered, by `node`, with `value` when it was small enough to have one. */
  answer(
    line: RedisLine,
    given: {
      readonly node: Place
      readonly milliseconds: number
      readonly value: ReplyJson | undefined
      readonly error: string | undefined
    },
  ): void {
    this.#answered++
    this.#values.push(given.value)
    const reply = given.value === undefined ? undefined : JSON.stringify(given.value)
    const fits =
      reply !== undefined && reply.length <= ONE_REPLY && this.#kept + reply.length <= ALL_REPLIES
    if (fits) this.#kept += reply.length
    const node = placeText(given.node)
    this.#entries.push({
      line: line.line,
      text: line.text.slice(0, TEXT),
      state: given.error === undefined ? 'answered' : 'error',
      ...(this.#server !== undefined && node !== placeText(this.#server) && { node }),
      durationMs: Math.round(given.milliseconds),
      ...(fits && given.error === undefined && { reply }),
      ...(given.error !== undefined && { error: given.error.slice(0, ONE_REPLY) }),
    })
  }

  /** Undefined while nothing was sent to any server. `unknown` is the command whose answer never came. */
  facts(unknown: RedisLine | undefined): RedisFacts | undefined {
    if (this.#server === undefined) return undefined
    const rest = this.#lines.slice(this.#entries.length).map((line): Entry => ({
      line: line.line,
      text: line.text.slice(0, TEXT),
      state: line === unknown ? 'unknown' : 'not-sent',
    }))
    const all = [...this.#entries, ...rest]
    // What a person looks for first is always listed.
    const listed = all.filter(
      ({ state }, index) => index < LISTED || state === 'error' || state === 'unknown',
    )
    return {
      server: placeText(this.#server),
      commands: listed,
      ...(all.length > listed.length && { more: all.length - listed.length }),
    }
  }

  /** What expectations of data and captures look at. One command: its reply. Several: the list of them. */
  data(): { readonly json?: string; readonly text?: string } {
    const last = this.#values.at(-1)
    const values = this.#values.filter((value) => value !== undefined)
    return {
      ...(values.length === this.#values.length &&
        values.length > 0 && {
          json: JSON.stringify(values.length === 1 ? values[0] : values),
        }),
      // Nil and a reply that is too large to keep capture nothing, rather than something like them.
      ...(last !== undefined && last !== null && { text: rawText(last) }),
    }
  }

  /** Where a block stood, in words, when command `line` was in flight. */
  whereItStood(line: RedisLine): string {
    const answered = this.#entries.map((entry) => entry.line)
    const at = this.#lines.indexOf(line)
    const after = this.#lines.slice(at + 1).map((each) => each.line)
    return [
      `Line ${line.line} (${shortened(line.text, 80)}) was sent and not answered: whether it took effect is not known.`,
      answered.length === 0 ? '' : `${linesText(answered)} answered before.`,
      after.length === 0 ? '' : `${linesText(after)} not sent.`,
    ]
      .filter((part) => part !== '')
      .join(' ')
  }
}

function linesText(lines: readonly number[]): string {
  const [only] = lines
  if (lines.length === 1) return `Line ${only} was`
  const shown = lines.length > 6 ? `${only} to ${lines.at(-1)}` : lines.join(', ')
  return `Lines ${shown} were`
}
