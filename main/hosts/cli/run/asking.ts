import type { Command } from '../../../core/run/commands.ts'
import { printable } from '../printable.ts'
import type { InteractiveOptions } from './interactive-options.ts'

/** Sends an operator's commands: refusals are told, and where a reason would help it is asked for. */
export class Asking {
  readonly #options: InteractiveOptions

  constructor(options: InteractiveOptions) {
    this.#options = options
  }

  /** Sends a command; asks for the reason where one is missing. True: it is done. */
  async send(make: (reason: string | undefined) => Command, given = ''): Promise<boolean> {
    let reason = given === '' ? undefined : given
    for (;;) {
      const result = await this.#options.session.command(make(reason))
      if (result.ok) return true
      this.tell(result.message)
      if (!result.needsReason || reason !== undefined) return false
      reason = await this.ask('Why? (empty: leave it) ')
      if (reason === '') return false
    }
  }

  /** For what always needs a reason. */
  async withReason(given: string, make: (reason: string) => Command): Promise<boolean> {
    const reason = given === '' ? await this.ask('Why? (empty: leave it) ') : given
    if (reason === '') return false
    return await this.send(() => make(reason))
  }

  async ask(question: string): Promise<string> {
    return (await this.#options.prompter.ask(question)).trim()
  }

  tell(text: string): void {
    this.#options.tell(`  ${printable(text)}`)
  }
}
