import type { OutputSink } from '../../engine/ports.ts'
import { redirectOf } from './redirect.ts'
import { ReplyText } from './reply-text.ts'
import { ReplyValue } from './reply-value.ts'
import type { WatchedReply } from './wire.ts'

/** A reply of more bytes has no JSON for expectations; its text is recorded whole. */
const VALUE_BYTES = 1024 * 1024

/** The reply of one command on its way to the record. */
export class WatchedCommand implements WatchedReply {
  readonly value = new ReplyValue(VALUE_BYTES)
  readonly visitors: readonly [ReplyText, ReplyValue]
  /** Why some of it could not be recorded. */
  refused: string | undefined
  readonly #sink: OutputSink
  readonly #follows: boolean
  #pieces: Buffer[] = []

  constructor(sink: OutputSink, follows: boolean) {
    this.#sink = sink
    this.#follows = follows
    const text = new ReplyText((piece) => {
      this.#pieces.push(
        typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece),
      )
    })
    this.visitors = [text, this.value]
  }

  get redirect(): ReturnType<typeof redirectOf> {
    return this.#follows ? redirectOf(this.value.error) : undefined
  }

  readonly error = (): string | undefined => this.value.error

  readonly taken = async (): Promise<void> => {
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    // Where a command belongs is between Muster and the cluster; it is recorded which node answered.
    if (bytes.length === 0 || this.redirect !== undefined) return
    try {
      await this.#sink.stdout(bytes)
    } catch (error) {
      this.refused ??= error instanceof Error ? error.message : String(error)
    }
  }
}
