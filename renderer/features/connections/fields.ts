import {
  httpProfileSchema,
  localProfileSchema,
  postgresProfileSchema,
  redisProfileSchema,
  SSL_MODES,
  sshProfileSchema,
  TRANSPORTS,
  type Profile,
  type SecretSource,
} from '../../../main/core/connection/profile.ts'

/** The fields of a profile's form, and what is made of them. Members that have no field are kept as they were. */

export type Draft = Readonly<Record<string, string>>

export interface FieldSpec {
  readonly key: string
  readonly label: string
  readonly hint?: string
  readonly kind: 'text' | 'number' | 'list' | 'choice' | 'secret'
  readonly choices?: readonly string[]
}

const via: FieldSpec = {
  key: 'via',
  label: 'Through the ssh profile',
  hint: 'The connection goes through that host. No port is opened on this laptop.',
  kind: 'text',
}
const password: FieldSpec = { key: 'password', label: 'Password', kind: 'secret' }

export const FIELDS: Readonly<Record<Profile['kind'], readonly FieldSpec[]>> = {
  ssh: [
    {
      key: 'hosts',
      label: 'Hosts',
      hint: 'A host or an ssh alias; several, with commas between.',
      kind: 'list',
    },
    { key: 'user', label: 'User', kind: 'text' },
    { key: 'port', label: 'Port', kind: 'number' },
    {
      key: 'jump',
      label: 'Jump hosts',
      hint: 'From this laptop outwards, with commas between.',
      kind: 'list',
    },
    { key: 'identityFiles', label: 'Key files', kind: 'list' },
    { key: 'transport', label: 'Transport', kind: 'choice', choices: TRANSPORTS },
    password,
    { key: 'passphrase', label: 'Passphrase of the key', kind: 'secret' },
  ],
  postgres: [
    {
      key: 'url',
      label: 'URL',
      hint: 'postgres://user@host/database, without a password.',
      kind: 'text',
    },
    { key: 'service', label: 'Service', hint: 'An entry of pg_service.conf.', kind: 'text' },
    { key: 'host', label: 'Host', kind: 'text' },
    { key: 'port', label: 'Port', kind: 'number' },
    { key: 'database', label: 'Database', kind: 'text' },
    { key: 'user', label: 'User', kind: 'text' },
    { key: 'sslMode', label: 'sslmode', kind: 'choice', choices: SSL_MODES },
    { key: 'sslRootCertificate', label: 'Root certificate', kind: 'text' },
    password,
    via,
  ],
  redis: [
    {
      key: 'url',
      label: 'URL',
      hint: 'redis://host:6379 or rediss://host, without a password.',
      kind: 'text',
    },
    { key: 'host', label: 'Host', kind: 'text' },
    { key: 'port', label: 'Port', kind: 'number' },
    { key: 'user', label: 'User', kind: 'text' },
    {
      key: 'cluster',
      label: 'Cluster nodes',
      hint: 'host:port, with commas between.',
      kind: 'list',
    },
    password,
    via,
  ],
  http: [
    { key: 'url', label: 'Base URL', kind: 'text' },
    { key: 'proxy', label: 'Proxy', kind: 'text' },
    { key: 'redirects', label: 'Redirects that are followed', kind: 'number' },
    { key: 'bearer', label: 'Bearer token', kind: 'secret' },
    via,
  ],
  local: [{ key: 'folder', label: 'Folder where blocks start', kind: 'text' }],
}

/** A secret's source as one line: `ask`, `env NAME`, `keychain NAME`, or `command PROGRAM ARGUMENT…`. */
export function sourceText(source: SecretSource | undefined): string {
  switch (source?.from) {
    case undefined:
      return ''
    case 'ask':
      return 'ask'
    case 'environment':
      return `env ${source.name}`
    case 'keychain':
      return `keychain ${source.name}`
    case 'command':
      return `command ${source.command.map((word) => (/[\s'"]/u.test(word) ? JSON.stringify(word) : word)).join(' ')}`
  }
}

/** The source a line means; a string is the words for what is wrong. */
export function sourceOf(text: string): SecretSource | undefined | string {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (trimmed === 'ask') return { from: 'ask' }
  const [word = '', ...rest] = trimmed.match(/"(?:\\.|[^"\\])*"|\S+/gu) ?? []
  const [name] = rest
  if (word === 'env' && name !== undefined && rest.length === 1)
    return { from: 'environment', name }
  if (word === 'keychain' && name !== undefined) return { from: 'keychain', name: rest.join(' ') }
  if (word === 'command' && name !== undefined)
    return {
      from: 'command',
      command: rest.map((part) =>
        part.startsWith('"') ? part.slice(1, -1).replaceAll(/\\(.)/gu, '$1') : part,
      ),
    }
  return word === 'env' || word === 'keychain'
    ? 'Write its name, in one word.'
    : 'Write the program and its arguments.'
}

function isSource(value: unknown): value is SecretSource {
  return typeof value === 'object' && value !== null && 'from' in value
}

/** What the form shows of a profile. */
export function draftOf(profile: Profile): Draft {
  const draft: Record<string, string> = {
    name: profile.name,
    description: profile.description ?? '',
  }
  for (const { key, kind } of FIELDS[profile.kind]) {
    const value: unknown = Reflect.get(profile, key)
    if (value === undefined || value === false) draft[key] = ''
    else if (kind === 'secret') draft[key] = isSource(value) ? sourceText(value) : ''
    else if (Array.isArray(value)) draft[key] = value.join(', ')
    else draft[key] = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  return draft
}

const SCHEMAS = {
  ssh: sshProfileSchema,
  postgres: postgresProfileSchema,
  redis: redisProfileSchema,
  http: httpProfileSchema,
  local: localProfileSchema,
} as const

/** The profile that a form means, or what is wrong with each of its fields. */
export function profileOf(
  kind: Profile['kind'],
  draft: Draft,
  before: Profile | undefined,
): { readonly profile: Profile } | { readonly problems: Readonly<Record<string, string>> } {
  const members: Record<string, unknown> = { ...(before?.kind === kind ? before : {}), kind }
  const problems: Record<string, string> = {}
  const name = (draft['name'] ?? '').trim()
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,127}$/u.test(name))
    problems['name'] = 'Use letters, digits, dots, hyphens and underscores.'
  members['name'] = name
  const set = (key: string, value: unknown): void => {
    if (value === undefined || value === '') Reflect.deleteProperty(members, key)
    else members[key] = value
  }
  set('description', (draft['description'] ?? '').trim())
  for (const field of FIELDS[kind]) {
    const text = (draft[field.key] ?? '').trim()
    switch (field.kind) {
      case 'number':
        set(field.key, text === '' ? undefined : Number(text))
        break
      case 'list': {
        const parts = text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
        set(field.key, parts.length === 0 ? undefined : parts)
        break
      }
      case 'secret': {
        const source = sourceOf(text)
        if (typeof source === 'string') problems[field.key] = source
        else set(field.key, source)
        break
      }
      case 'text':
      case 'choice':
        if (/:\/\/[^/?#@]*:[^/?#]+@/u.test(text))
          problems[field.key] =
            'This URL has a password in it. Take it out, and say below where it comes from.'
        set(field.key, text)
    }
  }
  const parsed = SCHEMAS[kind].safeParse(members)
  if (!parsed.success)
    for (const issue of parsed.error.issues)
      problems[String(issue.path[0] ?? 'name')] ??= issue.message
  if (Object.keys(problems).length > 0 || !parsed.success) return { problems }
  return { profile: parsed.data }
}
