import { randomBytes } from 'node:crypto'
import { deferred, type Deferred } from './deferred.ts'
import { markedLine, MarkParser, promptAssignment, quote, type Mark } from './markers.ts'
import type { OpenSeat, Seat } from './seat.ts'

/**
 * One interactive shell in a terminal that runs one text after another, so that folder and variables last. The text
 * goes through a file that only this user can read: no terminal's line length, no key binding and no quoting can
 * change it. What counts as its output is what comes between its marks.
 */

/** How long a shell may take to show its first prompt, and to begin with a text. */
const READY_MS = 10_000
/** The prompt follows the end mark at once, unless the text replaced it. */
const PROMPT_MS = 500

/** How one text ended, as far as the shell can tell. */
export type TextEnd =
  | { readonly kind: 'status'; readonly status: number }
  /** The shell is back at its prompt without having reached the end: interrupted, or a fatal error of the text. */
  | { readonly kind: 'prompt'; readonly status: number }
  | { readonly kind: 'gone'; readonly words: string; readonly lost: boolean }
  /** The shell ended before it had begun with the text. */
  | { readonly kind: 'not-begun'; readonly words: string }
  /** The text could not even be handed over: the reason. The shell is as it was. */
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'silent' }

interface Running {
  readonly nonce: string
  readonly deliver: (bytes: Uint8Array) => Promise<void>
  readonly end: Deferred<TextEnd>
  readonly started: Deferred<void>
  readonly begun: () => void
  /** The line that begins it was written to the shell. */
  sent: boolean
}

/**
 * Settings of every block. A block stops at the first command that fails, as in a shell of its own, but without
 * `set -e`, which would take the shell with it: an ERR trap returns from the file instead.
 */
const STRICT = `set +m; set -E -o pipefail; trap 'command return "$?" 2>/dev/null' ERR`

/** Keys that nobody read must not become the next command. */
const DISCARD_TYPED =
  'while IFS= read -r -t 0.01 -n 4096 MUSTER_TYPED; do :; done; unset MUSTER_TYPED'

export class LiveShell {
  readonly #seat: Seat
  readonly #strict: boolean
  readonly #nonce = randomBytes(12).toString('hex')
  readonly #parser: MarkParser
  readonly #exported: Map<string, string>
  #prompt = deferred<void>()
  #running: Running | undefined
  #count = 0
  #over = false
  /** Resolves with the words for how it ended. */
  readonly ended: Promise<string>

