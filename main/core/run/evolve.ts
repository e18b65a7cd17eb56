import { defined } from '../defined.ts'
import type { ActionVerb } from '../runbook/model.ts'
import type { EventData, Outcome, RunEvent } from './events.ts'
import type { Plan, PlanStep } from './plan.ts'
import type {
  Attempt,
  BlockState,
  BlockStatus,
  Deviation,
  DeviationKind,
  ItemState,
  RunState,
  StepState,
} from './state.ts'

/** The state after one more event. Total: any event of the log's schema is folded, in any order it was written. */
export function evolve(state: RunState | undefined, event: RunEvent): RunState {
  const next = state === undefined ? first(event) : fold(state, event)
  return { ...next, seq: event.seq, head: event.hash }
}

function keyed<T extends { readonly id: string }>(entries: readonly T[]): Record<string, T> {
  return Object.fromEntries(entries.map((entry) => [entry.id, entry]))
}

function initialBlocks(plan: Plan): BlockState[] {
  return plan.steps.flatMap((step) =>
    step.blocks.map(({ id, verb }) => ({
      id,
      step: step.id,
      verb,
      status: 'idle' as const,
      attempts: [],
      approvals: [],
    })),
  )
}

function first(event: RunEvent): RunState {
  if (event.type !== 'run.started')
    throw new Error(`A run begins with run.started, not with ${event.type}.`)
  const { data } = event
  const { plan } = data
  return {
    phase: 'running',
    run: event.run,
    plan,
    mode: data.mode,
    runbook: data.runbook,
    commander: data.commander,
    roles: { commander: data.commander },
    offers: {},
    inputs: data.inputs,
    secretInputs: data.secretInputs,
    captures: {},
    ...(data.environment !== undefined && { environment: data.environment }),
    ...(data.severity !== undefined && { severity: data.severity }),
    severities: data.severity === undefined ? [] : [{ severity: data.severity, from: event.wall }],
    ...(data.declaredAt !== undefined && { declaredAt: data.declaredAt }),
    startedAt: event.wall,
    pauses: [],
    suspended: false,
    steps: keyed<StepState>(
      plan.steps.map(({ id }) => ({ id, status: 'pending', outOfOrder: false })),
    ),
    blocks: keyed(initialBlocks(plan)),
    items: keyed<ItemState>(
      plan.steps.flatMap((step) => step.items.map(({ id }) => ({ id, step: step.id }))),
    ),
    decisions: {},
    notes: [],
    terminals: {},
    deviations: [],
    seq: event.seq,
    head: event.hash,
  }
}

function withStep(state: RunState, id: string, change: Partial<StepState>): RunState {
  const step = state.steps[id]
  return step === undefined
    ? state
    : { ...state, steps: { ...state.steps, [id]: { ...step, ...change } } }
}

function withBlock(
  state: RunState,
  id: string,
  change: (block: BlockState) => Partial<BlockState>,
): RunState {
  const block = state.blocks[id]
  if (block === undefined) return state
  return { ...state, blocks: { ...state.blocks, [id]: { ...block, ...change(block) } } }
}

function withAttempt(
  state: RunState,
  id: string,
  number: number,
  change: Partial<Attempt>,
): RunState {
  return withBlock(state, id, (block) => ({
    attempts: block.attempts.map((attempt) =>
      attempt.number === number ? { ...attempt, ...change } : attempt,
    ),
  }))
}

function deviating(
  state: RunState,
  event: RunEvent,
  kind: DeviationKind,
  reason: string,
  where: { readonly step?: string; readonly block?: string } = {},
): RunState {
  const deviation: Deviation = {
    kind,
    seq: event.seq,
    at: event.wall,
    by: event.actor,
    reason,
    ...where,
  }
  return { ...state, deviations: [...state.deviations, deviation] }
}

/**
 * What is known of a block after this outcome. A stopped, timed-out or disconnected command may have done its work: only
 * for a check, which changes nothing, is that a plain failure.
 */
