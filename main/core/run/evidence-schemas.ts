import { z } from 'zod'

/** Events about the record itself: who else vouches for it, and what was taken out of it. */

/** What was in an output that was taken out. */
export const REDACTION_KINDS = ['secret', 'personal', 'customer', 'other'] as const
export type RedactionKind = (typeof REDACTION_KINDS)[number]

const person = z.string().min(1)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/u)

export const evidenceEventSchemas = {
  /** Somebody else took down the words of the log's head as it was after the event `size`. */
  'checkpoint.witnessed': z.strictObject({
    size: z.int().positive(),
    /** Hash of that event: what the words stand for. */
    head: sha256,
    by: person,
    /** How they got them: read over the phone, posted in a channel, on paper. */
    how: z.string().optional(),
  }),
  /** Somebody else's signature over the stored note of the checkpoint at `size`. */
  'checkpoint.countersigned': z.strictObject({
    size: z.int().positive(),
    head: sha256,
    /** muster: a signature line of C2SP. ssh: an armoured SSHSIG. timestamp: an RFC 3161 token, base64. */
    kind: z.enum(['muster', 'ssh', 'timestamp']),
    /** Who signed, as the key or the service says it. */
    by: person,
    /** muster: the line of `formatKey`. ssh: `type base64`. Absent for a timestamp, whose token has the certificates. */
    key: z.string().optional(),
    signature: z.string().min(1).max(100_000),
  }),

  /** An output was taken out of the record after the fact; its bytes and their salt are then removed from the disk. */
  'output.redacted': z.strictObject({
    /** The event that refers to it. */
    event: z.int().positive(),
    /** Its name there. */
    sha256,
    kind: z.enum(REDACTION_KINDS),
    reason: z.string().min(1),
  }),
} as const
