import { z } from 'zod'

/** Requests about files that people give to a run. Their bytes come in pieces, because a frame has a limit. */

/** The largest file that is taken, in bytes. */
export const MOST_ATTACHED = 100_000_000

/** The most bytes of a piece. */
export const PIECE_BYTES = 768 * 1024

const run = z.string().min(1)
/** Names a file while it is handed over. Only the client that began it may go on with it. */
const upload = z.string().min(1).max(100)

export const attachmentRequests = {
  /** Says that a file comes, and learns whether it may. Nothing of it counts before `attachments.add`. */
  'attachments.begin': {
    params: z.strictObject({
      run,
      /** As it is called where it comes from. It is kept under a name that is safe on any disk. */
      name: z.string().max(4096),
      /** Bytes. More are refused. */
      size: z.int().nonnegative(),
    }),
    result: z.strictObject({
      upload,
      /** Secret inputs of the run whose values are not known any more: nobody looks for them in the file. */
      unknownSecrets: z.array(z.string()),
    }),
  },
  /** The next piece. Answers how many bytes there are now. */
  'attachments.piece': {
    params: z.strictObject({
      upload,
      offset: z.int().nonnegative(),
      base64: z.string().max(1_400_000),
    }),
    result: z.strictObject({ bytes: z.int() }),
  },
  /** The file is whole: it becomes part of the record. */
  'attachments.add': {
    params: z.strictObject({
      upload,
      actor: z.string().trim().min(1),
      step: z.string().min(1).optional(),
      caption: z.string().trim().min(1).max(1_000).optional(),
    }),
    result: z.strictObject({
      /** The event. */
      seq: z.int().positive(),
      name: z.string(),
      mediaType: z.string(),
      size: z.int(),
      sha256: z.string(),
      /** Secrets of the run stood in it and were taken out. */
      redacted: z.boolean(),
    }),
  },
  /** The file does not come after all: what there is of it is removed. */
  'attachments.cancel': { params: z.strictObject({ upload }), result: z.strictObject({}) },
} as const
