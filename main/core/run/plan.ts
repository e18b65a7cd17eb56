import { z } from 'zod'
import { defined } from '../defined.ts'
import { strategySchema } from './host-schemas.ts'
import {
  ACTION_VERBS,
  blocksOf,
  EXPECT_MODES,
  itemsOf,
  RISKS,
  RUNBOOK_KINDS,
  TARGET_KINDS,
  type Block,
  type Runbook,
  type Step,
} from '../runbook/model.ts'

/**
 * What a run is going to do, frozen into its first event: histories can be replayed and read for ever without the
 * parser that made them. Prose stays in the pinned source file.
 */

const milliseconds = z.int().nonnegative()

export const planBlockSchema = z.strictObject({
  id: z.string(),
  verb: z.enum(ACTION_VERBS),
  language: z.string(),
  executor: z.enum(['shell', 'sql', 'redis', 'http', 'files']),
  target: z.string().optional(),
  code: z.string(),
  capture: z.string().optional(),
  session: z.string().optional(),
  pty: z.boolean(),
  timeoutMs: milliseconds.optional(),
  everyMs: milliseconds.optional(),
  forMs: milliseconds.optional(),
  exit: z.array(z.int()).readonly().optional(),
  status: z.array(z.int()).readonly().optional(),
  maxMs: milliseconds.optional(),
  expectations: z
    .array(z.strictObject({ mode: z.enum(EXPECT_MODES), text: z.string() }))
    .readonly(),
  standin: z.string().optional(),
  implicit: z.boolean(),
})
export type PlanBlock = Readonly<z.infer<typeof planBlockSchema>>

export const planStepSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  phase: z.string(),
  target: z.string().optional(),
  risk: z.enum(RISKS),
  approve: z.strictObject({ role: z.string(), quorum: z.int().positive() }).optional(),
  timeoutMs: milliseconds.optional(),
  budgetMs: milliseconds.optional(),
  checklist: z.enum(['read-do', 'do-confirm']),
  decide: z
    .strictObject({
      question: z.string(),
      options: z.array(z.strictObject({ id: z.string(), label: z.string() })).readonly(),
    })
    .optional(),
  when: z.array(z.string()).readonly(),
  needs: z.array(z.string()).readonly(),
  retry: z.strictObject({ attempts: z.int().positive(), everyMs: milliseconds }).optional(),
  pointOfNoReturn: z.boolean(),
  strategy: strategySchema.optional(),
  blocks: z.array(planBlockSchema).readonly(),
  items: z.array(z.strictObject({ id: z.string(), text: z.string() })).readonly(),
})
export type PlanStep = Readonly<z.infer<typeof planStepSchema>>

export const planSchema = z.strictObject({
  title: z.string(),
  kind: z.enum([...RUNBOOK_KINDS, 'guide']),
  system: z.string().optional(),
  objectives: z.strictObject({ rtoMs: milliseconds.optional(), rpoMs: milliseconds.optional() }),
  roles: z.array(z.string()).readonly(),
  targets: z
    .array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(TARGET_KINDS),
        connection: z.string(),
        hosts: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  escalation: z.array(z.strictObject({ afterMs: milliseconds, to: z.string() })).readonly(),
  updates: z.strictObject({ everyMs: milliseconds, to: z.string() }).optional(),
  /** Of an exercise, in the order of the runbook; absent where there are none. */
  injects: z
    .array(z.strictObject({ atMs: milliseconds, fault: z.string(), expected: z.string() }))
    .readonly()
    .optional(),
  steps: z.array(planStepSchema).readonly(),
})
export type Plan = Readonly<z.infer<typeof planSchema>>

function planBlock(block: Block): PlanBlock {
  const { kind: _kind, range: _range, expectations, ...rest } = block
  return defined({
    ...rest,
    expectations: expectations.map(({ mode, text }) => ({ mode, text })),
  })
}

function planStep(step: Step, phase: string): PlanStep {
  const { content: _content, range: _range, phase: _phase, ...rest } = step
  return defined({
    ...rest,
    phase,
    blocks: blocksOf(step).map(planBlock),
    items: itemsOf(step).map(({ id, text }) => ({ id, text })),
  })
}

function planInjects({ drill }: Runbook): Plan['injects'] {
  const injects = drill?.injects ?? []
  return injects.length === 0
    ? undefined
    : injects.map(({ atMs, fault, expected }) => ({ atMs, fault, expected }))
}

/** The plan of a runbook, in source order. */
export function planOf(runbook: Runbook): Plan {
  return defined({
    title: runbook.title,
    kind: runbook.kind,
    system: runbook.system,
    objectives: defined(runbook.objectives),
    roles: runbook.roles,
    targets: runbook.targets.map(({ name, kind, connection, hosts }) => ({
      name,
      kind,
      connection,
      hosts,
    })),
    escalation: runbook.escalation,
    updates: runbook.updates,
    injects: planInjects(runbook),
    steps: runbook.steps.map((step) => planStep(step, runbook.phases[step.phase]?.title ?? '')),
  })
}