  private constructor(seat: Seat, strict: boolean, exported: Readonly<Record<string, string>>) {
    this.#seat = seat
    this.#strict = strict
    this.#exported = new Map(Object.entries(exported))
    this.#parser = new MarkParser(
      (nonce) => nonce === this.#nonce || nonce === this.#running?.nonce,
    )
    this.ended = this.#end()
    // No history, and line ends as the commands write them.
    const quiet = strict ? 'set +o history; ' : ''
    seat.write(` ${quiet}unset HISTFILE; stty -onlcr; ${promptAssignment(this.#nonce)}\n`)
  }

  /**
   * Starts a shell and waits for its prompt. `exported` are the values that it has from the beginning. Rejects with
   * words for a person.
   */
  static async start(
    open: OpenSeat,
    exported: Readonly<Record<string, string>>,
    isBash: boolean,
  ): Promise<LiveShell> {
    let receive: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve()
    const seat = await open((bytes) => receive(bytes))
    const shell = new LiveShell(seat, isBash, exported)
    receive = (bytes) => shell.#receive(bytes)
    const ready = await within(Promise.race([shell.#prompt.promise, shell.ended]), READY_MS)
    if (ready && shell.alive) return shell
    await shell.close()
    throw new Error('The shell did not show its prompt.')
  }

  get alive(): boolean {
    return !this.#over && this.#seat.alive()
  }

  get busy(): boolean {
    return this.#running !== undefined
  }

  /**
   * Runs one text to its end. Bytes between the marks go to `deliver`; the result waits until it has taken them. `begun` is
   * told when the shell has read the line that begins the text. Must not be called while another runs.
   */
  async run(
    text: string,
    values: Readonly<Record<string, string>>,
    deliver: (bytes: Uint8Array) => Promise<void>,
    begun: () => void = () => undefined,
  ): Promise<TextEnd> {
    const running: Running = {
      nonce: randomBytes(12).toString('hex'),
      deliver,
      end: deferred(),
      started: deferred(),
      begun,
      sent: false,
    }
    if (!this.alive) return { kind: 'not-begun', words: await this.ended }
    this.#count++
    let prelude: string | undefined
    let block: string | undefined
    let paths: { readonly values: string; readonly block: string }
    this.#running = running
    try {
      try {
        // Both are settled when one fails, so that neither is left behind.
        const [first, second] = await Promise.allSettled([
          this.#seat.put(`values-${this.#count}`, this.#prelude(values)),
          this.#seat.put(`block-${this.#count}.sh`, `${text}\n`),
        ])
        if (first.status === 'fulfilled') prelude = first.value
        if (second.status === 'fulfilled') block = second.value
        if (first.status === 'rejected') throw first.reason
        if (second.status === 'rejected') throw second.reason
        paths = { values: first.value, block: second.value }
      } catch (error) {
        this.#exported.clear()
        return { kind: 'refused', words: error instanceof Error ? error.message : String(error) }
      }
      await within(this.#prompt.promise, PROMPT_MS)
      this.#prompt = deferred()
      const marked = markedLine(running.nonce, `command . ${quote(paths.block)}`)
      const tail = this.#strict ? `; ${DISCARD_TYPED}` : ''
      running.sent = true
      this.#seat.write(` command . ${quote(paths.values)};${marked}${tail}\n`)
      const answered = await within(
        Promise.race([running.started.promise, running.end.promise]),
        READY_MS,
      )
      if (!answered) return { kind: 'silent' }
      // It can hold secrets, and the shell has read it.
      await this.#seat.remove(paths.values)
      prelude = undefined
      return await running.end.promise
    } finally {
      this.#running = undefined
      if (prelude !== undefined) await this.#seat.remove(prelude)
      if (block !== undefined) await this.#seat.remove(block)
    }
  }

  write(bytes: Uint8Array | string): void {
    this.#seat.write(bytes)
  }

  resize(columns: number, rows: number): void {
    this.#seat.resize(columns, rows)
  }

  /** Sends a signal to what runs in the shell, and not to the shell itself. */
  signalCommands(name: 'SIGTERM'): void {
    this.#seat.signalCommands(name)
  }

  /** Ends the shell and everything in it. */
  kill(): void {
    this.#seat.kill()
  }

  async close(): Promise<void> {
    this.kill()
    this.#seat.release()
    await this.ended
  }

  /** Takes no more output into account; what runs goes on by itself. */
  abandon(): void {
    this.#seat.release()
  }

  #prelude(values: Readonly<Record<string, string>>): string {
    const lines = [promptAssignment(this.#nonce)]
    if (this.#strict) lines.push(STRICT)
    for (const [name, value] of Object.entries(values)) {
      // Only news: a block may have given the variable another value on purpose.
      if (this.#exported.get(name) === value) continue
      this.#exported.set(name, value)
      lines.push(`export ${name}=${quote(value)}`)
    }
    return `${lines.join('\n')}\n`
  }

  async #receive(bytes: Uint8Array): Promise<void> {
    for (const piece of this.#parser.push(bytes)) {
      if (piece.kind === 'mark') this.#mark(piece.mark)
      else await this.#output(piece.bytes)
    }
  }

  async #output(bytes: Uint8Array): Promise<void> {
    const running = this.#running
    if (running === undefined || !running.started.settled || running.end.settled) return
    await running.deliver(bytes)
  }

  #mark(mark: Mark): void {
    const running = this.#running
    switch (mark.kind) {
      case 'start':
        running?.started.resolve()
        return running?.begun()
      case 'end':
        return running?.end.resolve({ kind: 'status', status: mark.status })
      case 'prompt':
        if (running?.started.settled === true && !running.end.settled)
          running.end.resolve({ kind: 'prompt', status: mark.status })
        return this.#prompt.resolve()
    }
  }

  async #end(): Promise<string> {
    const { words, lost } = await this.#seat.ended
    this.#over = true
    await this.#output(this.#parser.end())
    const running = this.#running
    // The mark is printed before the text is looked at: without it, nothing of the text ran, unless the mark was lost.
    if (running?.started.settled === true || (running?.sent === true && lost))
      running.end.resolve({ kind: 'gone', words, lost })
    else running?.end.resolve({ kind: 'not-begun', words })
    return words
  }
}

/** Whether the promise settled within the time. */
async function within(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds)
  })
  const settled = await Promise.race([promise.then(() => true), late])
  clearTimeout(timer)
  return settled
}
