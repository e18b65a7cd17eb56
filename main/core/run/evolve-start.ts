import type { RunEvent } from './events.ts'
import type { Plan } from './plan.ts'
import type { BlockState, ItemState, RunState, StepState } from './state.ts'

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

/** The state after the first event of a run. Throws when that is not `run.started`. */
export function first(event: RunEvent): RunState {
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
    ...(data.production !== undefined && { production: data.production }),
    ...(data.connections !== undefined && { connections: data.connections }),
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
