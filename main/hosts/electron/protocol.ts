import { z } from 'zod'

/** What the main process and the engine's process say to each other, beside the windows' own ports. */

export const engineStartSchema = z.strictObject({
  data: z.string(),
  version: z.string(),
  folders: z.array(z.string()),
})
export type EngineStart = z.infer<typeof engineStartSchema>

const keychainRequestSchema = z.strictObject({
  kind: z.literal('keychain'),
  id: z.int(),
  action: z.enum(['unusable', 'read', 'write', 'remove']),
  name: z.string(),
  value: z.string().optional(),
})
export type KeychainRequest = z.infer<typeof keychainRequestSchema>

const keychainAnswerSchema = z.strictObject({
  kind: z.literal('keychain'),
  id: z.int(),
  value: z.string().optional(),
  /** Why it could not be done, in words. */
  problem: z.string().optional(),
})
export type KeychainAnswer = z.infer<typeof keychainAnswerSchema>

export const fromMainSchema = z.discriminatedUnion('kind', [
  /** Comes with one message port: a new client. */
  z.strictObject({ kind: z.literal('client') }),
  /** Asks which runs have something in flight. */
  z.strictObject({ kind: z.literal('busy') }),
  /** Ends in order. */
  z.strictObject({ kind: z.literal('close') }),
  keychainAnswerSchema,
])
export type FromMain = z.infer<typeof fromMainSchema>

export const toMainSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  /** The data folder cannot be used; the process ends after this. */
  z.strictObject({ kind: z.literal('failed'), message: z.string() }),
  z.strictObject({ kind: z.literal('busy'), runs: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('closed') }),
  keychainRequestSchema,
])
export type ToMain = z.infer<typeof toMainSchema>
