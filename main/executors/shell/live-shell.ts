import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { deferred, type Deferred } from '../lanes/deferred.ts'
import { markedLine, MarkParser, promptAssignment, quote, type Mark } from './markers.ts'
import { familyOf, signal, signalFamily } from './processes.ts'
import { openPty, type Pty, type PtyOptions } from './pty.ts'
import { makeScratch, releaseScratch, removeScratch, writePrivate } from './scratch.ts'

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
  | { readonly kind: 'gone'; readonly words: string }
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
  readonly #pty: Pty
  readonly #folder: string
  readonly #strict: boolean
  readonly #nonce = randomBytes(12).toString('hex')
  readonly #parser: MarkParser
  readonly #exported: Map<string, string>
  #prompt = deferred<void>()
  #running: Running | undefined
  #count = 0
  #alive = true
  /** Resolves with the words for how it ended. */
  readonly ended: Promise<string>

  private constructor(
    folder: string,
    strict: boolean,
    options: PtyOptions,
    values: Readonly<Record<string, string>>,
  ) {
    this.#folder = folder
    this.#strict = strict
    this.#exported = new Map(Object.entries(values))
    this.#parser = new MarkParser(
      (nonce) => nonce === this.#nonce || nonce === this.#running?.nonce,
    )
    this.#pty = openPty(options, (bytes) => this.#receive(bytes))
    this.ended = this.#end()
    // No history, and line ends as the commands write them.
    const quiet = strict ? 'set +o history; ' : ''
    this.#pty.write(` ${quiet}unset HISTFILE; stty -onlcr; ${promptAssignment(this.#nonce)}\n`)
  }

  /** Starts a shell and waits for its prompt. Throws words for a person. */
  static async start(
    options: Omit<PtyOptions, 'arguments'>,
    values: Readonly<Record<string, string>>,
    isBash: boolean,
  ): Promise<LiveShell> {
    const folder = await makeScratch()
    try {
      const shell = new LiveShell(
        folder,
        isBash,
        { ...options, arguments: isBash ? ['--noprofile', '--norc', '-i'] : ['-i'] },
        values,
      )
      const ready = await within(Promise.race([shell.#prompt.promise, shell.ended]), READY_MS)
      if (ready && shell.alive) return shell
      await shell.close()
      throw new Error('The shell did not show its prompt.')
    } catch (error) {
      await releaseScratch(folder)
      throw error
    }
  }

  /** Asks the system as well: the news of an end takes a moment. */
  get alive(): boolean {
    return this.#alive && signal(this.#pty.pid, 0)
  }

  get busy(): boolean {
    return this.#running !== undefined
  }

  get pid(): number {
    return this.#pty.pid
  }

  /**
   * Runs one text to its end. Bytes between the marks go to `deliver`; the result waits until it has taken them.
   * Must not be called while another runs.
   */
  async run(
    text: string,
    values: Readonly<Record<string, string>>,
    deliver: (bytes: Uint8Array) => Promise<void>,
  ): Promise<TextEnd> {
    const running: Running = {
      nonce: randomBytes(12).toString('hex'),
      deliver,
      end: deferred(),
      started: deferred(),
    }
    if (!this.#alive) return { kind: 'not-begun', words: await this.ended }
    this.#count++
    const prelude = join(this.#folder, `values-${this.#count}`)
    const block = join(this.#folder, `block-${this.#count}.sh`)
    this.#running = running
    try {
      try {
        await writePrivate(prelude, this.#prelude(values))
        await writePrivate(block, `${text}\n`)
      } catch (error) {
        this.#exported.clear()
        return { kind: 'refused', words: error instanceof Error ? error.message : String(error) }
      }
      await within(this.#prompt.promise, PROMPT_MS)
      this.#prompt = deferred()
      const marked = markedLine(running.nonce, `command . ${quote(block)}`)
      const tail = this.#strict ? `; ${DISCARD_TYPED}` : ''
      this.#pty.write(` command . ${quote(prelude)};${marked}${tail}\n`)
      const begun = await within(
        Promise.race([running.started.promise, running.end.promise]),
        READY_MS,
      )
      if (!begun) return { kind: 'silent' }
      // It can hold secrets, and the shell has read it.
      await removeScratch(prelude)
      return await running.end.promise
    } finally {
      this.#running = undefined
      await removeScratch(prelude)
      await removeScratch(block)
    }
  }

  write(bytes: Uint8Array | string): void {
    this.#pty.write(bytes)
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows)
  }

  /** Sends a signal to what runs in the shell, and not to the shell itself. */
  signalCommands(name: NodeJS.Signals): void {
    if (!this.#alive) return
    for (const entry of familyOf(this.#pty.pid, true)) {
      if (entry.pid !== this.#pty.pid) signal(entry.pid, name)
    }
  }

  /** Ends the shell and everything in it. */
  kill(): void {
    if (this.#alive) signalFamily(this.#pty.pid, true, 'SIGKILL')
  }

  async close(): Promise<void> {
    this.kill()
    this.#pty.pump.release()
    await this.ended
  }

  /** Takes no more output into account; what runs goes on by itself. */
  abandon(): void {
    this.#pty.pump.release()
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
        return running?.started.resolve()
      case 'end':
        return running?.end.resolve({ kind: 'status', status: mark.status })
      case 'prompt':
        if (running?.started.settled === true && !running.end.settled)
          running.end.resolve({ kind: 'prompt', status: mark.status })
        return this.#prompt.resolve()
    }
  }

  async #end(): Promise<string> {
    const { code, signal: by } = await this.#pty.exited
    this.#alive = false
    await this.#pty.pump.ended
    await this.#output(this.#parser.end())
    const words = by === null ? `with exit status ${code ?? 'unknown'}` : `by ${by}`
    // The mark is printed before the text is looked at: without it, nothing of the text ran.
    const kind = this.#running?.started.settled === true ? 'gone' : 'not-begun'
    this.#running?.end.resolve({ kind, words })
    await releaseScratch(this.#folder)
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
