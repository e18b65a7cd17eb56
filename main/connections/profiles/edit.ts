import { Document, isCollection, isMap, isNode, parseDocument, type Node, type YAMLMap } from 'yaml'
import type { Profile } from '../../core/connection/profile.ts'
import { writtenSecret } from '../../core/connection/written.ts'

/** Changes to `connections.yaml` that keep everything else in it: comments, order, and how people wrote it. */

export type Edit =
  | {
      readonly kind: 'save'
      readonly environment: string
      readonly profile: Profile
      /** The name it had before. */
      readonly replaces: string
    }
  | { readonly kind: 'remove'; readonly environment: string; readonly profile: string }
  | { readonly kind: 'environment'; readonly environment: string; readonly production: boolean }

/** The text after the edits. `source` must have been read without errors. */
export function editConnections(source: string, edits: readonly Edit[]): string {
  const document = parseDocument(source)
  const environments = mapAt(document, undefined, 'environments')
  for (const edit of edits) apply(document, environments, edit)
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function apply(document: Document, environments: YAMLMap, edit: Edit): void {
  switch (edit.kind) {
    case 'environment': {
      const environment = mapAt(document, environments, edit.environment)
      if (edit.production !== (edit.environment === 'production'))
        environment.set('production', edit.production)
      else environment.delete('production')
      break
    }
    case 'remove': {
      const profiles = mapAt(document, mapAt(document, environments, edit.environment), 'profiles')
      profiles.delete(edit.profile)
      break
    }
    case 'save': {
      const profiles = mapAt(document, mapAt(document, environments, edit.environment), 'profiles')
      saveInto(document, profiles, edit.profile, edit.replaces)
      break
    }
  }
}

/** The map under a key; made when there is none. */
function mapAt(document: Document, parent: YAMLMap | undefined, key: string): YAMLMap {
  const found = parent === undefined ? document.get(key) : parent.get(key)
  if (isMap(found)) {
    // An empty map is written as {}; what is put into it reads better as a block.
    if (found.items.length === 0) found.flow = false
    return found
  }
  const made = document.createNode({})
  if (!isMap(made)) throw new Error('The YAML library made no map of an object.')
  if (parent === undefined) document.set(key, made)
  else parent.set(key, made)
  return made
}

function saveInto(document: Document, profiles: YAMLMap, profile: Profile, replaces: string): void {
  const written = writtenProfile(profile)
  const existing = profiles.get(replaces)
  if (isMap(existing)) {
    const keep = new Set(Object.keys(written))
    for (const { key } of existing.items.slice()) {
      const name = String(key)
      if (!keep.has(name)) existing.delete(name)
    }
    for (const [key, value] of Object.entries(written)) {
      // What did not change keeps its comments and its quotes.
      if (!same(existing.get(key), value)) existing.set(key, compact(document, value))
    }
    if (profile.name !== replaces) rename(profiles, replaces, profile.name)
    return
  }
  const node = document.createNode(written)
  if (isMap(node)) {
    node.flow = Object.keys(written).length <= 3
    for (const { value } of node.items) if (isCollection(value)) value.flow = true
  }
  profiles.set(profile.name, node)
}

/** A member of a profile, in one line: `{ env: NAME }`, `[a, b]`. */
function compact(document: Document, value: unknown): Node {
  const node = document.createNode(value)
  if (isCollection(node)) node.flow = true
  return node
}

function same(node: unknown, value: unknown): boolean {
  const before: unknown = isNode(node) ? node.toJSON() : node
  return JSON.stringify(before) === JSON.stringify(value)
}

function rename(profiles: YAMLMap, from: string, to: string): void {
  const pair = profiles.items.find(({ key }) => String(key) === from)
  if (pair !== undefined) pair.key = new Document(to).contents
}

/** A profile as a person would write it. Members that say nothing are left out. */
export function writtenProfile(profile: Profile): Record<string, unknown> {
  const entries = Object.entries(writtenMembers(profile)).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries)
}

function single(values: readonly string[] | undefined): string | readonly string[] | undefined {
  return values?.length === 1 ? values[0] : values
}

function writtenDuration(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`
}

function writtenTls(tls: Exclude<Extract<Profile, { kind: 'redis' }>['tls'], undefined>): unknown {
  if (typeof tls === 'boolean') return tls
  return {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.certificate !== undefined && { cert: tls.certificate }),
    ...(tls.key !== undefined && { key: tls.key }),
    ...(tls.serverName !== undefined && { 'server-name': tls.serverName }),
  }
}

function writtenMembers(profile: Profile): Record<string, unknown> {
  const common = {
    description: profile.description,
    'connect-timeout': writtenDuration(profile.connectTimeoutMs),
  }
  switch (profile.kind) {
    case 'ssh':
      return {
        ssh: single(profile.hosts),
        ...common,
        user: profile.user,
        port: profile.port,
        identity: single(profile.identityFiles),
        'identities-only': profile.identitiesOnly,
        jump: single(profile.jump),
        agent: profile.agent,
        transport: profile.transport,
        config: profile.configFile,
        'known-hosts': single(profile.knownHostsFiles),
        'keep-alive': profile.keepAlive && {
          every: writtenDuration(profile.keepAlive.everyMs),
          misses: profile.keepAlive.misses,
        },
        password: profile.password && writtenSecret(profile.password),
        passphrase: profile.passphrase && writtenSecret(profile.passphrase),
      }
    case 'postgres':
      return {
        postgres: profile.url ?? true,
        ...common,
        service: profile.service,
        host: profile.host,
        port: profile.port,
        database: profile.database,
        user: profile.user,
        sslmode: profile.sslMode,
        sslrootcert: profile.sslRootCertificate,
        sslcert: profile.sslCertificate,
        sslkey: profile.sslKey,
        password: profile.password && writtenSecret(profile.password),
        via: profile.via,
        'read-only': profile.readOnly,
        'max-rows': profile.maxRows,
        'max-bytes': profile.maxBytes,
      }
    case 'redis':
      return {
        redis: profile.url ?? true,
        ...common,
        host: profile.host,
        port: profile.port,
        database: profile.database,
        user: profile.user,
        password: profile.password && writtenSecret(profile.password),
        tls: profile.tls === undefined ? undefined : writtenTls(profile.tls),
        sentinel: profile.sentinel && {
          master: profile.sentinel.master,
          nodes: profile.sentinel.nodes,
          ...(profile.sentinel.user !== undefined && { user: profile.sentinel.user }),
          ...(profile.sentinel.password && { password: writtenSecret(profile.sentinel.password) }),
        },
        cluster: profile.cluster,
        via: profile.via,
      }
    case 'http':
      return {
        http: profile.url,
        ...common,
        proxy: profile.proxy,
        'proxy-password': profile.proxyPassword && writtenSecret(profile.proxyPassword),
        tls: profile.tls && writtenTls(profile.tls),
        bearer: profile.bearer && writtenSecret(profile.bearer),
        basic: profile.basic && {
          user: profile.basic.user,
          password: writtenSecret(profile.basic.password),
        },
        'max-bytes': profile.maxBytes,
        redirects: profile.redirects,
        via: profile.via,
      }
    case 'local':
      return { local: profile.folder ?? true, description: profile.description }
  }
}