export function statusAfter(verb: ActionVerb, outcome: Outcome, passed: boolean): BlockStatus {
  switch (outcome.kind) {
    case 'exited':
    case 'responded':
      return passed ? 'passed' : 'failed'
    case 'not-started':
      return 'failed'
    case 'signalled':
    case 'timed-out':
    case 'cancelled':
    case 'disconnected':
      return verb === 'check' ? 'failed' : 'unknown'
    case 'unknown':
      return 'unknown'
  }
}

function started(state: RunState, event: RunEvent, data: EventData<'block.started'>): RunState {
  const attempt: Attempt = {
    number: data.attempt,
    startedAt: event.wall,
    target: data.target,
    text: data.text,
    edited: data.edited !== undefined,
    actor: event.actor,
    gates: [],
  }
  let next = withBlock(state, data.block, (block) => ({
    status: 'running',
    attempts: [...block.attempts, attempt],
    approvals: [],
  }))
  const where = { step: data.step, block: data.block }
  if (data.edited) next = deviating(next, event, 'edited', data.edited.reason, where)
  if (data.again?.reason !== undefined)
    next = deviating(next, event, 'run-again', data.again.reason, where)
  return next
}

function finished(state: RunState, event: RunEvent, data: EventData<'block.finished'>): RunState {
  const { step: _step, block: _block, attempt, captured, unrecorded: _unrecorded, ...result } = data
  const next = withAttempt(state, data.block, attempt, defined({ ...result, endedAt: event.wall }))
  const settled = withBlock(next, data.block, (block) => ({
    status: statusAfter(block.verb, data.outcome, data.passed),
  }))
  if (captured === undefined) return settled
  return { ...settled, captures: { ...settled.captures, [captured.name]: captured.value } }
}

function stepOf(state: RunState, id: string): PlanStep | undefined {
  return state.plan.steps.find((step) => step.id === id)
}

/** A reopened step starts over: its own blocks must run again, its items be confirmed again. */
function reopened(state: RunState, id: string): RunState {
  const {
    endedAt: _endedAt,
    reason: _reason,
    ...step
  } = state.steps[id] ?? { id, status: 'active', outOfOrder: false }
  return { ...state, steps: { ...state.steps, [id]: { ...step, status: 'active' } } }
}

function rollingBack(state: RunState, id: string): RunState {
  let next = withStep(state, id, { status: 'rolling-back' })
  for (const block of stepOf(state, id)?.blocks ?? []) {
    if (block.verb === 'rollback') next = withBlock(next, block.id, () => ({ approvals: [] }))
  }
  return next
}

