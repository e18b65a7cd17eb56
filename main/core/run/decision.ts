import type { EventBody } from './events.ts'
import { REFUSALS, type Cell, type RefusalCode } from './table.ts'

/** What `decide` answers: the events that follow, or the words of the refusal. */
export type Decision =
  | { readonly ok: true; readonly events: readonly EventBody[] }
  | {
      readonly ok: false
      readonly code: string
      readonly message: string
      /** The same command with a reason would be accepted. */
      readonly needsReason: boolean
    }

export interface DecideContext {
  /** Who asks. */
  readonly actor: string
  /** Epoch milliseconds. */
  readonly now: number
}

export function accept(...events: readonly EventBody[]): Decision {
  return { ok: true, events }
}

export function refuse(code: string, message: string): Decision {
  return { ok: false, code, message, needsReason: false }
}

export function needsReason(code: string, message: string): Decision {
  return { ok: false, code, message, needsReason: true }
}

/** The refusal of a table cell, or undefined where the table allows. */
export function refusedBy(cell: Cell): Decision | undefined {
  return cell === true ? undefined : refuse(cell, REFUSALS[cell satisfies RefusalCode])
}
