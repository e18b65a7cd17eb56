import type { Command } from '../../../../main/core/run/commands.ts'

/** The engine's answer to “may this be done now?”, without doing it. */
export type Verdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      readonly code: string
      readonly message: string
      readonly needsReason: boolean
    }

/** Asks for the state that is shown. */
export type Ask = (command: Command) => Verdict