function fold(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run.started':
      return state
    case 'run.paused':
      return {
        ...state,
        phase: 'paused',
        pauses: [
          ...state.pauses,
          {
            from: event.wall,
            ...(event.data.reason !== undefined && { reason: event.data.reason }),
          },
        ],
      }
    case 'run.resumed':
      return {
        ...state,
        phase: 'running',
        pauses: state.pauses.map((pause, index) =>
          index === state.pauses.length - 1 ? { ...pause, to: event.wall } : pause,
        ),
      }
    case 'run.suspended':
      return { ...state, suspended: true }
    case 'run.reopened':
      return { ...state, suspended: false }
    case 'run.finished': {
      const next: RunState = { ...state, phase: 'finished', endedAt: event.wall }
      return event.data.open.length === 0
        ? next
        : deviating(next, event, 'finished-open', event.data.reason ?? 'steps were left open')
    }
    case 'run.aborted':
      return { ...state, phase: 'aborted', endedAt: event.wall }

    case 'step.begun': {
      const { step, outOfOrder } = event.data
      const next = withStep(state, step, {
        status: 'active',
        begunAt: event.wall,
        outOfOrder: outOfOrder !== undefined,
      })
      return outOfOrder ? deviating(next, event, 'out-of-order', outOfOrder.reason, { step }) : next
    }
    case 'step.finished': {
      const { step, outcome, basis, reason } = event.data
      const next = withStep(state, step, {
        status: outcome,
        endedAt: event.wall,
        ...(reason !== undefined && { reason }),
      })
      if (basis !== 'marked') return next
      return deviating(next, event, outcome === 'failed' ? 'failed' : 'marked', reason ?? '', {
        step,
      })
    }
    case 'step.skipped': {
      const { step, reason } = event.data
      const next = withStep(state, step, { status: 'skipped', endedAt: event.wall, reason })
      return deviating(next, event, 'skipped', reason, { step })
    }
    case 'step.not-needed':
      return withStep(state, event.data.step, { status: 'not-needed', endedAt: event.wall })
    case 'step.reopened':
      return deviating(reopened(state, event.data.step), event, 'reopened', event.data.reason, {
        step: event.data.step,
      })

    case 'block.started':
      return started(state, event, event.data)
    case 'block.finished':
      return finished(state, event, event.data)
    case 'block.stopping':
      return withAttempt(state, event.data.block, event.data.attempt, { stopping: event.data.rung })
    case 'block.resolved': {
      const { step, block, attempt, as, reason } = event.data
      const next = withAttempt(state, block, attempt, {
        resolution: { as, reason, by: event.actor },
      })
      const resolved = withBlock(next, block, () => ({
        status: as === 'done' ? 'done' : 'gave-up',
      }))
      return deviating(resolved, event, 'resolved', reason, { step, block })
    }

    case 'item.confirmed':
    case 'item.unconfirmed': {
      const item = state.items[event.data.item]
      if (item === undefined) return state
      const next: ItemState = {
        id: item.id,
        step: item.step,
        ...(event.type === 'item.confirmed' && { confirmed: { by: event.actor, at: event.wall } }),
      }
      return { ...state, items: { ...state.items, [item.id]: next } }
    }

    case 'approval.granted': {
      const { block, by, target, text } = event.data
      return withBlock(state, block, ({ approvals }) => ({
        approvals: [...approvals, { by, at: event.wall, target, text }],
      }))
    }
    case 'approval.refused': {
      const { step, block, reason } = event.data
      return deviating(
        withBlock(state, block, () => ({ approvals: [] })),
        event,
        'refused',
        reason,
        { step, block },
      )
    }
    case 'decision.made': {
      const { step, option, reason } = event.data
      const decision = {
        option,
        by: event.actor,
        at: event.wall,
        ...(reason !== undefined && { reason }),
      }
      return { ...state, decisions: { ...state.decisions, [step]: decision } }
    }

    case 'severity.changed':
      return {
        ...state,
        severity: event.data.to,
        severities: [...state.severities, { severity: event.data.to, from: event.wall }],
      }
    case 'role.offered': {
      const { role, to, from, brief } = event.data
      const offer = { to, brief, ...(from !== undefined && { from }) }
      return { ...state, offers: { ...state.offers, [role]: offer } }
    }
    case 'role.accepted': {
      const { role, by } = event.data
      const { [role]: _accepted, ...offers } = state.offers
      return {
        ...state,
        offers,
        roles: { ...state.roles, [role]: by },
        ...(role === 'commander' && { commander: by }),
      }
    }
    case 'note.added':
      return {
        ...state,
        notes: [
          ...state.notes,
          {
            seq: event.seq,
            kind: event.data.kind,
            text: event.data.text,
            by: event.actor,
            at: event.wall,
          },
        ],
      }

    case 'rollback.begun':
      return rollingBack(state, event.data.step)
    case 'rollback.finished': {
      const { step, outcome, reason } = event.data
      return withStep(state, step, {
        status: outcome === 'done' ? 'rolled-back' : 'failed',
        endedAt: event.wall,
        ...(reason !== undefined && { reason }),
      })
    }

    case 'terminal.opened':
      return {
        ...state,
        terminals: {
          ...state.terminals,
          [event.data.terminal]: { target: event.data.target, open: true },
        },
      }
    case 'terminal.closed':
      return {
        ...state,
        terminals: {
          ...state.terminals,
          [event.data.terminal]: { target: event.data.target, open: false },
        },
      }
  }
}
