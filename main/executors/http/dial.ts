import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { HttpFacts } from '../../core/run/events.ts'
import { certificateProblem, tlsFacts } from './certificates.ts'
import { codeOf, failureWords } from './failures.ts'

/**
 * Makes the connection by hand, so that every phase is timed and nothing is sent before the certificate was looked at.
 */

export type Phases = { -readonly [K in keyof HttpFacts['phases']]: HttpFacts['phases'][K] }

export interface Dialled {
  readonly socket: Socket
  readonly tls: HttpFacts['tls']
}

/** The connection could not be made; nothing was sent. The message is for a person. */
export class DialError extends Error {
  override readonly name = 'DialError'
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

export async function dial(options: DialOptions): Promise<Dialled> {
  const { url } = options
  const socket = await openTcp(options)
  if (url.protocol === 'http:') return { socket, tls: undefined }
  const secured = await openTls(socket, options)
  return { socket: secured, tls: tlsFacts(secured, Date.now()) }
}

function openTcp({ url, phases, signal }: DialOptions): Promise<Socket> {
  const lap = stopwatch()
  const socket = connectTcp({
    host: hostOf(url),
    port: Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port),
    signal,
  })
  socket.once('lookup', () => {
    if (isIP(hostOf(url)) === 0) phases.lookup = lap()
  })
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => reject(new DialError(failureWords(error, placeOf(url)))))
    socket.once('connect', () => {
      phases.connect = lap()
      resolve(socket)
    })
  })
}

function openTls(socket: Socket, options: DialOptions): Promise<TLSSocket> {
  const { url, authorities, phases } = options
  const host = hostOf(url)
  const lap = stopwatch()
  const secured = connectTls({
    socket,
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ca: [...authorities],
    ALPNProtocols: ['http/1.1'],
    // Judged below, where the certificate can still be read to say what is wrong with it.
    rejectUnauthorized: false,
  })
  return new Promise((resolve, reject) => {
    const fail = (message: string): void => {
      secured.destroy()
      reject(new DialError(message))
    }
    secured.once('error', (error) => fail(failureWords(error, placeOf(url))))
    secured.once('close', () =>
      fail(`${placeOf(url)} closed the connection before TLS was agreed.`),
    )
    secured.once('secureConnect', () => {
      phases.tls = lap()
      if (secured.authorized) return resolve(secured)
      const reason: unknown = secured.authorizationError
      const code = typeof reason === 'string' ? reason : codeOf(reason)
      fail(`${certificateProblem(secured, code, host)} Nothing was sent.`)
    })
  })
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
