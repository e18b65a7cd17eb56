import { z } from 'zod'
import { blobReferenceSchema, gateResultSchema, outcomeSchema } from '../run/events.ts'
import { BLOCK_STATUSES, STEP_STATUSES } from '../run/state.ts'
import { ACTION_VERBS, RISKS } from '../runbook/model.ts'

/** What was done in a run, step by step. */

const at = z.int()
const ms = z.int().nonnegative()

export const resolutionSchema = z.strictObject({
  as: z.enum(['done', 'failed']),
  by: z.string(),
  reason: z.string(),
})

const outputShape = {
  stdout: blobReferenceSchema.optional(),
  stderr: blobReferenceSchema.optional(),
}

export const reportAttemptSchema = z.strictObject({
  number: z.int().positive(),
  startedAt: at,
  endedAt: at.optional(),
  durationMs: ms.optional(),
  by: z.string(),
  target: z.string(),
  /** Where it was sent, in one line. */
  place: z.string().optional(),
  /** The exact text that was sent. */
  text: z.string(),
  edited: z.boolean(),
  outcome: outcomeSchema.optional(),
  passed: z.boolean().optional(),
  gates: z.array(gateResultSchema).readonly(),
  ...outputShape,
  /** Bytes of output that the disk refused. */
  unrecorded: z.int().positive().optional(),
  notice: z.string().optional(),
  resolution: resolutionSchema.optional(),
  hosts: z
    .array(
      z.strictObject({
        host: z.string(),
        status: z.string(),
        batch: z.int().positive().optional(),
        outcome: outcomeSchema.optional(),
        durationMs: ms.optional(),
        gates: z.array(gateResultSchema).readonly(),
        ...outputShape,
      }),
    )
    .readonly(),
})
export type ReportAttempt = Readonly<z.infer<typeof reportAttemptSchema>>

export const reportStepSchema = z.strictObject({
  id: z.string(),
  /** From 1, in the order of the runbook. */
  number: z.int().positive(),
  title: z.string(),
  phase: z.string(),
  risk: z.enum(RISKS),
  status: z.enum(STEP_STATUSES),
  reason: z.string().optional(),
  outOfOrder: z.boolean(),
  begunAt: at.optional(),
  endedAt: at.optional(),
  durationMs: ms.optional(),
  budgetMs: ms.optional(),
  /** Median of the earlier runs that did this step. */
  usualMs: ms.optional(),
  pointOfNoReturn: z.boolean(),
  blocks: z
    .array(
      z.strictObject({
        id: z.string(),
        verb: z.enum(ACTION_VERBS),
        language: z.string(),
        status: z.enum(BLOCK_STATUSES),
        attempts: z.array(reportAttemptSchema).readonly(),
      }),
    )
    .readonly(),
  items: z
    .array(
      z.strictObject({
        text: z.string(),
        confirmed: z.strictObject({ by: z.string(), at }).optional(),
      }),
    )
    .readonly(),
})
export type ReportStep = Readonly<z.infer<typeof reportStepSchema>>
