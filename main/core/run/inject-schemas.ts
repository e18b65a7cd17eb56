import { z } from 'zod'

/** The events of an exercise. */
export const injectEventSchemas = {
  /** An inject was put to those who take part. */
  'inject.given': z.strictObject({
    /** Its place in the runbook, from 1. */
    inject: z.int().positive(),
    fault: z.string(),
    expected: z.string(),
    /** When it was planned, after the start of the run. */
    atMs: z.int().nonnegative(),
    /** How it was played, or what was seen. */
    note: z.string().min(1).optional(),
  }),
} as const
