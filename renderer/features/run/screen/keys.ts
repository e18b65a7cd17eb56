import type { PlanStep } from '../../../../main/core/run/plan.ts'
import { currentStep } from '../model/position.ts'
import type { Key } from './key.ts'
import { COMMAND_KEYS } from './keys-command.ts'
import { RUN_KEYS } from './keys-run.ts'
import { STEP_KEYS } from './keys-step.ts'
import { WINDOW_KEYS } from './keys-window.ts'
import type { RunView } from './run-context.ts'

/** All keys of the run screen: what is listed under `?` and what is listened to are one table. */
export const KEYS: readonly Key[] = [...STEP_KEYS, ...COMMAND_KEYS, ...RUN_KEYS, ...WINDOW_KEYS]

/** The step that is shown: the selected one, else the one the run is at, else the last. */
export function shownStep(
  view: Pick<RunView, 'state'>,
  selected: string | undefined,
): PlanStep | undefined {
  const { steps } = view.state.plan
  return steps.find((step) => step.id === selected) ?? currentStep(view.state) ?? steps.at(-1)
}
