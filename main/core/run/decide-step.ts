import { own } from '../own.ts'
import type { AnyCommand } from './commands.ts'
import {
  accept,
  needsReason,
  refuse,
  refusedBy,
  type DecideContext,
  type Decision,
} from './decision.ts'
import { beginRollback, completeRollback } from './decide-rollback.ts'
import type { EventBody } from './events.ts'
import { closing, unneeded } from './foresee.ts'
import type { PlanStep } from './plan.ts'
import { findStep, needOf, openGates, unmet } from './rules.ts'
import type { RunState, StepState } from './state.ts'
import { STEP_TABLE } from './table.ts'

type StepCommand = Extract<
  AnyCommand,
  {
    type:
      | 'step.begin'
      | 'step.complete'
      | 'step.skip'
      | 'step.mark'
      | 'step.reopen'
      | 'item.confirm'
      | 'item.unconfirm'
      | 'decision.make'
      | 'rollback.begin'
      | 'rollback.complete'
  }
>

function stepIdOf(state: RunState, command: StepCommand): string | undefined {
  if (command.type === 'item.confirm' || command.type === 'item.unconfirm')
    return own(state.items, command.item)?.step
  return command.step
}

/** Whether a block of the step is running: then its outcome must be waited for. */
function runningBlock(state: RunState, step: PlanStep): string | undefined {
  return step.blocks.find(({ id }) => state.blocks[id]?.status === 'running')?.id
}

function begin(state: RunState, step: PlanStep, reason: string | undefined): Decision {
  const missing = unmet(state, step)
  const undecided = needOf(state, step) === 'undecided'
  if (missing.length === 0 && !undecided)
    return accept({ type: 'step.begun', data: { step: step.id } })
  if (reason === undefined) {
    const why = [
      ...(missing.length > 0 ? [`not done yet: ${missing.join(', ')}`] : []),
      ...(undecided ? ['the decision it depends on is not made'] : []),
    ].join('; ')
    return needsReason('out-of-order', `This step is out of order (${why}). Say why it begins now.`)
  }
  return accept({
    type: 'step.begun',
    data: { step: step.id, outOfOrder: { reason, unmet: [...missing] } },
  })
}

/** Settling a step without its decision may make later steps unnecessary. */
function settle(
  state: RunState,
  step: PlanStep,
  event: EventBody,
  context: DecideContext,
): Decision {
  const undecided = step.decide !== undefined && own(state.decisions, step.id) === undefined
  return accept(event, ...(undecided ? unneeded(state, step.id, undefined, [event], context) : []))
}

function complete(state: RunState, step: PlanStep): Decision {
  const open = openGates(state, step)
  if (open.length > 0) {
    return refuse(
      'gates-open',
      `Not complete yet: ${open.join('; ')}. To go on all the same, mark the step and say why.`,
    )
  }
  return accept({
    type: 'step.finished',
    data: { step: step.id, outcome: 'done', basis: 'confirmed' },
  })
}

function confirm(state: RunState, step: PlanStep, item: string, context: DecideContext): Decision {
  if (own(state.items, item)?.confirmed)
    return refuse('item-confirmed', 'This item is confirmed already.')
  const event: EventBody = { type: 'item.confirmed', data: { step: step.id, item } }
  return accept(event, ...closing(state, step, [event], context))
}

function unconfirm(state: RunState, step: PlanStep, current: StepState, item: string): Decision {
  if (own(state.items, item)?.confirmed === undefined)
    return refuse('item-open', 'This item is not confirmed.')
  const event: EventBody = { type: 'item.unconfirmed', data: { step: step.id, item } }
  if (current.status !== 'done') return accept(event)
  return accept(
    { type: 'step.reopened', data: { step: step.id, reason: 'A confirmed item was taken back.' } },
    event,
  )
}

function choose(
  state: RunState,
  step: PlanStep,
  command: Extract<StepCommand, { type: 'decision.make' }>,
  context: DecideContext,
): Decision {
  const { option, reason, objections } = command
  const options = step.decide?.options ?? []
  if (options.length === 0) return refuse('no-decision', 'There is nothing to decide in this step.')
  if (!options.some(({ id }) => id === option)) {
    return refuse(
      'no-option',
      `There is no option “${option}”; there are ${options.map(({ id }) => id).join(', ')}.`,
    )
  }
  const before = own(state.decisions, step.id)
  if (before?.option === option) return refuse('decided-so', `It is decided so already: ${option}.`)
  if (before !== undefined && reason === undefined) {
    return needsReason('decided', `This was decided already: ${before.option}. Say why it changes.`)
  }
  const made: EventBody = {
    type: 'decision.made',
    data: {
      step: step.id,
      option,
      ...(before && { instead: before.option }),
      ...(reason !== undefined && { reason }),
      ...(objections !== undefined && { objections }),
    },
  }
  return accept(
    made,
    ...unneeded(state, step.id, option, [made], context),
    ...closing(state, step, [made], context),
  )
}

function decideOne(
  state: RunState,
  command: StepCommand,
  step: PlanStep,
  current: StepState,
  context: DecideContext,
): Decision {
  switch (command.type) {
    case 'step.begin':
      return begin(state, step, command.reason)
    case 'step.complete':
      return complete(state, step)
    case 'step.skip':
      return settle(
        state,
        step,
        { type: 'step.skipped', data: { step: step.id, reason: command.reason } },
        context,
      )
    case 'step.mark':
      return settle(
        state,
        step,
        {
          type: 'step.finished',
          data: {
            step: step.id,
            outcome: command.outcome,
            basis: 'marked',
            reason: command.reason,
          },
        },
        context,
      )
    case 'step.reopen':
      return accept({
        type: 'step.reopened',
        data: {
          step: step.id,
          reason: command.reason,
          ...(step.decide && { undecided: true }),
        },
      })
    case 'item.confirm':
      return confirm(state, step, command.item, context)
    case 'item.unconfirm':
      return unconfirm(state, step, current, command.item)
    case 'decision.make':
      return choose(state, step, command, context)
    case 'rollback.begin':
      return beginRollback(state, step, command.reason)
    case 'rollback.complete':
      return completeRollback(state, step, command)
  }
}

/** Commands about one step, its items, its decision, its rollback. */
export function decideStep(
  state: RunState,
  command: StepCommand,
  context: DecideContext,
): Decision {
  const id = stepIdOf(state, command)
  const step = id === undefined ? undefined : findStep(state, id)
  const current = step && own(state.steps, step.id)
  if (step === undefined || current === undefined) {
    return refuse(
      'no-step',
      `There is no such step or item in this run: ${'item' in command ? command.item : command.step}.`,
    )
  }
  const refused = refusedBy(STEP_TABLE[command.type][current.status])
  if (refused) return refused
  const running = runningBlock(state, step)
  const settles =
    command.type === 'step.skip' || command.type === 'step.mark' || command.type === 'step.complete'
  if (
    running !== undefined &&
    (settles || command.type === 'rollback.begin' || command.type === 'rollback.complete')
  ) {
    return refuse('block-running', `${running} is still running. Wait for it or stop it first.`)
  }
  return decideOne(state, command, step, current, context)
}
