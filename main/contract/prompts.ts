import { z } from 'zod'
import { programWaitSchema } from '../core/connection/waiting.ts'

/** The part of the contract about what only a person can answer while a connection is made. */

const promptSchema = z.strictObject({ label: z.string(), masked: z.boolean() })

export const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('secret'),
    title: z.string(),
    /** What the server or the key says, as hostile text. */
    instructions: z.string().optional(),
    prompts: z.array(promptSchema).min(1).max(20).readonly(),
    run: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('host-key'),
    title: z.string(),
    host: z.string(),
    keyType: z.string(),
    /** `SHA256:…`, as ssh-keygen shows it. */
    fingerprint: z.string(),
    /** What is known of this host otherwise: other keys, other names of the same key. */
    known: z.array(z.string()).readonly(),
    run: z.string().optional(),
  }),
])
export type Question = Readonly<z.infer<typeof questionSchema>>

export const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('secret'), values: z.array(z.string()).readonly() }),
  z.strictObject({ kind: z.literal('host-key'), accept: z.enum(['once', 'remember']) }),
  /** The person declined, nobody is there to ask, or the connection did not wait any longer. */
  z.strictObject({ kind: z.literal('declined'), why: z.string() }),
])
export type Answer = Readonly<z.infer<typeof answerSchema>>

const openPromptSchema = z.strictObject({ prompt: z.string(), question: questionSchema })

const openWaitSchema = z.strictObject({ wait: z.string(), for: programWaitSchema })

export const promptRequests = {
  /** Questions that wait for an answer. */
  'prompts.list': {
    params: z.strictObject({}),
    result: z.array(openPromptSchema),
  },
  /** Programs that a connection waits for because they give its secret. */
  'prompts.waits': {
    params: z.strictObject({}),
    result: z.array(openWaitSchema),
  },
  /** The first answer counts; a later one is refused. */
  'prompts.answer': {
    params: z.strictObject({ prompt: z.string(), answer: answerSchema }),
    result: z.strictObject({}),
  },
  /** Whether secrets can be kept in the operating system's keychain here; if not, why. */
  'keychain.state': {
    params: z.strictObject({}),
    result: z.strictObject({ unusable: z.string().optional() }),
  },
  /** Keeps a secret under a name that profiles can mention. The value goes no further than the keychain. */
  'keychain.store': {
    params: z.strictObject({ name: z.string().min(1), value: z.string().min(1) }),
    result: z.strictObject({}),
  },
  'keychain.remove': {
    params: z.strictObject({ name: z.string().min(1) }),
    result: z.strictObject({}),
  },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export const promptPushes = {
  'prompt.opened': openPromptSchema,
  'prompt.closed': z.strictObject({ prompt: z.string() }),
  /** A program that gives a secret takes its time; and it has ended. */
  'wait.opened': openWaitSchema,
  'wait.closed': z.strictObject({ wait: z.string() }),
} as const satisfies Record<string, z.ZodType>
