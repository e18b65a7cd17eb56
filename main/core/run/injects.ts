import type { Command } from './commands.ts'
import { accept, refuse, type Decision } from './decision.ts'
import type { EventData } from './events.ts'
import type { Plan } from './plan.ts'
import type { RunState } from './state.ts'

/** Injects of an exercise: what whoever leads it puts to the others, by hand. A live run has none. */

/** An inject as the runbook plans it. */
export type PlannedInject = NonNullable<Plan['injects']>[number] & {
  /** Its place in the runbook, from 1. */
  readonly number: number
  /** When it is due, epoch milliseconds. */
  readonly at: number
}

/** An inject that was given, as the state has it. */
export type GivenInject = NonNullable<RunState['injects']>[number]

/** The injects of an exercise, the first that is due first; none in a live run. */
export function injectsOf(state: RunState): readonly PlannedInject[] {
  if (state.mode === 'live') return []
  return (state.plan.injects ?? [])
    .map((inject, index) => ({
      ...inject,
      number: index + 1,
      at: state.startedAt + inject.atMs,
    }))
    .toSorted((left, right) => left.at - right.at)
}

/** When an inject was given, and by whom; undefined while it was not. */
export function givenInject(state: RunState, number: number): GivenInject | undefined {
  return state.injects?.find(({ inject }) => inject === number)
}

/** Injects that are still to be given, the next one first. Empty for a run that is over. */
export function injectsLeft(state: RunState): readonly PlannedInject[] {
  if (state.phase === 'finished' || state.phase === 'aborted') return []
  return injectsOf(state).filter(({ number }) => givenInject(state, number) === undefined)
}

/** Gives an inject: once, and only in an exercise. */
export function giveInject(
  state: RunState,
  { inject: number, note }: Extract<Command, { type: 'inject.give' }>,
): Decision {
  if (state.mode === 'live') {
    return refuse(
      'live',
      'This run is live: injects belong to an exercise, and nothing is made up in a live run.',
    )
  }
  const planned = state.plan.injects ?? []
  const inject = planned[number - 1]
  if (inject === undefined) {
    const known = planned.length === 0 ? 'none' : planned.map((_, index) => index + 1).join(', ')
    return refuse('no-inject', `The runbook has no inject ${number}; it has ${known}.`)
  }
  const given = givenInject(state, number)
  if (given !== undefined) {
    const when = new Date(given.at).toISOString().slice(0, 19).replace('T', ' ')
    return refuse(
      'inject-given',
      `Inject ${number} was given already, by ${given.by} at ${when} UTC.`,
    )
  }
  const { fault, expected, atMs } = inject
  return accept({
    type: 'inject.given',
    data: { inject: number, fault, expected, atMs, ...(note !== undefined && { note }) },
  })
}

/** What a search can find of an inject. */
export function wordsOfInject({ fault, expected, note }: EventData<'inject.given'>): string {
  return [fault, expected, note ?? ''].join('\n').trim()
}
