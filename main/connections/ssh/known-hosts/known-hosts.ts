import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The known_hosts files of OpenSSH (sshd(8), “SSH_KNOWN_HOSTS FILE FORMAT”): hashed hosts, ports, wildcards, negation,
 * `@revoked` and `@cert-authority`. Read anew at each question; lines that are none are passed over, as OpenSSH does.
 */

const USUAL_PORT = 22

export interface KnownKey {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly marker?: 'revoked' | 'cert-authority'
  /** As written: names, or a hash. */
  readonly hosts: string
  readonly type: string
  /** The key in its wire form. */
  readonly key: Buffer
}

export type HostKeyVerdict =
  | { readonly kind: 'known'; readonly by: KnownKey }
  /** Nothing says that this is the host; `others` are keys of other types that it had. */
  | {
      readonly kind: 'unknown'
      readonly others: readonly KnownKey[]
      readonly names: readonly KnownKey[]
    }
  /** The host had another key of this type. */
  | { readonly kind: 'changed'; readonly was: KnownKey }
  | { readonly kind: 'revoked'; readonly by: KnownKey }

/** `SHA256:…`, as ssh-keygen shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/u, '')}`
}

/** The type that stands at the beginning of a key's wire form. */
export function keyType(key: Buffer): string {
  if (key.length < 4) return 'unknown'
  const length = key.readUInt32BE(0)
  return length > 64 ? 'unknown' : key.subarray(4, 4 + length).toString('latin1')
}

/** How a host is called in the files. */
export function knownName(host: string, port: number): string {
  const name = host.toLowerCase()
  return port === USUAL_PORT ? name : `[${name}]:${port}`
}

function parseLine(text: string, file: string, line: number): KnownKey | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.startsWith('#')) return undefined
  const words = trimmed.split(/[ \t]+/u)
  const mark = words[0]?.startsWith('@') === true ? words.shift() : undefined
  if (mark !== undefined && mark !== '@revoked' && mark !== '@cert-authority') return undefined
  const [hosts, type, base64] = words
  if (hosts === undefined || type === undefined || base64 === undefined) return undefined
  const key = Buffer.from(base64, 'base64')
  if (key.length === 0 || keyType(key) !== type) return undefined
  return {
    file,
    line,
    ...(mark === '@revoked' && { marker: 'revoked' as const }),
    ...(mark === '@cert-authority' && { marker: 'cert-authority' as const }),
    hosts,
    type,
    key,
  }
}

interface ReadLine {
  readonly line: number
  readonly key: KnownKey | undefined
  readonly unread: boolean
}

function readLines(file: string): readonly ReadLine[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // No file is no known host. One that cannot be read makes every host unknown, which asks.
    return []
  }
  return text.split(/\r?\n/u).map((written, index) => {
    const key = parseLine(written, file, index + 1)
    const empty = written.trim() === '' || written.trimStart().startsWith('#')
    return { line: index + 1, key, unread: key === undefined && !empty }
  })
}

function matchesHashed(hashed: string, name: string): boolean {
  const [, , salt, digest] = hashed.split('|')
  if (salt === undefined || digest === undefined) return false
  const wanted = Buffer.from(digest, 'base64')
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  return wanted.length === actual.length && timingSafeEqual(wanted, actual)
}

/** Wildcards * and ? of one pattern. Linear: patterns come from files that others may write. */
function matchesPattern(pattern: string, name: string): boolean {
  let at = 0
  let from = 0
  let star = -1
  let retry = 0
  while (from < name.length) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[from])) {
      at++
      from++
    } else if (at < pattern.length && pattern[at] === '*') {
      star = at++
      retry = from
    } else if (star !== -1) {
      at = star + 1
      from = ++retry
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

/** Whether a line is about a host; `name` as `knownName` gives it. */
export function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHashed(hosts, name)
  let found = false
  for (const written of hosts.toLowerCase().split(',')) {
    const negated = written.startsWith('!')
    if (!matchesPattern(negated ? written.slice(1) : written, name)) continue
    if (negated) return false
    found = true
  }
  return found
}

