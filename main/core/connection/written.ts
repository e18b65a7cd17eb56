import { defined } from '../defined.ts'
import type {
  HttpProfile,
  LocalProfile,
  PostgresProfile,
  RedisProfile,
  SecretSource,
  SshProfile,
} from './profile.ts'
import type { z } from 'zod'
import type {
  httpSchema,
  localSchema,
  postgresSchema,
  redisSchema,
  sshSchema,
  WrittenSecret,
} from './schemas.ts'

/** From what a person writes to what the program works with. */

function list(value: string | string[] | undefined): string[] | undefined {
  return typeof value === 'string' ? [value] : value
}

export function secretSource(written: WrittenSecret): SecretSource
export function secretSource(written: WrittenSecret | undefined): SecretSource | undefined
export function secretSource(written: WrittenSecret | undefined): SecretSource | undefined {
  if (written === undefined) return undefined
  if (written === 'ask') return { from: 'ask' }
  if ('env' in written) return { from: 'environment', name: written.env }
  if ('command' in written) return { from: 'command', command: written.command }
  return { from: 'keychain', name: written.keychain }
}

/** The other way round, for the editor. */
export function writtenSecret(source: SecretSource): WrittenSecret {
  switch (source.from) {
    case 'ask':
      return 'ask'
    case 'environment':
      return { env: source.name }
    case 'command':
      return { command: [...source.command] }
    case 'keychain':
      return { keychain: source.name }
  }
}

export function sshProfile(name: string, data: z.output<typeof sshSchema>): SshProfile {
  const keepAlive = data['keep-alive']
  return defined({
    kind: 'ssh' as const,
    name,
    description: data.description,
    connectTimeoutMs: data['connect-timeout'],
    hosts: list(data.ssh) ?? [name],
    user: data.user,
    port: data.port,
    identityFiles: list(data.identity),
    identitiesOnly: data['identities-only'],
    jump: list(data.jump),
    agent: data.agent,
    transport: data.transport,
    configFile: data.config,
    knownHostsFiles: list(data['known-hosts']),
    keepAlive: keepAlive && { everyMs: keepAlive.every, misses: keepAlive.misses ?? 3 },
    password: secretSource(data.password),
    passphrase: secretSource(data.passphrase),
  })
}

export function postgresProfile(
  name: string,
  data: z.output<typeof postgresSchema>,
): PostgresProfile {
  return defined({
    kind: 'postgres' as const,
    name,
    description: data.description,
    connectTimeoutMs: data['connect-timeout'],
    url: data.postgres === true ? undefined : data.postgres,
    service: data.service,
    host: data.host,
    port: data.port,
    database: data.database,
    user: data.user,
    sslMode: data.sslmode,
    sslRootCertificate: data.sslrootcert,
    sslCertificate: data.sslcert,
    sslKey: data.sslkey,
    password: secretSource(data.password),
    via: data.via,
    readOnly: data['read-only'],
    maxRows: data['max-rows'],
    maxBytes: data['max-bytes'],
  })
}

function tls(written: {
  ca?: string | undefined
  cert?: string | undefined
  key?: string | undefined
  'server-name'?: string | undefined
}) {
  return defined({
    ca: written.ca,
    certificate: written.cert,
    key: written.key,
    serverName: written['server-name'],
  })
}

export function redisProfile(name: string, data: z.output<typeof redisSchema>): RedisProfile {
  const { sentinel } = data
  return defined({
    kind: 'redis' as const,
    name,
    description: data.description,
    connectTimeoutMs: data['connect-timeout'],
    url: data.redis === true ? undefined : data.redis,
    host: data.host,
    port: data.port,
    database: data.database,
    user: data.user,
    password: secretSource(data.password),
    tls: typeof data.tls === 'object' ? tls(data.tls) : data.tls,
    sentinel:
      sentinel &&
      defined({
        master: sentinel.master,
        nodes: sentinel.nodes,
        user: sentinel.user,
        password: secretSource(sentinel.password),
      }),
    cluster: data.cluster,
    via: data.via,
  })
}

export function httpProfile(name: string, data: z.output<typeof httpSchema>): HttpProfile {
  return defined({
    kind: 'http' as const,
    name,
    description: data.description,
    connectTimeoutMs: data['connect-timeout'],
    url: data.http,
    proxy: data.proxy,
    proxyPassword: secretSource(data['proxy-password']),
    tls: data.tls && tls(data.tls),
    bearer: secretSource(data.bearer),
    basic: data.basic && { user: data.basic.user, password: secretSource(data.basic.password) },
    maxBytes: data['max-bytes'],
    redirects: data.redirects,
    via: data.via,
  })
}

export function localProfile(name: string, data: z.output<typeof localSchema>): LocalProfile {
  return defined({
    kind: 'local' as const,
    name,
    description: data.description,
    folder: data.folder ?? (data.local === true ? undefined : data.local),
  })
}
