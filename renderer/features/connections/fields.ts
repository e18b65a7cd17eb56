import {
  httpProfileSchema,
  localProfileSchema,
  postgresProfileSchema,
  redisProfileSchema,
  sshProfileSchema,
  type Profile,
  type SecretSource,
} from '../../../main/core/connection/profile.ts'
import { fieldsOf, type FieldSpec } from './field-specs.ts'

/** What a form shows of a profile, and the profile that is made of it. */

export type Draft = Readonly<Record<string, string>>

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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of `tls.ca` and the like. */
function valueAt(profile: object, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), profile)
}

function shown({ key, kind }: FieldSpec, profile: Profile): string {
  const value = valueAt(profile, key)
  switch (kind) {
    case 'yes':
      return value === undefined || value === false ? '' : 'yes'
    case 'secret':
      return isSource(value) ? sourceText(value) : ''
    case 'text-or-none':
      return value === false ? 'none' : typeof value === 'string' ? value : ''
    case 'seconds':
      return typeof value === 'number' ? String(value / 1000) : ''
    case 'list':
      return Array.isArray(value) ? value.join(', ') : ''
    case 'text':
    case 'number':
    case 'choice':
      return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
}

/** What the form shows of a profile. */
export function draftOf(profile: Profile): Draft {
  return {
    name: profile.name,
    description: profile.description ?? '',
    ...Object.fromEntries(
      fieldsOf(profile.kind).map((field) => [field.key, shown(field, profile)]),
    ),
  }
}

const SCHEMAS = {
  ssh: sshProfileSchema,
  postgres: postgresProfileSchema,
  redis: redisProfileSchema,
  http: httpProfileSchema,
  local: localProfileSchema,
} as const

function isWithin(value: number, [least, most]: readonly [number, number]): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

const PASSWORD_IN_URL = /:\/\/[^/?#@]*:[^/?#]+@/u

/** The member a field means; a string under `problem` is what is wrong with it. */
function meant(
  { kind, range }: FieldSpec,
  text: string,
): { readonly value: unknown } | { readonly problem: string } {
  if (text === '') return { value: undefined }
  switch (kind) {
    case 'yes':
      return { value: true }
    case 'number':
      if (range !== undefined && !isWithin(Number(text), range))
        return { problem: `Write a whole number from ${range[0]} to ${range[1]}.` }
      return { value: Number(text) }
    case 'seconds':
      return Number.isFinite(Number(text)) && Number(text) >= 0
        ? { value: Math.round(Number(text) * 1000) }
        : { problem: 'Write a number of seconds.' }
    case 'list':
      return {
        value: text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      }
    case 'secret': {
      const source = sourceOf(text)
      return typeof source === 'string' ? { problem: source } : { value: source }
    }
    case 'text-or-none':
    case 'text':
    case 'choice':
      if (PASSWORD_IN_URL.test(text))
        return {
          problem: 'This URL has a password in it. Take it out, and say below where it comes from.',
        }
      return { value: kind === 'text-or-none' && text === 'none' ? false : text }
  }
}

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
  const put = (into: Record<string, unknown>, key: string, value: unknown): void => {
    if (value === undefined || value === '') Reflect.deleteProperty(into, key)
    else into[key] = value
  }
  put(members, 'description', (draft['description'] ?? '').trim())
  for (const field of fieldsOf(kind)) {
    const found = meant(field, (draft[field.key] ?? '').trim())
    if ('problem' in found) {
      problems[field.key] = found.problem
      continue
    }
    const [parent = '', child] = field.key.split('.')
    if (child === undefined) {
      // A box that stays ticked keeps what it stands for: `tls` may hold more than a yes.
      const stays = field.kind === 'yes' && found.value === true && isObject(members[parent])
      if (!stays) put(members, parent, found.value)
      continue
    }
    const held = members[parent]
    const inner = { ...(isObject(held) ? held : {}) }
    // A member of its own is not made of what nobody said.
    const isSaid = found.value !== undefined || Object.keys(inner).some((key) => key !== child)
    put(inner, child, isSaid ? (found.value ?? field.standard) : undefined)
    if (Object.keys(inner).length > 0) members[parent] = inner
    else if (isObject(held)) put(members, parent, isTicked(kind, parent, draft) ? true : undefined)
  }
  const parsed = SCHEMAS[kind].safeParse(members)
  if (!parsed.success) {
    const keys = new Set(fieldsOf(kind).map(({ key }) => key))
    for (const { path, message } of parsed.error.issues) {
      const whole = path.slice(0, 2).join('.')
      problems[keys.has(whole) ? whole : String(path[0] ?? 'name')] ??= plain(
        valueAt(members, path.join('.')),
        message,
      )
    }
  }
  if (Object.keys(problems).length > 0 || !parsed.success) return { problems }
  return { profile: parsed.data }
}

function isTicked(kind: Profile['kind'], key: string, draft: Draft): boolean {
  return draft[key] === 'yes' && fieldsOf(kind).some((field) => field.key === key)
}

/** What the schema says, for a person at a form. */
function plain(value: unknown, message: string): string {
  if (value === undefined) return 'This is needed.'
  return Number.isNaN(value) ? 'Write a number.' : message
}
