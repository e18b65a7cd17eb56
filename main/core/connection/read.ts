import { defined } from '../defined.ts'
import { Diagnostics } from '../runbook/diagnostics.ts'
import type { Diagnostic } from '../runbook/model.ts'
import { Positions } from '../runbook/positions.ts'
import { IDENTIFIER } from '../runbook/schemas.ts'
import { readYaml, reportIssues, type YamlValue } from '../runbook/yaml.ts'
import type { Environment, Profile } from './profile.ts'
import { environmentSchema, fileSchema, PROFILE_KINDS, PROFILE_SCHEMAS } from './schemas.ts'
import { hostHasPassword, urlHasPassword } from './written-secrets.ts'
import { httpProfile, localProfile, postgresProfile, redisProfile, sshProfile } from './written.ts'

/** Far beyond any file of connections; a longer one is refused in words. */
const LIMITS = { characters: 512 * 1024, parts: 10_000 }

export interface ParsedConnections {
  readonly environments: readonly Environment[]
  /** In source order. What has an error is left out of the environments; the rest is there. */
  readonly diagnostics: readonly Diagnostic[]
  /** Profiles that are written but have an error: their names lead nowhere, and not to anything else of that name. */
  readonly refused: readonly {
    readonly environment: string
    readonly profile: string
    /** The first that is wrong with it. */
    readonly why: Diagnostic | undefined
  }[]
}

/** Reads the text of a `connections.yaml`. Never throws. An empty text is an empty file. */
export function parseConnections(source: string): ParsedConnections {
  const diagnostics = new Diagnostics()
  const positions = new Positions(source)
  const begin = source.startsWith('\uFEFF') ? 1 : 0
  const text = source.slice(begin)
  const range = positions.range(begin, Math.min(source.length, begin + 1))
  const yaml = readYaml({ text, offset: begin, range, limits: LIMITS }, positions, diagnostics)
  const environments = yaml === undefined || yaml.value === null ? [] : file(yaml, diagnostics)
  const sorted = diagnostics.sorted()
  const refused = yaml === undefined ? [] : refusedProfiles(yaml, environments, sorted)
  return { environments, diagnostics: sorted, refused }
}

