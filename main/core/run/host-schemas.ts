import { z } from 'zod'
import { fileFactsSchema } from '../files/transfer.ts'
import { STRATEGIES } from '../runbook/model.ts'
import { blobReferenceSchema, gateResultSchema, outcomeSchema } from './outcome.ts'

/** What plans and events say of a block on several hosts. */

/** `batch`: hosts at a time, a number or a part in percent. `maxFailures`: more than these, and no batch follows. */
export const strategySchema = z.strictObject({
  kind: z.enum(STRATEGIES),
  batch: z
    .union([
      z.strictObject({ count: z.int().positive() }),
      z.strictObject({ percent: z.int().min(1).max(100) }),
    ])
    .optional(),
  maxFailures: z.int().nonnegative(),
  /** The checks that follow a block in its step are run on each batch before the next one starts. */
  checkBatches: z.boolean().optional(),
})
export type Strategy = Readonly<z.infer<typeof strategySchema>>

/** What came of it on one host. Bounded like the result of a block, for there may be many. */
export const hostResultShape = {
  host: z.string().min(1),
  outcome: outcomeSchema,
  gates: z.array(gateResultSchema),
  durationMs: z.int().nonnegative(),
  stdout: blobReferenceSchema.optional(),
  stderr: blobReferenceSchema.optional(),
  timing: blobReferenceSchema.optional(),
  polls: z.int().positive().optional(),
  place: z.string().optional(),
  unrecorded: z.int().positive().optional(),
  notice: z.string().optional(),
  files: fileFactsSchema.optional(),
}
