import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { TargetState } from '../../../../main/core/connection/state.ts'
import type {
  RequestName,
  RequestParams,
  RequestResult,
  RunSummary,
} from '../../../../main/contract/requests.ts'
import type { Command } from '../../../../main/core/run/commands.ts'
import type { RunEvent } from '../../../../main/core/run/events.ts'
import type { RunState } from '../../../../main/core/run/state.ts'
import type { Runbook } from '../../../../main/core/runbook/model.ts'
import type { Ask } from '../model/ask.ts'
import type { PlanNames } from '../../../../main/core/report/names.ts'
import type { TerminalStore } from '../terminal/terminal-store.ts'
import type { Place, ScreenActions, ScreenState, ScreenStore } from './screen-store.ts'

/** Everything the parts of the run screen see of the run. */
export interface RunView {
  readonly run: string
  readonly state: RunState
  readonly events: readonly RunEvent[]
  readonly summary: RunSummary
  readonly runbook: Runbook | undefined
  /** Connections that were lost and are not there again. */
  readonly lost: readonly TargetState[]
  readonly names: PlanNames
  /** Who acts from this window. */
  readonly actor: string
  /** Why nothing can be done here, when that is so: the run is over, or is only looked at. */
  readonly readOnly: string | undefined
  /** Files can be given to the run, also when it is over. */
  readonly takesFiles: boolean
  /** Secret inputs whose values are not known any more. */
  readonly unknownSecrets: readonly string[]
  /** Nobody has the run open any more: what its last events call running is not. */
  readonly abandoned: boolean
  readonly ask: Ask
  /**
   * Sends a command as the actor. A refusal is shown at `place`; one that only wants a reason opens the field for it.
   * Resolves to whether it was accepted.
   */
  readonly perform: (
    command: Command,
    place: Place,
    options?: { readonly keepPanel?: boolean },
  ) => Promise<boolean>
  readonly screen: ScreenStore
  readonly terminals: TerminalStore
  readonly request: Request
}

/** Asks the engine something. Rejects with words for the person at the window. */
export type Request = <N extends RequestName>(
  name: N,
  params: RequestParams<N>,
) => Promise<RequestResult<N>>

export const RunContext = createContext<RunView | undefined>(undefined)

/** The run of the screen around. Throws outside of one: that is a mistake in the program. */
export function useRun(): RunView {
  const view = useContext(RunContext)
  if (view === undefined) throw new Error('This part belongs inside a run screen')
  return view
}

/** A piece of what the window remembers. */
export function useScreen<T>(select: (state: ScreenState & ScreenActions) => T): T {
  return useStore(useRun().screen, select)
}
