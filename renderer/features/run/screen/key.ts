import type { PlanStep } from '../../../../main/core/run/plan.ts'
import type { Next } from '../model/next.ts'
import type { RunView } from './run-context.ts'

/** The keys of the run screen: what the list under `?` shows and what the window listens to are one table. */
export interface Key {
  /** `KeyboardEvent.key`. */
  readonly key: string
  readonly does: string
  readonly group: 'Step' | 'Command' | 'Run' | 'Window'
  /** Keys that only look around work in a read-only view too. */
  readonly reading?: true
  readonly press: (moment: Moment) => void
}

/** What a key acts on. */
export interface Moment {
  readonly view: RunView
  readonly step: PlanStep | undefined
  readonly next: Next
}
