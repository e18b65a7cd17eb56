import { connect as connectTcp, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { CertificateFacts } from '../../core/certificate/expectation.ts'
import { certificateFacts, certificateProblem } from './certificates.ts'
import { codeOf, failureWords } from './failures.ts'

/**
 * Connections made by hand, so that every phase can be timed and nothing is sent before the certificate was looked at.
 * Every failure is a `DialError` in words.
 */

/** The connection could not be made; nothing was sent. The message is for a person. */
export class DialError extends Error {
  override readonly name = 'DialError'
  /** Of a server whose certificate was not accepted. */
  readonly certificate: CertificateFacts | undefined

  constructor(message: string, certificate?: CertificateFacts) {
    super(message)
    this.certificate = certificate
  }
}

/** It took longer than it may. */
export class TimeUp extends DialError {}

/** When an idle connection is asked whether its other end is still there. */
const KEEP_ALIVE_MS = 15_000

export interface Place {
  readonly host: string
  readonly port: number
}

export function placeText({ host, port }: Place): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

export interface TcpOptions extends Place {
  /** Ends the attempt, at any point of it. */
  readonly signal: AbortSignal
  /** The name was resolved to this address. Not called for an address. */
  readonly onLookup?: (address: string) => void
}

export function openTcp(options: TcpOptions): Promise<Socket> {
  const { host, port, signal, onLookup } = options
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): DialError => {
      const gaveUp: unknown = signal.reason
      return gaveUp instanceof DialError
        ? gaveUp
        : new DialError(failureWords(error, placeText(options)))
    }
    // Node ends a socket whose signal is over before it begins, and connects it all the same: nobody would close it.
    if (signal.aborted) {
      reject(failed(signal.reason))
      return
    }
    const socket = connectTcp({
      host,
      port,
      signal,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    })
    socket.once('lookup', (error, address) => {
      if (isIP(host) === 0 && !(error instanceof Error)) onLookup?.(address)
    })
    const fail = (error: unknown): void => reject(failed(error))
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.off('error', fail)
      // Whoever uses it sees it close; between two users an error must not end the program.
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

export interface TlsOptions extends Place {
  readonly signal: AbortSignal
  readonly authorities: readonly string[]
  /** What is going to be spoken, for ALPN. */
  readonly protocol?: string
  /** PEM, of the client. */
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  /** The name the certificate must have, when it is not the host. */
  readonly serverName?: string | undefined
}

export interface Secured {
  readonly socket: TLSSocket
  /** Why its certificate is not accepted; undefined when it is. Nothing may be sent then. */
  readonly problem: string | undefined
  readonly certificate: CertificateFacts | undefined
}

/** Agrees TLS over a stream and judges the certificate, without sending anything else. */
export function openTls(stream: Duplex, options: TlsOptions): Promise<Secured> {
  const { host, signal, authorities, certificate, key } = options
  const name = options.serverName ?? host
  return new Promise((resolve, reject) => {
    let socket: TLSSocket
    try {
      socket = connectTls({
        socket: stream,
        host: name,
        ...(isIP(name) === 0 && { servername: name }),
        ca: [...authorities],
        ...(certificate !== undefined && { cert: certificate }),
        ...(key !== undefined && { key }),
        ...(options.protocol !== undefined && { ALPNProtocols: [options.protocol] }),
        // Judged below, where the certificate can still be read to say what is wrong with it.
        rejectUnauthorized: false,
      })
    } catch (error) {
      stream.destroy()
      const message = error instanceof Error ? error.message : String(error)
      reject(new DialError(`The client certificate or its key cannot be used: ${message}.`))
      return
    }
    const place = placeText(options)
    const settle = (): void => {
      signal.removeEventListener('abort', aborted)
      socket.off('error', failed)
      socket.off('close', closed)
    }
    const fail = (error: DialError): void => {
      settle()
      // What else breaks on the way down has been said.
      socket.on('error', () => undefined)
      socket.destroy()
      reject(error)
    }
    const failed = (error: unknown): void => fail(new DialError(failureWords(error, place)))
    const closed = (): void =>
      fail(new DialError(`${place} closed the connection before TLS was agreed.`))
    const aborted = (): void => {
      const reason: unknown = signal.reason
      if (reason instanceof TimeUp)
        fail(
          new DialError(
            `${reason.message} It took the connection and says nothing of TLS: is this a port that speaks TLS?`,
          ),
        )
      else
        fail(reason instanceof DialError ? reason : new DialError(`${place} was not waited for.`))
    }
    socket.on('error', failed)
    socket.on('close', closed)
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted, { once: true })
    socket.once('secureConnect', () => {
      settle()
      socket.on('error', () => undefined)
      const reason: unknown = socket.authorizationError
      const code = typeof reason === 'string' ? reason : codeOf(reason)
      const problem = socket.authorized ? undefined : certificateProblem(socket, code, name)
      const certificate = certificateFacts(socket, name, problem, Date.now())
      resolve({ socket, problem, certificate })
    })
  })
}
