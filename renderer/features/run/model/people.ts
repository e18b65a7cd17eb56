import type { RunState } from '../../../../main/core/run/state.ts'

/** Names that have taken part in this run, the commander first: offered where a name is asked for. */
export function peopleOf(state: RunState, more: readonly string[]): readonly string[] {
  const names = [
    state.commander,
    ...Object.values(state.roles),
    ...Object.values(state.offers).map((offer) => offer.to),
    ...more,
  ]
  return [...new Set(names.filter((name) => name !== ''))]
}
