import { ContractError } from '../contract/frames.ts'
import type { Answer, Question } from '../contract/prompts.ts'
import type { Push } from '../contract/pushes.ts'
import type { ProgramWait } from '../core/connection/waiting.ts'
import type { Prompter } from './ports.ts'

/** How long a question waits for somebody. */
const PATIENCE_MS = 5 * 60_000

interface Open {
  readonly question: Question
  readonly settle: (answer: Answer) => void
}

/**
 * Questions to the people at the windows. The first answer counts. An answer is handed to whoever asked and to nobody
 * else: it is not logged, pushed or recorded.
 */
export class Prompts implements Prompter {
  readonly #open = new Map<string, Open>()
  readonly #waits = new Map<string, ProgramWait>()
  #next = 1
  #push: (push: Push) => void = () => undefined
  #listeners: () => number = () => 0

  /** Connects the questions to the clients of an engine. */
  serve(clients: {
    /** How many clients could answer. */
    readonly count: () => number
    readonly push: (push: Push) => void
  }): void {
    this.#listeners = clients.count
    this.#push = clients.push
  }

  async ask(question: Question, signal?: AbortSignal): Promise<Answer> {
    if (signal?.aborted === true) return declined('The connection is not wanted any more.')
    if (this.#listeners() === 0) return declined('Nobody is there to be asked.')
    const prompt = `prompt-${this.#next++}`
    return await new Promise<Answer>((resolve) => {
      const settle = (answer: Answer): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', gone)
        this.#open.delete(prompt)
        this.#push({ push: 'prompt.closed', data: { prompt } })
        resolve(answer)
      }
      const gone = (): void => settle(declined('The connection did not wait any longer.'))
      const timer = setTimeout(
        () => settle(declined(`Nobody answered within ${PATIENCE_MS / 60_000} minutes.`)),
        PATIENCE_MS,
      )
      timer.unref()
      signal?.addEventListener('abort', gone, { once: true })
      this.#open.set(prompt, { question, settle })
      this.#push({ push: 'prompt.opened', data: { prompt, question } })
    })
  }

  waits(program: ProgramWait): () => void {
    const wait = `wait-${this.#next++}`
    this.#waits.set(wait, program)
    this.#push({ push: 'wait.opened', data: { wait, for: program } })
    return () => {
      if (this.#waits.delete(wait)) this.#push({ push: 'wait.closed', data: { wait } })
    }
  }

  listWaits(): { readonly wait: string; readonly for: ProgramWait }[] {
    return [...this.#waits].map(([wait, program]) => ({ wait, for: program }))
  }

  list(): { readonly prompt: string; readonly question: Question }[] {
    return [...this.#open].map(([prompt, { question }]) => ({ prompt, question }))
  }

  /** Throws `ContractError` when the question was answered already, or the answer is none to it. */
  answer(prompt: string, answer: Answer): void {
    const open = this.#open.get(prompt)
    if (open === undefined)
      throw new ContractError('prompt-over', 'This question does not wait for an answer any more.')
    const { question } = open
    if (answer.kind !== 'declined' && answer.kind !== question.kind)
      throw new ContractError('wrong-answer', 'This is no answer to that question.')
    if (
      question.kind === 'secret' &&
      answer.kind === 'secret' &&
      answer.values.length !== question.prompts.length
    )
      throw new ContractError('wrong-answer', 'Every field needs its answer.')
    open.settle(answer)
  }

  /** Nobody will answer any more. */
  close(): void {
    for (const { settle } of this.#open.values()) settle(declined('Muster was closed.'))
  }
}

function declined(why: string): Answer {
  return { kind: 'declined', why }
}
