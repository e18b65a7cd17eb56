import type { RunEvent } from './events.ts'
import { evolve } from './evolve.ts'
import type { RunState } from './state.ts'

/** The state after these events, in order; undefined when there are none. */
export function replay(events: Iterable<RunEvent>): RunState | undefined {
  let state: RunState | undefined
  for (const event of events) state = evolve(state, event)
  return state
}
