import { z } from 'zod'
import { parseDuration } from '../runbook/duration.ts'
import { SSL_MODES, TRANSPORTS } from './profile.ts'

/** What a person writes in `connections.yaml`. The source of resources/connections.schema.json. */

const text = z.string().min(1)
const port = z.int().min(1).max(65_535)
const duration = z
  .string({ error: 'a duration needs a unit, such as 500ms, 10s or 1m' })
  .transform((written, context) => {
    const milliseconds = parseDuration(written)
    if (milliseconds !== undefined) return milliseconds
    context.addIssue({
      code: 'custom',
      message: `“${written}” is not a duration; write 500ms, 10s or 1m`,
    })
    return z.NEVER
  })

/** A secret is never written down: this says where it comes from. */
const secret = z
  .union(
    [
      z.literal('ask'),
      z.strictObject({ env: text }),
      z.strictObject({ command: z.array(text).min(1) }),
      z.strictObject({ keychain: text }),
    ],
    {
      error:
        'a secret is not written into this file; write ask, { env: NAME }, { command: [program, argument] } or { keychain: name }',
    },
  )
  .meta({
    description:
      'Where the secret comes from: ask, { env: NAME }, { command: [program, argument] } or { keychain: name }.',
  })
export type WrittenSecret = z.output<typeof secret>

const common = {
  description: text.optional(),
  'connect-timeout': duration.optional(),
}

const list = z.union([text, z.array(text).min(1)])

export const sshSchema = z.strictObject({
  ssh: list.meta({ description: 'Host name, address or ssh alias; several for a group of hosts.' }),
  ...common,
  user: text.optional(),
  port: port.optional(),
  identity: list.optional(),
  'identities-only': z.boolean().optional(),
  jump: list.optional(),
  agent: z.union([z.literal(false), text]).optional(),
  transport: z.enum(TRANSPORTS).optional(),
  config: text.optional(),
  'known-hosts': list.optional(),
  'keep-alive': z
    .strictObject({ every: duration, misses: z.int().min(1).max(100).optional() })
    .optional(),
  password: secret.optional(),
  passphrase: secret.optional(),
})

const place = z.union([z.literal(true), text])

export const postgresSchema = z.strictObject({
  postgres: place.meta({ description: 'A postgres:// URL without a password, or true.' }),
  ...common,
  service: text.optional(),
  host: text.optional(),
  port: port.optional(),
  database: text.optional(),
  user: text.optional(),
  sslmode: z.enum(SSL_MODES).optional(),
  sslrootcert: text.optional(),
  sslcert: text.optional(),
  sslkey: text.optional(),
  password: secret.optional(),
  via: text.optional(),
  'read-only': z.boolean().optional(),
  'max-rows': z.int().min(1).optional(),
  'max-bytes': z.int().min(1).optional(),
})

const tls = z.strictObject({
  ca: text.optional(),
  cert: text.optional(),
  key: text.optional(),
  'server-name': text.optional(),
})

export const redisSchema = z.strictObject({
  redis: place.meta({ description: 'A redis:// or rediss:// URL without a password, or true.' }),
  ...common,
  host: text.optional(),
  port: port.optional(),
  database: z.int().min(0).optional(),
  user: text.optional(),
  password: secret.optional(),
  tls: z.union([z.boolean(), tls]).optional(),
  sentinel: z
    .strictObject({
      master: text,
      nodes: z.array(text).min(1),
      user: text.optional(),
      password: secret.optional(),
    })
    .optional(),
  cluster: z.array(text).min(1).optional(),
  via: text.optional(),
})

export const httpSchema = z.strictObject({
  http: text.meta({ description: 'Base URL.' }),
  ...common,
  proxy: z.union([z.literal(false), text]).optional(),
  'proxy-password': secret.optional(),
  tls: tls.optional(),
  bearer: secret.optional(),
  basic: z.strictObject({ user: text, password: secret }).optional(),
  'max-bytes': z.int().min(1).optional(),
  redirects: z.int().min(0).max(20).optional(),
  via: text.optional(),
})

export const localSchema = z.strictObject({
  local: place.meta({ description: 'true, or the folder where blocks start.' }),
  description: text.optional(),
  folder: text.optional(),
})

/** The schema of a profile of each kind; the key that names the kind stands in the profile. */
export const PROFILE_SCHEMAS = {
  ssh: sshSchema,
  postgres: postgresSchema,
  redis: redisSchema,
  http: httpSchema,
  local: localSchema,
} as const

export const PROFILE_KINDS = ['ssh', 'postgres', 'redis', 'http', 'local'] as const

export const environmentSchema = z.strictObject({
  production: z.boolean().optional(),
  profiles: z.record(z.string(), z.unknown()).nullable().optional(),
})

export const fileSchema = z
  .strictObject({
    connections: z.literal(1, { error: 'this version of Muster reads connections: 1' }),
    environments: z.record(z.string(), z.unknown()).nullable().optional(),
  })
  .meta({ title: 'Muster connections, format 1' })

/** For editors: the same, with the profiles written out. */
export const editorSchema = z
  .strictObject({
    connections: z.literal(1),
    environments: z
      .record(
        z.string(),
        z.strictObject({
          production: z.boolean().optional(),
          profiles: z.record(z.string(), z.union(Object.values(PROFILE_SCHEMAS))).optional(),
        }),
      )
      .optional(),
  })
  .meta({ title: 'Muster connections, format 1' })
