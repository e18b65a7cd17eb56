import { z } from 'zod'
import { tombstoneSchema } from '../core/evidence/tombstone.ts'
import { CHECKPOINT_REASONS } from '../core/evidence/checkpoint.ts'
import { FINDING_CODES, WITNESS_KINDS } from '../core/evidence/findings.ts'

/** Requests about what makes a record stand up: signed checkpoints, the words of its head, and the key of this device. */

const run = z.string().min(1)

/** A signed checkpoint, as a person sees it. */
export const checkpointSchema = z.strictObject({
  /** How many events it covers. */
  size: z.int().positive(),
  /** Hash of the last of them. */
  head: z.string(),
  /** The first 88 bits of the head, to be read to somebody: eight words. */
  words: z.array(z.string()).length(8),
  why: z.enum(CHECKPOINT_REASONS),
  /** When it was signed, by the clock of the device. */
  wall: z.int(),
  /** The signed note (C2SP), exactly as it is stored. */
  note: z.string(),
})
export type CheckpointView = z.infer<typeof checkpointSchema>

export const deviceSchema = z.strictObject({
  device: z.string(),
  /** How the private key is kept, or why nothing is signed. */
  notice: z.string(),
  /** Oldest first; those that were replaced stay, because what they signed is still to be checked. */
  keys: z.array(
    z.strictObject({
      /** Name, id and public key, as other tools take it. */
      line: z.string(),
      /** SHA-256 of the 32 bytes of the public key, hex. */
      fingerprint: z.string(),
      /** Its first 88 bits as eight words. */
      words: z.array(z.string()).length(8),
      keeper: z.enum(['file', 'keychain']),
      madeAt: z.int(),
      retiredAt: z.int().optional(),
      /** It signs now, in this program. */
      current: z.boolean(),
    }),
  ),
})
export type DeviceView = z.infer<typeof deviceSchema>

const kept = z.array(z.string().max(100_000)).max(100)

/** What a check of the record found; docs/evidence.md says what each means. */
export const recordFindingsSchema = z.strictObject({
  ok: z.boolean(),
  run: z.string(),
  events: z.int(),
  head: z.string(),
  outputs: z.int(),
  problems: z
    .array(
      z.strictObject({
        code: z.enum(FINDING_CODES),
        seq: z.int().optional(),
        message: z.string(),
      }),
    )
    .readonly(),
  /** The first event that does not hold. */
  from: z.int().optional(),
  signed: z.strictObject({
    checkpoints: z.int(),
    upTo: z.int(),
    keys: z.array(z.string()).readonly(),
  }),
  redacted: z
    .array(
      z.strictObject({
        seq: z.int(),
        event: z.int(),
        sha256: z.string(),
        by: z.string(),
        kind: z.string(),
        reason: z.string(),
      }),
    )
    .readonly(),
  witnesses: z
    .array(
      z.strictObject({
        kind: z.enum(WITNESS_KINDS),
        size: z.int(),
        by: z.string(),
        how: z.enum(['verified', 'recorded', 'unchecked']),
      }),
    )
    .readonly(),
  unknown: z.array(z.string()).readonly(),
})

/** Chosen by the client: names a file while it is handed over. */
const upload = z.string().regex(/^[\w-]{8,64}$/u)

export const evidenceRequests = {
  /**
   * Checks a bundle: a zip or the folder it was unpacked to on this computer, or a zip that was handed over in pieces,
   * which is removed afterwards.
   */
  'bundles.verify': {
    params: z.strictObject({
      bundle: z.union([
        z.strictObject({ path: z.string().trim().min(1) }),
        z.strictObject({ upload }),
      ]),
      notes: kept.optional(),
      words: kept.optional(),
      keys: kept.optional(),
    }),
    result: recordFindingsSchema,
  },
  /** A piece of a bundle, in order: a browser does not say where a file lies. Answers how many bytes there are now. */
  'bundles.receive': {
    params: z.strictObject({
      upload,
      offset: z.int().nonnegative(),
      base64: z.string().max(1_400_000),
    }),
    result: z.strictObject({ bytes: z.int() }),
  },
  /** The rest is not handed over: what there is of it is removed. */
  'bundles.forget': { params: z.strictObject({ upload }), result: z.strictObject({}) },
  /** Compares a run with what somebody kept of it: checkpoints as notes, eight words each, lines of public keys. */
  'runs.compare': {
    params: z.strictObject({
      run,
      notes: kept.optional(),
      words: kept.optional(),
      keys: kept.optional(),
    }),
    result: recordFindingsSchema,
  },
  /** Signs what is recorded of a run now, and gives the checkpoint; of a run that is not written here, the newest there is. */
  'runs.checkpoint': {
    params: z.strictObject({ run }),
    result: z.strictObject({ checkpoint: checkpointSchema.optional(), notice: z.string() }),
  },
  /** All checkpoints of a run, oldest first, or only the newest. */
  'runs.checkpoints': {
    params: z.strictObject({ run, newest: z.boolean().optional() }),
    result: z.array(checkpointSchema),
  },
  /** Deletes a run that is over, with everything that belongs to it. A signed tombstone stays. */
  'runs.delete': {
    params: z.strictObject({
      run,
      actor: z.string().trim().min(1),
      reason: z.string().trim().min(1).max(1_000),
    }),
    result: tombstoneSchema,
  },
  /** Runs that were deleted, oldest first. */
  'runs.deleted': {
    params: z.strictObject({}),
    result: z.array(
      z.strictObject({
        tombstone: tombstoneSchema,
        note: z.string(),
        /** A key of this device has signed exactly this. */
        signed: z.boolean(),
      }),
    ),
  },
  /** Adds somebody else's signature over a checkpoint of the run. It is checked first, and refused in words. */
  'runs.countersign': {
    params: z.strictObject({
      run,
      actor: z.string().trim().min(1),
      kind: z.enum(['muster', 'ssh', 'timestamp']),
      /** muster: the note with the other signature in it. ssh: the armoured signature. timestamp: the answer, base64. */
      signature: z.string().min(1).max(100_000),
      /** muster: the public key of the other, as `device.get` there says it. */
      key: z.string().optional(),
    }),
    result: z.strictObject({ size: z.int(), by: z.string() }),
  },
  /** Asks the timestamp service that is configured to stamp the newest checkpoint, and adds what it says. */
  'runs.timestamp': {
    params: z.strictObject({ run, actor: z.string().trim().min(1) }),
    result: z.strictObject({ size: z.int(), by: z.string() }),
  },
  /** Signs a checkpoint of somebody else's run with the key of this device. */
  'device.countersign': {
    params: z.strictObject({ note: z.string().max(100_000) }),
    result: z.strictObject({
      /** What is signed. */
      origin: z.string(),
      size: z.int(),
      words: z.array(z.string()).length(8),
      wall: z.int(),
      /** The same note with one more signature. */
      note: z.string(),
      /** The public key that made it. */
      key: z.string(),
    }),
  },
  'device.get': { params: z.strictObject({}), result: deviceSchema },
  /** Makes a new key. The old one signs that it is replaced, and signs nothing more. */
  'device.replace-key': { params: z.strictObject({}), result: deviceSchema },
} as const
