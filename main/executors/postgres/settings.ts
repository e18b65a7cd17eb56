import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { SSL_MODES, type PostgresProfile } from '../../core/connection/profile.ts'
import { DialError } from '../network/sockets.ts'
import { checkParameters } from './parameters.ts'
import { readUrl } from './url.ts'

/**
 * Where a profile leads, as libpq would find out: the profile's own members, its URL, the service file, the PG* variables
 * of the environment, and the defaults, in this order. Names of parameters are libpq's.
 * https://www.postgresql.org/docs/18/libpq-connect.html
 */

export type SslMode = (typeof SSL_MODES)[number]

const ATTRIBUTES = [
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
] as const
export type SessionAttributes = (typeof ATTRIBUTES)[number]

export interface Host {
  /** A name, an address, or the folder of a unix socket. */
  readonly host: string
  /** Where it is, when that is not to be looked up. */
  readonly address: string | undefined
  readonly port: number
}

export interface Settings {
  readonly hosts: readonly Host[]
  readonly user: string
  readonly database: string
  /** From the URL, the service file or PGPASSWORD. */
  readonly password: string | undefined
  readonly passFile: string
  readonly sslMode: SslMode
  /** `system` for the laptop's authorities. */
  readonly sslRootCertificate: string
  readonly sslCertificate: string | undefined
  readonly sslKey: string | undefined
  readonly targetSessionAttributes: SessionAttributes
  readonly applicationName: string
  readonly options: string | undefined
  readonly connectTimeoutMs: number
}

type Parameters = Readonly<Record<string, string>>
export type Environment = Readonly<Record<string, string | undefined>>

const CONNECT_TIMEOUT_MS = 10_000

/** Variable of the environment -> parameter. */
const VARIABLES: Readonly<Record<string, string>> = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGPASSFILE: 'passfile',
  PGSSLMODE: 'sslmode',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
  PGAPPNAME: 'application_name',
  PGOPTIONS: 'options',
  PGCONNECT_TIMEOUT: 'connect_timeout',
}

function given(entries: Readonly<Record<string, string | undefined>>): Parameters {
  return Object.fromEntries(
    Object.entries(entries).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  )
}

function ofProfile(profile: PostgresProfile): Parameters {
  return given({
    host: profile.host,
    port: profile.port?.toString(),
    dbname: profile.database,
    user: profile.user,
    sslmode: profile.sslMode,
    sslrootcert: profile.sslRootCertificate,
    sslcert: profile.sslCertificate,
    sslkey: profile.sslKey,
    service: profile.service,
  })
}

function ofEnvironment(environment: Environment): Parameters {
  return given(
    Object.fromEntries(
      Object.entries(VARIABLES).map(([variable, name]) => [name, environment[variable]]),
    ),
  )
}

/** The parameters of one section of a service file. */
function sectionOf(text: string, service: string): Parameters | undefined {
  let found: Record<string, string> | undefined
  let inside = false
  for (const raw of text.split(/\r?\n/u)) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('[')) {
      if (found !== undefined) return found
      inside = line === `[${service}]`
      if (inside) found = {}
      continue
    }
    const equals = line.indexOf('=')
    if (inside && found !== undefined && equals > 0)
      found[line.slice(0, equals).trim()] ??= line.slice(equals + 1).trim()
  }
  return found
}

function ofService(
  service: string | undefined,
  environment: Environment,
  home: string,
): Parameters {
  if (service === undefined) return {}
  const files = [
    environment['PGSERVICEFILE'] ?? join(home, '.pg_service.conf'),
    ...(environment['PGSYSCONFDIR'] === undefined
      ? []
      : [join(environment['PGSYSCONFDIR'], 'pg_service.conf')]),
  ]
  const looked: string[] = []
  for (const file of files) {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch {
      looked.push(`${file} cannot be read`)
      continue
    }
    const found = sectionOf(text, service)
    if (found !== undefined) return found
    looked.push(`${file} has no [${service}]`)
  }
  throw new DialError(`There is no service “${service}”: ${looked.join('; ')}.`)
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (!/^\d+$/u.test(text) || port < 1 || port > 65_535)
    throw new DialError(`“${text}” is not a port of PostgreSQL.`)
  return port
}

/** The folder of the socket where a server of this laptop listens by default. */
function socketFolder(port: number): string {
  const folder = '/var/run/postgresql'
  return existsSync(join(folder, `.s.PGSQL.${port}`)) ? folder : '/tmp'
}

function hostsOf(all: Parameters, via: boolean): readonly Host[] {
  const names = (all['host'] ?? '').split(',')
  const addresses = (all['hostaddr'] ?? '').split(',')
  const ports = (all['port'] ?? '').split(',')
  const count = Math.max(names.length, addresses.length)
  if (ports.length !== 1 && ports.length !== count)
    throw new DialError(
      `There are ${count} hosts and ${ports.length} ports. Give one port, or one for each host.`,
    )
  return Array.from({ length: count }, (_, index) => {
    const text = (ports.length === 1 ? ports[0] : ports[index]) ?? ''
    const port = text === '' ? 5432 : portOf(text)
    const address = addresses[index] === '' ? undefined : addresses[index]
    const host = names[index] ?? ''
    if (host !== '') return { host, address, port }
    if (address !== undefined) return { host: address, address, port }
    return {
      host: via || process.platform === 'win32' ? 'localhost' : socketFolder(port),
      address,
      port,
    }
  })
}

