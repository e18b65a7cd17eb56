import { lend, seal } from './entries.ts'
import type { RunEvent } from './events.ts'
import { evolve } from './evolve.ts'
import type { RunState } from './state.ts'

/**
 * Folds many events in a time that grows with their number alone. What `state` gives between events is for looking at
 * once; what `end` gives is a state like any other.
 */
export class Replay {
  readonly #before: RunState | undefined
  #state: RunState | undefined

  /** Begins after events that were folded before; their state stays as it is. */
  constructor(before?: RunState) {
    this.#before = before
    this.#state = before
  }

  get state(): RunState | undefined {
    return this.#state
  }

  add(event: RunEvent): void {
    this.#state = evolve(this.#state, event)
    this.#each(lend)
  }

  /** The state after all of them; undefined when there were none. */
  end(): RunState | undefined {
    this.#each(seal)
    return this.#state
  }

  /** Every record that was made here: nobody else has it. */
  #each(change: (record: object) => void): void {
    for (const name of ['steps', 'blocks', 'items'] as const) {
      const record = this.#state?.[name]
      if (record !== undefined && record !== this.#before?.[name]) change(record)
    }
  }
}

/** The state after these events, in order; undefined when there are none. */
export function replay(events: Iterable<RunEvent>): RunState | undefined {
  const fold = new Replay()
  for (const event of events) fold.add(event)
  return fold.end()
}
