import { isIP, type Socket } from 'node:net'
import type { HttpFacts } from '../../core/run/events.ts'
import { tlsFacts } from '../network/certificates.ts'
import { DialError, openTcp, openTls } from '../network/sockets.ts'

/** The connection of one request: every phase of it is timed, and nothing is sent before the certificate was looked at. */

export type Phases = { -readonly [K in keyof HttpFacts['phases']]: HttpFacts['phases'][K] }

export interface Dialled {
  readonly socket: Socket
  readonly tls: HttpFacts['tls']
}

export interface DialOptions {
  readonly url: URL
  readonly authorities: readonly string[]
  readonly phases: Phases
  /** Ends the attempt, at any point of it. */
  readonly signal: AbortSignal
}

/** The host without the brackets of an IPv6 address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

export function placeOf(url: URL): string {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return `${url.hostname}:${port}`
}

export async function dial({ url, phases, authorities, signal }: DialOptions): Promise<Dialled> {
  const host = hostOf(url)
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port)
  const lap = stopwatch()
  const socket = await openTcp({
    host,
    port,
    signal,
    onLookup: () => {
      if (isIP(host) === 0) phases.lookup = lap()
    },
  })
  phases.connect = lap()
  if (url.protocol === 'http:') return { socket, tls: undefined }
  const secured = await openTls(socket, {
    host,
    port,
    signal,
    authorities,
    protocol: 'http/1.1',
  })
  phases.tls = lap()
  if (secured.problem !== undefined) {
    secured.socket.destroy()
    throw new DialError(`${secured.problem} Nothing was sent.`)
  }
  return { socket: secured.socket, tls: tlsFacts(secured.socket, Date.now()) }
}

/** Whole milliseconds since the last call. */
export function stopwatch(): () => number {
  let last = performance.now()
  return () => {
    const now = performance.now()
    const elapsed = Math.round(now - last)
    last = now
    return elapsed
  }
}
