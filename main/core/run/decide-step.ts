import { closing, supposing, unneeded } from './closing.ts'
import type { AnyCommand } from './commands.ts'
import { accept, needsReason, refuse, refusedBy, type Decision } from './decision.ts'
import type { EventBody } from './events.ts'
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
    return state.items[command.item]?.step
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
    const why =
      undecided && missing.length === 0
        ? 'the decision it depends on is not made'
        : `not done yet: ${missing.join(', ')}`
    return needsReason('out-of-order', `This step is out of order (${why}). Say why it begins now.`)
  }
  return accept({
    type: 'step.begun',
    data: { step: step.id, outOfOrder: { reason, unmet: [...missing] } },
  })
}

/** Settling a step without its decision may make later steps unnecessary. */
function settle(state: RunState, step: PlanStep, event: EventBody): Decision {
  const undecided = step.decide !== undefined && state.decisions[step.id] === undefined
  const next = supposing(state, { settled: step.id })
  return accept(event, ...(undecided ? unneeded(next, step.id, undefined) : []))
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

function confirm(state: RunState, step: PlanStep, item: string): Decision {
  if (state.items[item]?.confirmed)
    return refuse('item-confirmed', 'This item is confirmed already.')
  const next = supposing(state, { item: { id: item, step: step.id, confirmed: { by: '', at: 0 } } })
  return accept({ type: 'item.confirmed', data: { step: step.id, item } }, ...closing(next, step))
}

function unconfirm(state: RunState, step: PlanStep, current: StepState, item: string): Decision {
  if (state.items[item]?.confirmed === undefined)
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
  if (state.decisions[step.id]) {
    return refuse('decided', 'This is decided already. Reopen the step to decide again.')
  }
  const made: EventBody = {
    type: 'decision.made',
    data: {
      step: step.id,
      option,
      ...(reason !== undefined && { reason }),
      ...(objections !== undefined && { objections }),
    },
  }
  const next = supposing(state, { decision: { step: step.id, option } })
  return accept(made, ...unneeded(next, step.id, option), ...closing(next, step))
}

/** Rolled-back work of later steps comes first: going back in another order can break what still stands. */
function laterWork(state: RunState, step: PlanStep): readonly string[] {
  const at = state.plan.steps.findIndex(({ id }) => id === step.id)
  return state.plan.steps
    .slice(at + 1)
    .filter(({ id, blocks }) => {
      const status = state.steps[id]?.status
      const began =
        status === 'active' || status === 'done' || status === 'failed' || status === 'rolling-back'
      return began && blocks.some(({ verb }) => verb === 'rollback')
    })
    .map(({ id }) => id)
}

function decideOne(
  state: RunState,
  command: StepCommand,
  step: PlanStep,
  current: StepState,
): Decision {
  switch (command.type) {
    case 'step.begin':
      return begin(state, step, command.reason)
    case 'step.complete':
      return complete(state, step)
    case 'step.skip':
      return settle(state, step, {
        type: 'step.skipped',
        data: { step: step.id, reason: command.reason },
      })
    case 'step.mark':
      return settle(state, step, {
        type: 'step.finished',
        data: { step: step.id, outcome: command.outcome, basis: 'marked', reason: command.reason },
      })
    case 'step.reopen':
      return accept({ type: 'step.reopened', data: { step: step.id, reason: command.reason } })
    case 'item.confirm':
      return confirm(state, step, command.item)
    case 'item.unconfirm':
      return unconfirm(state, step, current, command.item)
    case 'decision.make':
      return choose(state, step, command)
    case 'rollback.begin':
      return accept({ type: 'rollback.begun', data: { step: step.id, reason: command.reason } })
    case 'rollback.complete': {
      const waiting = step.blocks.filter(({ id, verb }) => {
        const status = state.blocks[id]?.status
        return verb === 'rollback' && status !== 'passed' && status !== 'done'
      })
      if (
        command.outcome === 'done' &&
        waiting.length > 0 &&
        state.mode !== 'walkthrough' &&
        command.reason === undefined
      ) {
        return needsReason(
          'rollback-open',
          `${waiting.length} rollback block(s) have not passed. Say why the step counts as rolled back.`,
        )
      }
      return accept({
        type: 'rollback.finished',
        data: {
          step: step.id,
          outcome: command.outcome,
          ...(command.reason !== undefined && { reason: command.reason }),
        },
      })
    }
  }
}

/** Commands about one step, its items, its decision, its rollback. */
export function decideStep(state: RunState, command: StepCommand): Decision {
  const id = stepIdOf(state, command)
  const step = id === undefined ? undefined : findStep(state, id)
  const current = step && state.steps[step.id]
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
  if (command.type === 'rollback.begin') {
    const later = laterWork(state, step)
    if (later.length > 0) {
      return refuse(
        'rollback-order',
        `Roll back later work first: ${later.toReversed().join(', ')}.`,
      )
    }
  }
  return decideOne(state, command, step, current)
}
