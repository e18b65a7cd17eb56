import type { ChannelEnd } from '../../../engine/transport.ts'

const OPENED = /^debug1: channel (?<id>\d+): new /u
const FREED = /^debug1: channel (?<id>\d+): free:/u
const EXITED = /mux_exit_message\(\).*: channel (?<id>\d+): exit message, exitval (?<code>\d+)/u
const SIGNALLED = /client_input_channel_req: channel (?<id>\d+) rtype exit-signal/u

/**
 * How what ran in the channels of a connection ended, as the process that holds it tells in its log: at once, where
 * the process of the channel itself waits for whatever still holds the output. Numbers of channels are used again.
 */
export class ChannelEnds {
  readonly #ends = new Map<number, ChannelEnd>()
  readonly #watchers = new Map<number, (end: ChannelEnd) => void>()

  /** One line of the log, of the verbosity `DEBUG1` and with all of `mux_exit_message`. */
  hear(line: string): void {
    const id = (pattern: RegExp): number | undefined => {
      const found = pattern.exec(line)?.groups?.['id']
      return found === undefined ? undefined : Number(found)
    }
    const over = id(OPENED) ?? id(FREED)
    if (over !== undefined) {
      // A signal is still asked for when the channel is gone; a status was told by then.
      if (OPENED.test(line) || this.#ends.get(over)?.kind === 'exited') this.#ends.delete(over)
      return
    }
    const exited = id(EXITED)
    const signalled = id(SIGNALLED)
    if (exited !== undefined) {
      const code = Number(EXITED.exec(line)?.groups?.['code'])
      this.#told(exited, { kind: 'exited', code })
    } else if (signalled !== undefined) {
      // Which one it was is known to ssh alone.
      this.#told(signalled, { kind: 'signalled', signal: 'SIGUNKNOWN' })
    }
  }

  #told(channel: number, end: ChannelEnd): void {
    this.#ends.set(channel, end)
    this.#watchers.get(channel)?.(end)
  }

  /** Calls back when the end of a channel is told, or at once when it was. Gives the way to stop that. */
  watch(channel: number, onEnd: (end: ChannelEnd) => void): () => void {
    const told = this.#ends.get(channel)
    if (told !== undefined) onEnd(told)
    this.#watchers.set(channel, onEnd)
    return () => {
      if (this.#watchers.get(channel) === onEnd) this.#watchers.delete(channel)
    }
  }
}