function oneOf<T extends string>(known: readonly T[], text: string, what: string): T {
  const found = known.find((one) => one === text)
  if (found === undefined)
    throw new DialError(`“${text}” is not ${what}: it is one of ${known.join(', ')}.`)
  return found
}

function whole(path: string, home: string): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path
}

/** Everything known of where a profile leads. Throws a `DialError` in words. */
export function settingsOf(
  profile: PostgresProfile,
  environment: Environment = process.env,
  home = homedir(),
): Settings {
  const own = { ...(profile.url === undefined ? {} : readUrl(profile.url)), ...ofProfile(profile) }
  const service = own['service'] ?? environment['PGSERVICE']
  const served = ofService(service === '' ? undefined : service, environment, home)
  checkParameters(own, 'The URL of the profile')
  checkParameters(served, `The service “${service ?? ''}”`)
  const all: Parameters = {
    ...ofEnvironment(environment),
    ...given(served),
    ...own,
  }
  const user = all['user'] ?? userName()
  const rootGiven = all['sslrootcert']
  const sslMode = oneOf(
    SSL_MODES,
    all['sslmode'] ?? (rootGiven === 'system' ? 'verify-full' : 'prefer'),
    'an sslmode',
  )
  if (rootGiven === 'system' && sslMode !== 'verify-full')
    throw new DialError(`sslmode ${sslMode} is too weak for sslrootcert=system: use verify-full.`)
  const folder = join(home, '.postgresql')
  const seconds = Number(all['connect_timeout'])
  const optional = (path: string): string | undefined => (existsSync(path) ? path : undefined)
  const certificate = all['sslcert'] ?? optional(join(folder, 'postgresql.crt'))
  const key = all['sslkey'] ?? optional(join(folder, 'postgresql.key'))
  return {
    hosts: hostsOf(all, profile.via !== undefined),
    user,
    database: all['dbname'] ?? user,
    password: all['password'],
    passFile: whole(all['passfile'] ?? join(home, '.pgpass'), home),
    sslMode,
    sslRootCertificate:
      rootGiven === 'system' ? 'system' : whole(rootGiven ?? join(folder, 'root.crt'), home),
    sslCertificate: certificate === undefined ? undefined : whole(certificate, home),
    sslKey: key === undefined ? undefined : whole(key, home),
    targetSessionAttributes: oneOf(
      ATTRIBUTES,
      all['target_session_attrs'] ?? 'any',
      'a target_session_attrs',
    ),
    applicationName: all['application_name'] ?? 'muster',
    options: all['options'],
    connectTimeoutMs:
      profile.connectTimeoutMs ?? (seconds > 0 ? Math.max(2, seconds) * 1000 : CONNECT_TIMEOUT_MS),
  }
}

/** The fields of a line of a password file, with their escapes undone. */
function fieldsOf(line: string): readonly { readonly text: string; readonly any: boolean }[] {
  const fields: { text: string; any: boolean }[] = []
  let text = ''
  let escaped = false
  const close = (): void => {
    fields.push({ text, any: text === '*' && !escaped })
    text = ''
    escaped = false
  }
  for (let index = 0; index < line.length; index++) {
    const one = line[index] ?? ''
    if (one === '\\' && index + 1 < line.length) {
      text += line[++index] ?? ''
      escaped = true
    } else if (one === ':' && fields.length < 4) close()
    else text += one
  }
  close()
  return fields
}

/**
 * The password of a password file for a host. A file that others may read is not used, as libpq does not; `warning` says so.
 */
export function passFilePassword(
  settings: Pick<Settings, 'passFile' | 'database' | 'user'>,
  { host, port }: Pick<Host, 'host' | 'port'>,
): { readonly password?: string; readonly warning?: string } {
  let text: string
  try {
    const stat = statSync(settings.passFile)
    if (!stat.isFile())
      return { warning: `${settings.passFile} is not a plain file, so it was not used.` }
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0)
      return {
        warning: `${settings.passFile} may be read by others, so it was not used: chmod 600 ${settings.passFile}.`,
      }
    text = readFileSync(settings.passFile, 'utf8')
  } catch {
    return {}
  }
  const wanted = [
    [host, host.startsWith('/') ? 'localhost' : host],
    [String(port)],
    [settings.database],
    [settings.user],
  ]
  for (const line of text.split(/\r?\n/u)) {
    if (line === '' || line.startsWith('#')) continue
    const fields = fieldsOf(line)
    const password = fields[4]
    if (password === undefined) continue
    const fits = wanted.every(
      (texts, index) => fields[index]?.any === true || texts.includes(fields[index]?.text ?? ''),
    )
    if (fits) return { password: password.text }
  }
  return {}
}
