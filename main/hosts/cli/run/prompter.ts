import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'

/** Ctrl-C while a question was open. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.')
    this.name = 'Interrupted'
  }
}

/** The terminal was closed, or Ctrl-D. */
export class InputEnded extends Error {
  constructor() {
    super('The terminal was closed.')
    this.name = 'InputEnded'
  }
}

interface Pending {
  resolve(answer: string): void
  reject(error: Error): void
}

/**
 * Questions in a terminal. Keys that come while no question is open are dropped: what was typed ahead of a question
 * must never answer it.
 */
export class Prompter {
  readonly #screen: NodeJS.WriteStream
  #interface: Interface | undefined
  #pending: Pending | undefined
  #muted = true
  #onInterrupt: (() => void) | undefined
  #ended = false
  /** Keys that go to a program, while they do. */
  #passing: { pause(): void; resume(): void } | undefined

  /** `aside`: questions go to standard error, because standard output carries JSON. */
  constructor(aside: boolean) {
    this.#screen = aside ? process.stderr : process.stdout
    this.#begin()
  }

  /** What Ctrl-C does while no question is open. */
  onInterrupt(handler: (() => void) | undefined): void {
    this.#onInterrupt = handler
  }

  /** Writes a line above the next question. */
  tell(text: string): void {
    this.#screen.write(`${text}\n`)
  }

  /** One answer. `masked`: nothing of it is shown. Rejects with `Interrupted` or `InputEnded`. */
  async ask(question: string, masked = false): Promise<string> {
    if (this.#ended) throw new InputEnded()
    const lines = this.#begin()
    const answer = new Promise<string>((resolve, reject) => {
      this.#pending = { resolve, reject }
    })
    // What was typed before the question was asked.
    lines.write(null, { ctrl: true, name: 'e' })
    lines.write(null, { ctrl: true, name: 'u' })
    this.#muted = false
    lines.setPrompt(question)
    lines.prompt()
    this.#muted = masked
    try {
      return await answer
    } finally {
      this.#pending = undefined
      if (masked) this.#screen.write('\n')
      this.#muted = true
    }
  }

  /** Gives every key to `take` until the returned function is called: for a program that runs in the terminal. */
  passKeys(take: (bytes: Uint8Array) => void): () => void {
    this.#end()
    const { stdin } = process
    const passing = {
      resume(): void {
        stdin.setRawMode(true)
        stdin.on('data', take)
        stdin.resume()
      },
      pause(): void {
        stdin.removeListener('data', take)
        stdin.pause()
        stdin.setRawMode(false)
      },
    }
    this.#passing = passing
    passing.resume()
    return () => {
      this.#passing = undefined
      passing.pause()
      if (!this.#ended) this.#begin()
    }
  }

  /** Asks in the middle of something else: a program that has the keys gives them back meanwhile. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    const passing = this.#passing
    if (passing === undefined) return await work()
    passing.pause()
    try {
      return await work()
    } finally {
      if (this.#passing === passing) {
        this.#end()
        passing.resume()
      }
    }
  }

  /** Lets another program have the terminal until the returned function is called. */
  lend(): () => void {
    this.#end()
    return () => void this.#begin()
  }

  close(): void {
    this.#ended = true
    this.#pending?.reject(new InputEnded())
    this.#end()
  }

  #begin(): Interface {
    if (this.#interface !== undefined) return this.#interface
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        // At once: what waits in a queue would be shown or hidden by a later question's rule.
        if (!this.#muted) this.#screen.write(chunk)
        done()
      },
    })
    const lines = createInterface({
      input: process.stdin,
      // The line editor asks its output how wide the terminal is.
      output: Object.assign(output, { columns: this.#screen.columns }),
      terminal: true,
      historySize: 0,
    })
    lines.on('line', (line) => this.#pending?.resolve(line))
    lines.on('SIGINT', () => {
      if (this.#pending === undefined) {
        this.#onInterrupt?.()
        return
      }
      this.#muted = false
      this.#screen.write('^C\n')
      this.#pending.reject(new Interrupted())
    })
    lines.on('close', () => {
      if (this.#interface !== lines) return
      this.#interface = undefined
      this.#ended = true
      this.#pending?.reject(new InputEnded())
    })
    this.#interface = lines
    return lines
  }

  #end(): void {
    const lines = this.#interface
    this.#interface = undefined
    lines?.close()
  }
}
