import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import type { SshProfile } from '../../../core/connection/profile.ts'
import { hostHasPassword } from '../../../core/connection/written-secrets.ts'
import { TransportError } from '../../../engine/transport.ts'
import { onlyForOpenSsh } from '../agent-identities.ts'
import { KnownHosts } from '../known-hosts/known-hosts.ts'
import { keyName, type ResolvedHost } from '../resolved.ts'
import { expandHome } from './expand.ts'

/** What `ssh -G` prints: each keyword in lower case with its values, in order. */
export type SshOptions = ReadonlyMap<string, readonly string[]>

const CONFIG_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 15_000
const KEEP_ALIVE = { everyMs: 15_000, misses: 3 }
const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa']
/** Hops through hops end somewhere; a configuration that does not is a loop. */
const MOST_HOPS = 10

/**
 * Names come from runbooks too, and a person's configuration may hand them to a shell (ProxyCommand, Match exec): what
 * means something there, or to ssh's own options, is refused, as newer versions of OpenSSH do.
 */
const UNSAFE = /^-|^$|[\p{Cc}\s'"`$\\;&<>|(){},*?!#~]/u

export function parseOptions(text: string): SshOptions {
  const options = new Map<string, string[]>()
  for (const line of text.split(/\r?\n/u)) {
    const space = line.indexOf(' ')
    if (space === -1) continue
    const key = line.slice(0, space).toLowerCase()
    options.set(key, [...(options.get(key) ?? []), line.slice(space + 1)])
  }
  return options
}

/** Asks the system's ssh what the person's configuration says of a host. Undefined where there is no ssh. */
function askSsh(parameters: readonly string[]): Promise<SshOptions | undefined> {
  return new Promise((resolve, reject) => {
    execFile(
      'ssh',
      ['-G', ...parameters],
      { timeout: CONFIG_TIMEOUT_MS, maxBuffer: 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) return resolve(parseOptions(stdout))
        if ('code' in error && error.code === 'ENOENT') return resolve(undefined)
        const said = stderr.trim().split('\n').slice(-3).join(' ')
        reject(
          new TransportError(
            'configuration',
            `The ssh configuration cannot be read: ${said === '' ? error.message : said}`,
          ),
        )
      },
    )
  })
}

function currentUser(): string {
  try {
    return userInfo().username
  } catch {
    return process.env['USER'] ?? 'root'
  }
}

/** `[user@]host[:port]`, with brackets around an IPv6 address. */
export function parseHop(text: string): { host: string; user?: string; port?: number } {
  const groups =
    /^(?:ssh:\/\/)?(?:(?<user>[^@]+)@)?(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:]+|[^[\]]*:[^[\]]*:[^[\]]*))(?::(?<port>\d+))?\/?$/u.exec(
      text.trim(),
    )?.groups
  const host = groups?.['bracketed'] ?? groups?.['plain'] ?? text
  const user = groups?.['user']
  const port = groups?.['port']
  return {
    host,
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port: Number(port) }),
  }
}

interface Wanted {
  readonly profile: SshProfile
  readonly alias: string
  readonly user?: string | undefined
  readonly port?: number | undefined
  /** Hops have their own keys and users. */
  readonly hop: boolean
}

/** Puts profile and configuration together. Rejects with a `TransportError` in words. */
export async function resolveHost(profile: SshProfile, host: string): Promise<ResolvedHost> {
  for (const written of [host, ...(profile.jump ?? [])])
    if (hostHasPassword(written))
      throw new TransportError(
        'configuration',
        'A password is written in the name of the host, where it must not be. Take it out, and say in the profile where it comes from (password: ask). Nothing was sent.',
      )
  const hop = parseHop(host)
  const wanted = {
    profile,
    alias: hop.host,
    user: profile.user ?? hop.user,
    port: profile.port ?? hop.port,
    hop: false,
  }
  return await resolveOne(wanted, 0)
}

async function resolveOne(wanted: Wanted, depth: number): Promise<ResolvedHost> {
  const { profile, alias, hop } = wanted
  if (depth > MOST_HOPS)
    throw new TransportError('configuration', `The hops to ${alias} lead in a circle.`)
  if (UNSAFE.test(alias))
    throw new TransportError('configuration', `“${alias}” cannot be the name of a host.`)
  // `DOMAIN\user` is a name.
  if (wanted.user !== undefined && UNSAFE.test(wanted.user.replaceAll(/\\(?=\w)/gu, '')))
    throw new TransportError('configuration', `“${wanted.user}” cannot be the name of a user.`)
  const parameters = [
    ...(profile.configFile === undefined ? [] : ['-F', expandHome(profile.configFile)]),
    ...(wanted.user === undefined ? [] : ['-l', wanted.user]),
    ...(wanted.port === undefined ? [] : ['-p', String(wanted.port)]),
    alias,
  ]
  const options = (await askSsh(parameters)) ?? new Map<string, readonly string[]>()
  const one = (key: string): string | undefined => {
    const value = options.get(key)?.[0]
    return value === undefined || value === 'none' ? undefined : value
  }
  const host = one('hostname') ?? alias
  const user = wanted.user ?? one('user') ?? currentUser()
  const port = wanted.port ?? Number(one('port') ?? 22)
  const token = tokens({ host, user, port, alias })
  const configured = hop ? undefined : profile.identityFiles
  const identityFiles = (configured ?? options.get('identityfile') ?? defaultIdentities())
    .map((file) => expandHome(token(file)))
    .filter((file) => existsSync(file))
  for (const file of configured ?? []) {
    if (!existsSync(expandHome(token(file))))
      throw new TransportError('configuration', `The key file ${file} does not exist.`)
  }
  const jumps = await resolveJumps(wanted, one('proxyjump'), depth)
  const knownHostsFiles = (
    profile.knownHostsFiles ?? [
      ...paths(one('userknownhostsfile') ?? '~/.ssh/known_hosts ~/.ssh/known_hosts2'),
      ...paths(one('globalknownhostsfile') ?? '/etc/ssh/ssh_known_hosts'),
    ]
  ).map((file) => expandHome(token(file)))
  const everyMs = Number(one('serveraliveinterval') ?? 0) * 1000
  const identitiesOnly =
    (hop ? undefined : profile.identitiesOnly) ?? one('identitiesonly') === 'yes'
  const agent = agentOf(profile, one('identityagent'), token)
  const resolved = {
    alias,
    host,
    port,
    user,
    identityFiles,
    identitiesOnly,
    agent,
    agentOnlyOpenSsh: agent === undefined || identitiesOnly ? [] : await onlyForOpenSsh(agent),
    jumps,
    knownHostsFiles,
    hostKeyAlias: one('hostkeyalias'),
    hashKnownHosts: one('hashknownhosts') === 'yes',
    keepAlive:
      profile.keepAlive ??
      (everyMs > 0 ? { everyMs, misses: Number(one('serveralivecountmax') ?? 3) } : KEEP_ALIVE),
    connectTimeoutMs: profile.connectTimeoutMs ?? timeoutOf(one('connecttimeout')),
  }
  return { ...resolved, needsOpenSsh: needsOpenSsh(resolved, options) }
}