/** A line of a file that says nothing that could be understood. */
export interface UnreadLine {
  readonly file: string
  readonly line: number
}

export class KnownHosts {
  readonly #files: readonly string[]

  /** In the order they are asked; the first is the one that new keys are remembered in. */
  constructor(files: readonly string[]) {
    this.#files = files
  }

  #keys(): KnownKey[] {
    return this.#files.flatMap((file) => readLines(file).flatMap(({ key }) => key ?? []))
  }

  /** What the files say of this key for this host. */
  check(host: string, port: number, key: Buffer): HostKeyVerdict {
    const name = knownName(host, port)
    const all = this.#keys()
    const ofHost = all.filter(({ hosts }) => matchesHosts(hosts, name))
    // A key that is known of the host at its usual port is known at another one too, as OpenSSH has it.
    const ofUsualPort =
      port === USUAL_PORT
        ? ofHost
        : all.filter(({ hosts }) => matchesHosts(hosts, knownName(host, USUAL_PORT)))
    const revoked = [...ofHost, ...ofUsualPort].find(
      (one) => one.marker === 'revoked' && one.key.equals(key),
    )
    if (revoked !== undefined) return { kind: 'revoked', by: revoked }
    const plain = ofHost.filter(({ marker }) => marker === undefined)
    const by = plain.find((one) => one.key.equals(key))
    if (by !== undefined) return { kind: 'known', by }
    const type = keyType(key)
    const was = plain.find((one) => one.type === type)
    if (was !== undefined) return { kind: 'changed', was }
    const usual = ofUsualPort.find((one) => one.marker === undefined && one.key.equals(key))
    if (usual !== undefined && plain.length === 0) return { kind: 'known', by: usual }
    const names = all.filter((one) => one.marker === undefined && one.key.equals(key))
    return { kind: 'unknown', others: plain, names }
  }

  /** Types of the keys that are known of a host: to be asked for first, so that a known key is shown. */
  typesOf(host: string, port: number): readonly string[] {
    const name = knownName(host, port)
    const types = this.#keys()
      .filter(({ marker, hosts }) => marker === undefined && matchesHosts(hosts, name))
      .map(({ type }) => type)
    return [...new Set(types)]
  }

  /** The authorities that vouch for keys of this host, which only OpenSSH can check. */
  authoritiesOf(host: string, port: number): readonly KnownKey[] {
    const names = [knownName(host, port), knownName(host, USUAL_PORT)]
    return this.#keys().filter(
      ({ marker, hosts }) =>
        marker === 'cert-authority' && names.some((name) => matchesHosts(hosts, name)),
    )
  }

  /** Lines that were passed over: neither a key, nor a comment, nor empty. */
  unread(): readonly UnreadLine[] {
    return this.#files.flatMap((file) =>
      readLines(file).flatMap(({ line, unread }) => (unread ? [{ file, line }] : [])),
    )
  }

  /**
   * Adds one line to the first file. Nothing that stands in it is changed. `hashed` hides the name, as HashKnownHosts
   * does. Throws when it cannot be written.
   */
  remember(host: string, port: number, key: Buffer, hashed = false): void {
    const [file] = this.#files
    if (file === undefined) throw new Error('There is no known_hosts file to remember the key in.')
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const exists = existsSync(file)
    const before = exists ? readFileSync(file, 'utf8') : ''
    const gap = before === '' || before.endsWith('\n') ? '' : '\n'
    const name = knownName(host, port)
    appendFileSync(
      file,
      `${gap}${hashed ? hash(name) : name} ${keyType(key)} ${key.toString('base64')}\n`,
    )
    if (!exists && process.platform !== 'win32') chmodSync(file, 0o600)
  }
}

/** A name that can be recognised and not read. */
function hash(name: string): string {
  const salt = randomBytes(20)
  const digest = createHmac('sha1', salt).update(name).digest('base64')
  return `|1|${salt.toString('base64')}|${digest}`
}
