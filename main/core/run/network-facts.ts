import { z } from 'zod'

/** What is recorded of an HTTP exchange and of the commands of a Redis block. */

export const httpFactsSchema = z.strictObject({
  status: z.int(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Duration of each phase, in milliseconds; a phase that did not occur is absent. */
  phases: z.strictObject({
    lookup: z.int().optional(),
    connect: z.int().optional(),
    tls: z.int().optional(),
    firstByte: z.int().optional(),
    body: z.int().optional(),
  }),
  tls: z
    .strictObject({
      protocol: z.string(),
      subject: z.string(),
      issuer: z.string(),
      validTo: z.string(),
      daysLeft: z.int(),
    })
    .optional(),
  /** Each redirect that was followed, in order. */
  redirects: z
    .array(z.strictObject({ status: z.int(), from: z.string(), to: z.string() }))
    .optional(),
  /** The proxy it went through, `host:port`. */
  proxy: z.string().optional(),
  /** Bytes of the body that were read before the profile's limit; the rest was not. */
  capped: z.int().nonnegative().optional(),
})
export type HttpFacts = z.infer<typeof httpFactsSchema>

export const redisFactsSchema = z.strictObject({
  /** `host:port` that the block began on. */
  server: z.string(),
  /** In the order of the block; a long block's first ones. */
  commands: z.array(
    z.strictObject({
      /** Of the block, from 1. */
      line: z.int().positive(),
      /** As the author wrote it, its beginning. */
      text: z.string(),
      /** unknown: it was sent, and no answer came. */
      state: z.enum(['answered', 'error', 'unknown', 'not-sent']),
      /** Which node answered, in a cluster. */
      node: z.string().optional(),
      durationMs: z.int().nonnegative().optional(),
      /** The reply as JSON text; absent when it is longer than is kept here. The output has all of it. */
      reply: z.string().optional(),
      error: z.string().optional(),
    }),
  ),
  /** Commands beyond those listed. */
  more: z.int().positive().optional(),
})
export type RedisFacts = z.infer<typeof redisFactsSchema>
