import { z } from 'zod'
import { blobReferenceSchema } from '../run/events.ts'
import { takenOut } from '../run/attachments.ts'
import type { RunState } from '../run/state.ts'

/** The files that are kept with a run, as a report has them. */

export const reportAttachmentSchema = z.strictObject({
  seq: z.int().positive(),
  at: z.int(),
  by: z.string(),
  name: z.string(),
  /** By its bytes, never by its name. */
  mediaType: z.string(),
  /** As it came, bytes. */
  size: z.int().nonnegative(),
  /** As it came, hex; where `redacted`, of what is kept. */
  sha256: z.string(),
  /** Secrets stood in it and were taken out when it came. */
  redacted: z.boolean(),
  /** Name and size of what is kept. */
  blob: blobReferenceSchema,
  step: z.string().optional(),
  caption: z.string().optional(),
  /** Where it was collected; absent: a person gave it. */
  source: z.strictObject({ path: z.string(), host: z.string().optional() }).optional(),
  /** Somebody took its bytes out of the record afterwards. */
  gone: z.strictObject({ by: z.string(), reason: z.string() }).optional(),
})
export type ReportAttachment = Readonly<z.infer<typeof reportAttachmentSchema>>

export function attachmentsOf(state: RunState): readonly ReportAttachment[] {
  return (state.attachments ?? []).map((attachment) => {
    const { seq, at, by, name, mediaType, size, sha256, blob, caption, source } = attachment
    const gone = takenOut(state, attachment)
    const step = attachment.step ?? source?.step
    return {
      seq,
      at,
      by,
      name,
      mediaType,
      size,
      sha256,
      redacted: attachment.redacted === true,
      blob: { sha256: blob.sha256, bytes: blob.bytes },
      ...(step !== undefined && { step }),
      ...(caption !== undefined && { caption }),
      ...(source !== undefined && {
        source: { path: source.path, ...(source.host !== undefined && { host: source.host }) },
      }),
      ...(gone !== undefined && { gone: { by: gone.by, reason: gone.reason } }),
    }
  })
}
