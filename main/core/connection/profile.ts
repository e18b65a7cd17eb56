import { z } from 'zod'

/**
 * A connection profile: what the user keeps about one place of one environment, without secrets. Profiles come from
 * `connections.yaml` in the data folder; a runbook names them and never contains them. The members are as the person
 * wrote them, after checking: paths may begin with `~/`, durations are milliseconds.
 */

const text = z.string().min(1)
const port = z.int().min(1).max(65_535)
const milliseconds = z.int().nonnegative()

/** Where a secret comes from. The value itself is never part of a profile, an event, a log or an export. */
export const secretSourceSchema = z.union([
  /** Typed when it is needed, kept in memory for this session of the program only. */
  z.strictObject({ from: z.literal('ask') }),
  z.strictObject({ from: z.literal('environment'), name: text }),
  /** Program and arguments, without a shell; its first line of output is the secret. */
  z.strictObject({ from: z.literal('command'), command: z.array(text).min(1).readonly() }),
  /** An entry of the operating system's keychain, where the host has one. */
  z.strictObject({ from: z.literal('keychain'), name: text }),
])
export type SecretSource = Readonly<z.infer<typeof secretSourceSchema>>

const common = {
  /** The name runbooks use. */
  name: text,
  description: text.optional(),
  connectTimeoutMs: milliseconds.optional(),
}

export const TRANSPORTS = ['auto', 'ssh2', 'openssh'] as const

export const sshProfileSchema = z.strictObject({
  kind: z.literal('ssh'),
  ...common,
  /** A host name, an address, or an alias of the person's ssh configuration. One per host of a fan-out. */
  hosts: z.array(text).min(1).readonly(),
  user: text.optional(),
  port: port.optional(),
  identityFiles: z.array(text).readonly().optional(),
  identitiesOnly: z.boolean().optional(),
  /** Hops from the laptop outwards, each `[user@]host[:port]` or an alias. */
  jump: z.array(text).readonly().optional(),
  /** false: no agent. Text: the path of its socket. Absent: the one of the environment. */
  agent: z.union([z.literal(false), text]).optional(),
  transport: z.enum(TRANSPORTS).optional(),
  /** Another configuration file than ~/.ssh/config, and other known hosts than the usual files. */
  configFile: text.optional(),
  knownHostsFiles: z.array(text).readonly().optional(),
  keepAlive: z.strictObject({ everyMs: milliseconds, misses: z.int().positive() }).optional(),
  password: secretSourceSchema.optional(),
  /** Of an encrypted key. */
  passphrase: secretSourceSchema.optional(),
})
export type SshProfile = Readonly<z.infer<typeof sshProfileSchema>>

export const SSL_MODES = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
] as const

export const postgresProfileSchema = z.strictObject({
  kind: z.literal('postgres'),
  ...common,
  /** A connection URL without a password; single members below win over its parts. */
  url: text.optional(),
  /** An entry of the service file (PGSERVICEFILE, ~/.pg_service.conf). */
  service: text.optional(),
  host: text.optional(),
  port: port.optional(),
  database: text.optional(),
  user: text.optional(),
  sslMode: z.enum(SSL_MODES).optional(),
  sslRootCertificate: text.optional(),
  sslCertificate: text.optional(),
  sslKey: text.optional(),
  password: secretSourceSchema.optional(),
  /** The ssh profile (or alias) the connection goes through, without a local port. */
  via: text.optional(),
  /** Every session is read-only, whatever the block. */
  readOnly: z.boolean().optional(),
  maxRows: z.int().positive().optional(),
  maxBytes: z.int().positive().optional(),
})
export type PostgresProfile = Readonly<z.infer<typeof postgresProfileSchema>>

const tls = z.strictObject({
  ca: text.optional(),
  certificate: text.optional(),
  key: text.optional(),
  serverName: text.optional(),
})

export const redisProfileSchema = z.strictObject({
  kind: z.literal('redis'),
  ...common,
  /** `redis://` or `rediss://` without a password. */
  url: text.optional(),
  host: text.optional(),
  port: port.optional(),
  database: z.int().nonnegative().optional(),
  user: text.optional(),
  password: secretSourceSchema.optional(),
  tls: z.union([z.boolean(), tls]).optional(),
  sentinel: z
    .strictObject({
      master: text,
      nodes: z.array(text).min(1).readonly(),
      user: text.optional(),
      password: secretSourceSchema.optional(),
    })
    .optional(),
  /** Nodes to learn the cluster from, each `host:port`. */
  cluster: z.array(text).min(1).readonly().optional(),
  via: text.optional(),
})
export type RedisProfile = Readonly<z.infer<typeof redisProfileSchema>>

export const httpProfileSchema = z.strictObject({
  kind: z.literal('http'),
  ...common,
  /** Base URL; the URL of a block is resolved against it. */
  url: text,
  /** A proxy's URL; false: none, whatever the environment says. Absent: HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  proxy: z.union([z.literal(false), text]).optional(),
  proxyPassword: secretSourceSchema.optional(),
  tls: tls.optional(),
  /** Sent with every request, as `Authorization: Bearer <secret>`. */
  bearer: secretSourceSchema.optional(),
  basic: z.strictObject({ user: text, password: secretSourceSchema }).optional(),
  maxBytes: z.int().positive().optional(),
  /** How many redirects are followed, each recorded. Absent or 0: none. */
  redirects: z.int().nonnegative().optional(),
  via: text.optional(),
})
export type HttpProfile = Readonly<z.infer<typeof httpProfileSchema>>

export const localProfileSchema = z.strictObject({
  kind: z.literal('local'),
  ...common,
  /** Where blocks start. */
  folder: text.optional(),
})
export type LocalProfile = Readonly<z.infer<typeof localProfileSchema>>

export const profileSchema = z.discriminatedUnion('kind', [
  sshProfileSchema,
  postgresProfileSchema,
  redisProfileSchema,
  httpProfileSchema,
  localProfileSchema,
])
export type Profile = z.infer<typeof profileSchema>

export const environmentSchema = z.strictObject({
  name: text,
  /** Marked and coloured as production; refused by drills. */
  production: z.boolean(),
  profiles: z.array(profileSchema).readonly(),
})
export type Environment = Readonly<z.infer<typeof environmentSchema>>
