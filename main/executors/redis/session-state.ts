import type { ReplyValue } from './reply-value.ts'

/** What commands leave behind on their connection. Blocks share nothing, so such a connection is not used again. */

const TRACES = new Set([
  'select',
  'auth',
  'hello',
  'reset',
  'client',
  'watch',
  'readonly',
  'readwrite',
  'asking',
  'quit',
])

export function leavesTraces(name: string): boolean {
  return TRACES.has(name.toLowerCase())
}

/** Whether a MULTI is open, and what became of it. */
export class TransactionState {
  #open = false

  get open(): boolean {
    return this.#open
  }

  after(name: string, answered: boolean): void {
    switch (name.toLowerCase()) {
      case 'multi':
        if (answered) this.#open = true
        break
      // Whatever EXEC answers, the transaction is over.
      case 'exec':
      case 'discard':
      case 'reset':
        this.#open = false
        break
      default:
    }
  }

  /** An EXEC is answered with a list even when a command in it failed, and with nothing when it executed nothing. */
  problem(name: string, reply: ReplyValue): string | undefined {
    if (name.toLowerCase() !== 'exec' || reply.error !== undefined) return undefined
    if (reply.value === null)
      return 'EXEC executed nothing, because a watched key had been changed by somebody else.'
    return reply.firstError
  }
}
