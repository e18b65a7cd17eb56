import type { Push } from '../../../contract/pushes.ts'
import type { Answer, Question } from '../../../contract/prompts.ts'
import type { Connection } from '../../../engine/engine.ts'
import { printable } from '../printable.ts'
import type { Prompter } from './prompter.ts'

/** Answers in this terminal what a connection asks: passwords, passphrases, codes, and whether a host is the right one. */
export class Questions {
  readonly #connection: Pick<Connection, 'request'>
  readonly #prompter: Prompter
  #turn: Promise<void> = Promise.resolve()
  readonly #open = new Set<string>()

  constructor(connection: Pick<Connection, 'request'>, prompter: Prompter) {
    this.#connection = connection
    this.#prompter = prompter
  }

  /** To be given every push of the connection. */
  push(push: Push): void {
    if (push.push === 'prompt.closed') this.#open.delete(push.data.prompt)
    if (push.push !== 'prompt.opened') return
    const { prompt, question } = push.data
    this.#open.add(prompt)
    // One at a time, in the order they came.
    this.#turn = this.#turn.then(() => this.#answer(prompt, question))
  }

  async #answer(prompt: string, question: Question): Promise<void> {
    if (!this.#open.has(prompt)) return
    let answer: Answer
    try {
      answer = await this.#prompter.aside(() => this.#ask(question))
    } catch {
      answer = { kind: 'declined', why: 'It was not answered in the terminal.' }
    }
    if (!this.#open.delete(prompt)) return
    // Somebody else may have been quicker.
    await this.#connection.request('prompts.answer', { prompt, answer }).catch(() => undefined)
  }

  async #ask(question: Question): Promise<Answer> {
    const prompter = this.#prompter
    prompter.tell(`\n${printable(question.title)}`)
    switch (question.kind) {
      case 'host-key': {
        prompter.tell(
          `  ${question.host} shows the key ${question.keyType} ${question.fingerprint}`,
        )
        for (const line of question.known) prompter.tell(`  ${printable(line)}`)
        const word = (
          await prompter.ask('  Is it the right one? yes (this time), remember, or no: ')
        ).trim()
        if (word === 'remember') return { kind: 'host-key', accept: 'remember' }
        if (word === 'yes') return { kind: 'host-key', accept: 'once' }
        return { kind: 'declined', why: 'It was not accepted.' }
      }
      case 'secret': {
        if (question.instructions !== undefined)
          prompter.tell(`  ${printable(question.instructions)}`)
        const values: string[] = []
        for (const { label, masked } of question.prompts)
          values.push(await prompter.ask(`  ${printable(label)}: `, masked))
        return { kind: 'secret', values }
      }
    }
  }
}
