import { request as openRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import type { HttpProfile } from '../../core/connection/profile.ts'
import { codeOf, failureWords } from '../network/failures.ts'
import { DialError, placeText, type Place } from '../network/sockets.ts'

/** Which proxy a request goes through: the profile's, or the one of the environment. */

export interface Proxy extends Place {
  readonly secure: boolean
  readonly user: string | undefined
  readonly password: string | undefined
  /** Where it was named, for errors. */
  readonly from: string
}

export type Variables = Readonly<Record<string, string | undefined>>

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/u, '$1')
}

export function portOf(url: URL): number {
  return Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port)
}

function variable(variables: Variables, name: string): string | undefined {
  for (const each of [name, name.toLowerCase()]) {
    const value = variables[each]
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.')
  )
}

/** Whether NO_PROXY names the host: `*`, a name and everything below it, or either with a port. */
export function isExcepted(list: string, url: URL): boolean {
  const host = bareHost(url).toLowerCase()
  return list.split(/[\s,]+/u).some((entry) => {
    if (entry === '*') return true
    const text = entry.toLowerCase().replace(/^\*?\./u, '')
    // More than one colon and no brackets: an IPv6 address, which has no port.
    const [, name = text, port] =
      /^\[(.*)\](?::(\d+))?$/u.exec(text) ?? /^([^:]*)(?::(\d+))?$/u.exec(text) ?? []
    if (name === '' || (port !== undefined && Number(port) !== portOf(url))) return false
    return host === name || host.endsWith(`.${name}`)
  })
}

function readProxy(text: string, from: string): Proxy {
  const whole = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new DialError(`The proxy in ${from} is not a URL such as http://proxy.example.com:3128.`)
  return {
    host: bareHost(url),
    port: portOf(url),
    secure: url.protocol === 'https:',
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    from,
  }
}

/**
 * The proxy for an address; undefined for none. The environment's is not used for this laptop itself, nor through an ssh
 * host, where it would be another network's. Throws a `DialError` when it cannot be read.
 */
export function proxyFor(
  url: URL,
  profile: HttpProfile | undefined,
  variables: Variables,
): Proxy | undefined {
  if (typeof profile?.proxy === 'string')
    return readProxy(profile.proxy, `the profile ${profile.name}`)
  if (profile?.proxy === false || profile?.via !== undefined) return undefined
  if (isLoopback(bareHost(url))) return undefined
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const value = variable(variables, name)
  if (value === undefined || isExcepted(variable(variables, 'NO_PROXY') ?? '', url))
    return undefined
  return readProxy(value, name)
}

/** The value of `Proxy-Authorization`; undefined without credentials. */
export function proxyAuthorization({ user, password }: Proxy): string | undefined {
  if (user === undefined && password === undefined) return undefined
  return `Basic ${Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64')}`
}

/** Asks a proxy for a stream to the place. Rejects with a `DialError`; the place itself has been sent nothing then. */
export function connectThrough(
  stream: Duplex,
  proxy: Proxy,
  to: Place,
  signal: AbortSignal,
): Promise<Duplex> {
  const authority = placeText(to)
  const authorization = proxyAuthorization(proxy)
  return new Promise((resolve, reject) => {
    const outgoing = openRequest({
      method: 'CONNECT',
      path: authority,
      headers: {
        Host: authority,
        ...(authorization !== undefined && { 'Proxy-Authorization': authorization }),
      },
      createConnection: () => stream,
      signal,
    })
    const fail = (message: string): void => {
      stream.destroy()
      reject(new DialError(message))
    }
    outgoing.once('connect', (response, socket, head) => {
      if (response.statusCode === 200) {
        if (head.length > 0) socket.unshift(head)
        resolve(socket)
      } else fail(refusalWords(response.statusCode ?? 0, proxy, authority))
    })
    outgoing.once('error', (error) => {
      const reason: unknown = signal.reason
      fail(
        signal.aborted && reason instanceof DialError
          ? reason.message
          : codeOf(error) === 'ECONNRESET'
            ? `The proxy ${placeText(proxy)} closed the connection instead of reaching ${authority}.`
            : failureWords(error, `the proxy ${placeText(proxy)}`),
      )
    })
    outgoing.end()
  })
}

function refusalWords(status: number, proxy: Proxy, authority: string): string {
  const name = `The proxy ${placeText(proxy)} of ${proxy.from}`
  if (status === 407)
    return proxy.user === undefined && proxy.password === undefined
      ? `${name} wants a user and a password. Add them to the profile.`
      : `${name} refused the user or the password (407). Nothing was sent to ${authority}.`
  return `${name} does not reach ${authority}: it answered ${status}. Nothing was sent to it.`
}
