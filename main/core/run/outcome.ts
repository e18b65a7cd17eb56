import { z } from 'zod'

/** How an execution ended, what it left behind, and how it was judged. */

/** Output kept outside the event: `sha256` is over salt then bytes, so that a blob can be redacted later. */
export const blobReferenceSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
  /** SHA-256 of the bytes alone. Older versions recorded it; it gives short output away once that was taken out. */
  content: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})
export type BlobReference = z.infer<typeof blobReferenceSchema>

/** How an execution ended. Only `exited` and `responded` can pass an expectation; `unknown` is never a success. */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exited'), code: z.int() }),
  /** The HTTP or database equivalent of an exit: a complete answer arrived. */
  z.strictObject({ kind: z.literal('responded'), status: z.int().optional() }),
  z.strictObject({ kind: z.literal('signalled'), signal: z.string() }),
  z.strictObject({ kind: z.literal('timed-out'), afterMs: z.int() }),
  z.strictObject({ kind: z.literal('cancelled') }),
  z.strictObject({ kind: z.literal('disconnected'), detail: z.string() }),
  /** Nothing was sent: the program could not be started, the name not resolved, the connection refused. */
  z.strictObject({ kind: z.literal('not-started'), detail: z.string() }),
  z.strictObject({ kind: z.literal('unknown'), detail: z.string() }),
])
export type Outcome = z.infer<typeof outcomeSchema>

/** One gate of a block, with what was wanted and what was seen, in words for a person. */
export const gateResultSchema = z.strictObject({
  gate: z.enum(['exit', 'status', 'max', 'expect', 'outcome']),
  passed: z.boolean(),
  wanted: z.string(),
  seen: z.string(),
})
export type GateResult = z.infer<typeof gateResultSchema>
