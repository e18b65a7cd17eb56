import type { Command } from '../../../../main/core/run/commands.ts'
import { findStep, needOf, unmet } from '../../../../main/core/run/rules.ts'
import type { RunState } from '../../../../main/core/run/state.ts'
import type { PlanNames } from '../../../../main/core/report/names.ts'

/** The engine's words for a refusal, with steps by their titles where it names them by id. */
export function refusalText(
  state: RunState,
  names: PlanNames,
  command: Command,
  refusal: { readonly code: string; readonly message: string },
): string {
  if (command.type !== 'step.begin' || refusal.code !== 'out-of-order') return refusal.message
  const step = findStep(state, command.step)
  if (step === undefined) return refusal.message
  const missing = unmet(state, step)
  const parts = [
    ...(missing.length === 0
      ? []
      : [`not settled yet: ${missing.map((id) => names.quoted(id)).join(', ')}`]),
    ...(needOf(state, step) === 'undecided' ? ['the decision it depends on is not made'] : []),
  ]
  return `This step is out of order (${parts.join('; ')}). Say why it begins now.`
}
