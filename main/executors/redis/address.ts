import type { RedisProfile } from '../../core/connection/profile.ts'
import { DialError, type Place } from '../network/sockets.ts'
import type { TlsProfile } from '../network/tls-files.ts'

/** What a profile says about where its server is and who asks. Single members win over parts of the URL. */

export interface RedisAddress extends Place {
  readonly database: number
  readonly user: string | undefined
  /** Undefined: no TLS. */
  readonly tls: TlsProfile | undefined
}

const PORT = 6379
const SENTINEL_PORT = 26_379

/** `host:port`, `[::1]:port` or a host alone. Throws a `DialError`. */
export function readPlace(text: string, port: number): Place {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/u.exec(text)
  const host = match?.[1] ?? match?.[2]
  const given = match?.[3] === undefined ? port : Number(match[3])
  if (host === undefined || given < 1 || given > 65_535)
    throw new DialError(`“${text}” is not a place such as cache-1:6379.`)
  return { host, port: given }
}

/** Throws a `DialError` when the URL cannot be read. */
export function addressOf(profile: RedisProfile): RedisAddress {
  const url = profile.url === undefined ? undefined : readUrl(profile.url)
  const path = url?.pathname.slice(1) ?? ''
  if (path !== '' && !/^\d{1,5}$/u.test(path))
    throw new DialError(`“${path}” in the URL of ${profile.name} is not the number of a database.`)
  const secured = url?.protocol === 'rediss:'
  const { tls } = profile
  return {
    host: profile.host ?? (url === undefined || url.hostname === '' ? 'localhost' : bare(url)),
    port: profile.port ?? (url === undefined || url.port === '' ? PORT : Number(url.port)),
    database: profile.database ?? (path === '' ? 0 : Number(path)),
    user:
      profile.user ??
      (url === undefined || url.username === '' ? undefined : decodeURIComponent(url.username)),
    tls: typeof tls === 'object' ? tls : (tls ?? secured) ? {} : undefined,
  }
}

function bare(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/u, '$1')
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'redis:' && url?.protocol !== 'rediss:')
    throw new DialError(`“${text}” is not a URL such as redis://cache-1:6379/0 or rediss://….`)
  return url
}

export function sentinelPlaces(profile: RedisProfile): readonly Place[] {
  return (profile.sentinel?.nodes ?? []).map((node) => readPlace(node, SENTINEL_PORT))
}

export function clusterPlaces(profile: RedisProfile): readonly Place[] {
  return (profile.cluster ?? []).map((node) => readPlace(node, PORT))
}