function refusedProfiles(
  yaml: YamlValue,
  read: readonly Environment[],
  diagnostics: readonly Diagnostic[],
): ParsedConnections['refused'] {
  const environments = isMap(yaml.value) ? yaml.value['environments'] : undefined
  if (!isMap(environments)) return []
  return Object.entries(environments).flatMap(([environment, written]) => {
    const profiles = isMap(written) ? written['profiles'] : undefined
    if (!isMap(profiles)) return []
    const good = read.find(({ name }) => name === environment)?.profiles ?? []
    return Object.keys(profiles)
      .filter((profile) => !good.some(({ name }) => name === profile))
      .map((profile) => {
        const at = ['environments', environment, 'profiles']
        const key = yaml.rangeOfKey(at, profile).start.offset
        const end = yaml.rangeOf([...at, profile]).end.offset
        const why = diagnostics.find(
          ({ severity, range: { start } }) =>
            severity === 'error' && start.offset >= key && start.offset <= end,
        )
        return { environment, profile, why }
      })
  })
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function file(yaml: YamlValue, diagnostics: Diagnostics): Environment[] {
  const parsed = fileSchema.safeParse(yaml.value, { reportInput: true })
  if (!parsed.success) {
    const described = { name: 'the file', knownKeys: () => Object.keys(fileSchema.shape) }
    reportIssues(described, parsed.error.issues, yaml, diagnostics)
  }
  const environments = isMap(yaml.value) ? yaml.value['environments'] : undefined
  if (!isMap(environments)) return []
  return Object.entries(environments).flatMap(([name, written]) => {
    checkName(name, ['environments'], yaml, diagnostics)
    return environment(name, written ?? {}, yaml, diagnostics)
  })
}

function checkName(
  name: string,
  path: readonly PropertyKey[],
  yaml: YamlValue,
  diagnostics: Diagnostics,
): void {
  if (IDENTIFIER.test(name)) return
  diagnostics.add(
    'bad-name',
    yaml.rangeOfKey(path, name),
    `“${name}” cannot be a name. Use letters, digits, dots, hyphens and underscores.`,
  )
}

function environment(
  name: string,
  written: unknown,
  yaml: YamlValue,
  diagnostics: Diagnostics,
): Environment[] {
  const at = ['environments', name]
  const parsed = environmentSchema.safeParse(written, { reportInput: true })
  if (!parsed.success) {
    const described = {
      name: `the environment ${name}`,
      at,
      knownKeys: () => Object.keys(environmentSchema.shape),
    }
    reportIssues(described, parsed.error.issues, yaml, diagnostics)
  }
  if (!isMap(written)) return []
  const profiles = isMap(written['profiles']) ? written['profiles'] : {}
  const names = Object.keys(profiles)
  const read = Object.entries(profiles).flatMap(([profile, value]) => {
    checkName(profile, [...at, 'profiles'], yaml, diagnostics)
    return readProfile(profile, value, [...at, 'profiles', profile], yaml, diagnostics)
  })
  for (const profile of read) checkVia(profile, names, [...at, 'profiles'], yaml, diagnostics)
  return [{ name, production: isProduction(name, written['production']), profiles: read }]
}

/** Nobody should have to remember to mark the one that matters. A mark that cannot be read counts as one. */
function isProduction(name: string, written: unknown): boolean {
  if (written === undefined) return name === 'production'
  return written !== false
}

function checkVia(
  profile: Profile,
  names: readonly string[],
  path: readonly PropertyKey[],
  yaml: YamlValue,
  diagnostics: Diagnostics,
): void {
  if (!('via' in profile) || profile.via === undefined || names.includes(profile.via)) return
  diagnostics.add(
    'via-unknown',
    yaml.rangeOf([...path, profile.name, 'via']),
    `There is no profile “${profile.via}” in this environment; it is taken for an alias of the ssh configuration.`,
  )
}

/** One profile. Undefined members and problems are said; a profile with an error is left out. */
function readProfile(
  name: string,
  value: unknown,
  at: readonly PropertyKey[],
  yaml: YamlValue,
  diagnostics: Diagnostics,
): Profile[] {
  const kinds = isMap(value) ? PROFILE_KINDS.filter((kind) => Object.hasOwn(value, kind)) : []
  const [kind] = kinds
  if (!isMap(value) || kind === undefined || kinds.length > 1) {
    diagnostics.add(
      'profile-kind',
      yaml.rangeOfKey(at.slice(0, -1), name),
      `The profile “${name}” needs exactly one of ${PROFILE_KINDS.join(', ')}, such as { ssh: host } or { postgres: "postgres://host/database" }.`,
    )
    return []
  }
  const known = Object.keys(PROFILE_SCHEMAS[kind].shape)
  const described = { name: `a profile of kind ${kind}`, at, knownKeys: () => known }
  const fail = (issues: Parameters<typeof reportIssues>[1]): Profile[] => {
    reportIssues(described, issues, yaml, diagnostics)
    return []
  }
  if (secretsInPlaces(value, at, yaml, diagnostics)) return []
  switch (kind) {
    case 'ssh': {
      const parsed = PROFILE_SCHEMAS.ssh.safeParse(value, { reportInput: true })
      return parsed.success ? [sshProfile(name, parsed.data)] : fail(parsed.error.issues)
    }
    case 'postgres': {
      const parsed = PROFILE_SCHEMAS.postgres.safeParse(value, { reportInput: true })
      return parsed.success ? [postgresProfile(name, parsed.data)] : fail(parsed.error.issues)
    }
    case 'redis': {
      const parsed = PROFILE_SCHEMAS.redis.safeParse(value, { reportInput: true })
      return parsed.success ? [redisProfile(name, parsed.data)] : fail(parsed.error.issues)
    }
    case 'http': {
      const parsed = PROFILE_SCHEMAS.http.safeParse(value, { reportInput: true })
      return parsed.success ? [httpProfile(name, parsed.data)] : fail(parsed.error.issues)
    }
    case 'local': {
      const parsed = PROFILE_SCHEMAS.local.safeParse(value, { reportInput: true })
      return parsed.success ? [localProfile(name, parsed.data)] : fail(parsed.error.issues)
    }
  }
}

/** Passwords in URLs and beside the names of hosts. A password that stands in its own key is found by the schema. */
function secretsInPlaces(
  value: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
  yaml: YamlValue,
  diagnostics: Diagnostics,
): boolean {
  let found = false
  for (const key of ['postgres', 'redis', 'http', 'proxy'] as const) {
    const written = value[key]
    if (typeof written !== 'string' || !urlHasPassword(written)) continue
    found = true
    diagnostics.add(
      'secret-in-file',
      yaml.rangeOf([...at, key]),
      `This URL has a password in it. Take it out, and write beside it where it comes from: ${key === 'proxy' ? 'proxy-password' : 'password'}: ask, { env: NAME }, { command: [program, argument] } or { keychain: name }.`,
    )
  }
  for (const key of ['ssh', 'jump'] as const) {
    const written = value[key]
    const hosts = Array.isArray(written) ? written : [written]
    if (!hosts.some((host) => typeof host === 'string' && hostHasPassword(host))) continue
    found = true
    diagnostics.add(
      'secret-in-file',
      yaml.rangeOf([...at, key]),
      'This host has a password in it. Take it out, and write beside it where it comes from: password: ask, { env: NAME }, { command: [program, argument] } or { keychain: name }.',
    )
  }
  return found
}

/** One line about a profile, without secrets, for lists and for the record of a run. */
export function profileSummary(profile: Profile): string {
  const parts = defined({ ...summaryParts(profile) })
  return Object.values(parts).join(' ')
}

function summaryParts(profile: Profile): Record<string, string | undefined> {
  const via = 'via' in profile && profile.via !== undefined ? `via ${profile.via}` : undefined
  switch (profile.kind) {
    case 'ssh': {
      const user = profile.user === undefined ? '' : `${profile.user}@`
      const port = profile.port === undefined ? '' : `:${profile.port}`
      return {
        hosts: `ssh ${profile.hosts.map((host) => `${user}${host}${port}`).join(', ')}`,
        jump: profile.jump && `through ${profile.jump.join(', ')}`,
      }
    }
    case 'postgres': {
      const { service, host, port, database, user, url } = profile
      const member =
        service === undefined
          ? `${user === undefined ? '' : `${user}@`}${host ?? 'localhost'}${port === undefined ? '' : `:${port}`}${database === undefined ? '' : `/${database}`}`
          : `service ${service}`
      const mode = profile.sslMode === undefined ? undefined : `sslmode ${profile.sslMode}`
      return { where: `postgres ${url ?? member}`, mode, via }
    }
    case 'redis': {
      const { url, host, port, sentinel, cluster } = profile
      const where =
        sentinel !== undefined
          ? `${sentinel.master} of sentinels ${sentinel.nodes.join(', ')}`
          : cluster !== undefined
            ? `cluster ${cluster.join(', ')}`
            : (url ?? `${host ?? 'localhost'}:${port ?? 6379}`)
      return { where: `redis ${where}`, via }
    }
    case 'http':
      return {
        where: `http ${profile.url}`,
        proxy: typeof profile.proxy === 'string' ? `proxy ${profile.proxy}` : undefined,
        via,
      }
    case 'local':
      return { where: 'this laptop', folder: profile.folder }
  }
}