function timeoutOf(written: string | undefined): number {
  const seconds = Number(written)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : CONNECT_TIMEOUT_MS
}

function defaultIdentities(): readonly string[] {
  return DEFAULT_IDENTITIES.map((name) => `~/.ssh/${name}`)
}

/** Paths of a list that `ssh -G` prints without the quotes it was written with: one that exists may have blanks. */
function paths(text: string): readonly string[] {
  const words = text.split(' ').filter((word) => word !== '' && word !== 'none')
  const found: string[] = []
  for (let at = 0; at < words.length;) {
    const rest = words.slice(at)
    const length = rest.findLastIndex((_word, end) =>
      existsSync(expandHome(rest.slice(0, end + 1).join(' '))),
    )
    const taken = Math.max(1, length + 1)
    found.push(rest.slice(0, taken).join(' '))
    at += taken
  }
  return found
}

async function resolveJumps(
  wanted: Wanted,
  configured: string | undefined,
  depth: number,
): Promise<readonly ResolvedHost[]> {
  const own = wanted.hop ? undefined : wanted.profile.jump
  const written = own ?? configured?.split(',') ?? []
  const hops: ResolvedHost[] = []
  for (const text of written) {
    const { host, user, port } = parseHop(text)
    const resolved = await resolveOne(
      { profile: wanted.profile, alias: host, user, port, hop: true },
      depth + 1,
    )
    // Only the first hop's own hops come before it; those of the later ones are reached through the chain.
    if (hops.length === 0) hops.push(...resolved.jumps)
    hops.push({ ...resolved, jumps: [] })
  }
  return hops
}

/** The tokens that `ssh -G` leaves as they are. */
function tokens(of: { host: string; user: string; port: number; alias: string }) {
  return (text: string): string =>
    text.replaceAll(/%[%hrpdun]/gu, (found) => {
      switch (found) {
        case '%h':
          return of.host
        case '%r':
          return of.user
        case '%p':
          return String(of.port)
        case '%n':
          return of.alias
        case '%d':
          return homedir()
        case '%u':
          return currentUser()
        default:
          return '%'
      }
    })
}

function agentOf(
  profile: SshProfile,
  configured: string | undefined,
  token: (text: string) => string,
): string | undefined {
  if (profile.agent === false) return undefined
  const written = profile.agent ?? configured
  const agent =
    written === undefined || written === 'SSH_AUTH_SOCK'
      ? process.env['SSH_AUTH_SOCK']
      : written.startsWith('$')
        ? process.env[written.replaceAll(/[${}]/gu, '')]
        : expandHome(token(written))
  return agent === '' ? undefined : agent
}

/** What the ssh2 library cannot do, as `research` found out and its documentation says. */
function needsOpenSsh(
  resolved: Omit<ResolvedHost, 'needsOpenSsh'>,
  options: SshOptions,
): string | undefined {
  const set = (key: string): string | undefined => {
    const value = options.get(key)?.[0]
    return value === undefined || value === 'none' || value === '' ? undefined : value
  }
  if (set('proxycommand') !== undefined) return 'the configuration has a ProxyCommand'
  if (set('pkcs11provider') !== undefined) return 'the configuration uses a PKCS#11 token'
  if ((options.get('certificatefile') ?? []).some((file) => existsSync(expandHome(file))))
    return 'the configuration has a certificate'
  const certified = resolved.identityFiles.find((file) => existsSync(`${file}-cert.pub`))
  if (certified !== undefined) return `the key ${certified} has a certificate`
  const token = resolved.identityFiles.find((file) => file.endsWith('_sk'))
  if (token !== undefined) return `the key ${token} is on a security key (FIDO)`
  const [held] = resolved.agentOnlyOpenSsh
  // On Windows there is no other way, and the agent's other keys may do.
  if (held !== undefined && process.platform !== 'win32') return `the ssh agent has ${held}`
  const known = new KnownHosts(resolved.knownHostsFiles)
  const { name, port } = keyName(resolved)
  if (known.authoritiesOf(name, port).length > 0)
    return 'known_hosts trusts an authority for this host'
  return resolved.jumps.find((hop) => hop.needsOpenSsh !== undefined)?.needsOpenSsh
}
