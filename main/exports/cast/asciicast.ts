import type { Recorded } from '../../core/recording/recorded.ts'
import { USUAL_SIZE, type SceneItem } from '../../core/recording/scene.ts'

/** Players shorten longer silence to this, seconds: nobody watches a replication catch up. */
const IDLE_SECONDS = 3

/**
 * A scene as asciicast: version 3 (docs.asciinema.org/manual/asciicast/v3), or version 2 for players from before it. Read
 * once, in bounded memory.
 */
export async function* asciicast(
  scene: AsyncIterable<SceneItem>,
  version: 2 | 3,
  about: {
    readonly title: string
    readonly began: number
    readonly recorded: Recorded | undefined
  },
): AsyncGenerator<string> {
  const lines = new Lines(version)
  let isHeaded = false
  for await (const item of scene) {
    if (!isHeaded) {
      isHeaded = true
      // A recording that knows its size begins with it.
      yield header(version, item.kind === 'size' ? item : USUAL_SIZE, about)
    }
    const text = lines.of(item)
    if (text !== '') yield text
  }
  if (!isHeaded) yield header(version, USUAL_SIZE, about)
  const last = lines.end(about.recorded)
  if (last !== '') yield last
}

function header(
  version: 2 | 3,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  about: {
    readonly title: string
    readonly began: number
    readonly recorded: Recorded | undefined
  },
): string {
  const { title, began, recorded } = about
  const rest = {
    timestamp: Math.floor(began / 1000),
    idle_time_limit: IDLE_SECONDS,
    ...(recorded?.command !== undefined && { command: recorded.command }),
    title,
  }
  const type = 'xterm-256color'
  return `${json(
    version === 3
      ? { version, term: { cols: columns, rows, type }, ...rest }
      : { version, width: columns, height: rows, ...rest, env: { TERM: type } },
  )}\n`
}

/** Writes items as lines. Characters that came in two pieces are put together; what is no UTF-8 becomes U+FFFD. */
class Lines {
  readonly #version: 2 | 3
  readonly #decoders = {
    o: new TextDecoder('utf-8', { ignoreBOM: true }),
    e: new TextDecoder('utf-8', { ignoreBOM: true }),
  }
  #last = 0

  constructor(version: 2 | 3) {
    this.#version = version
  }

  of(item: SceneItem): string {
    switch (item.kind) {
      case 'output': {
        const text = this.#decoders[item.channel].decode(item.bytes, { stream: true })
        return this.#output(item.at, item.forScreen ? text : text.replaceAll('\n', '\r\n'))
      }
      case 'words':
        // The end of a recording that stopped within a character.
        return this.#rest(item.at) + this.#output(item.at, item.text)
      case 'size':
        return this.#line(item.at, 'r', `${item.columns}x${item.rows}`)
      case 'mark':
        return this.#line(item.at, 'm', item.text)
    }
  }

  end(recorded: Recorded | undefined): string {
    const at = Math.max(this.#last, recorded?.durationMs ?? 0)
    const rest = this.#rest(at)
    const outcome = recorded?.outcome
    if (this.#version === 2 || outcome?.kind !== 'exited') return rest
    return rest + this.#line(at, 'x', String(outcome.code))
  }

  #rest(at: number): string {
    return this.#output(at, this.#decoders.o.decode()) + this.#output(at, this.#decoders.e.decode())
  }

  #output(at: number, text: string): string {
    return text === '' ? '' : this.#line(at, 'o', text)
  }

  /** Version 3 counts from the line before, version 2 from the beginning. Seconds. */
  #line(at: number, code: string, data: string): string {
    const ms = this.#version === 3 ? at - this.#last : at
    this.#last = at
    return `[${(ms / 1000).toFixed(3)}, "${code}", ${json(data)}]\n`
  }
}

/** Half a character of UTF-16 is no text to anybody else, and ends a player that is asked to print it. */
function json(value: object | string): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? member.replaceAll(/\p{Surrogate}/gu, '\ufffd') : member,
  )
}
