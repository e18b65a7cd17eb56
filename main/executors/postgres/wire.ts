import { readFileSync, statSync } from 'node:fs'
import { connect as connectSocket, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { certificateProblem, tlsFacts, trustedAuthorities } from '../network/certificates.ts'
import { failureWords } from '../network/failures.ts'
import { reach, type NetworkPorts } from '../network/reach.ts'
import { DialError, openTls, placeText } from '../network/sockets.ts'
import type { Stages } from '../network/stages.ts'
import type { Host, Settings } from './settings.ts'

/** A stream to a server of PostgreSQL, encrypted as `sslmode` asks for it. Nothing but the request for TLS was sent. */

export interface Wire {
  readonly stream: Duplex
  readonly encrypted: boolean
  readonly host: Host
  /** `TLSv1.3, verified` for a person. */
  readonly security: string
}

export interface WireOptions {
  readonly settings: Settings
  readonly host: Host
  readonly ports: NetworkPorts
  readonly environment: string | undefined
  readonly run: string | undefined
  readonly via: string | undefined
  readonly signal: AbortSignal
  readonly stages: Stages
}

/** SSLRequest: its length, and a code that no version of the protocol has. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

export function isSocket({ host, address }: Host): boolean {
  return address === undefined && host.startsWith('/')
}

export function hostText(host: Host): string {
  return isSocket(host) ? join(host.host, `.s.PGSQL.${host.port}`) : placeText(host)
}

function openSocket(options: WireOptions): Promise<Socket> {
  const path = hostText(options.host)
  return options.stages.run(
    'connect',
    path,
    () =>
      new Promise((resolve, reject) => {
        const { signal } = options
        const fail = (error: unknown): void => {
          const code = error instanceof Error && 'code' in error ? error.code : ''
          reject(
            new DialError(
              code === 'ENOENT'
                ? `Nothing listens at the socket ${path}: it is not there. Does the server run on this laptop?`
                : failureWords(error, path),
            ),
          )
        }
        // See `openTcp`: what is given up already would be connected all the same.
        if (signal.aborted) {
          fail(signal.reason)
          return
        }
        const socket = connectSocket({ path, signal })
        socket.once('error', fail)
        socket.once('connect', () => {
          socket.off('error', fail)
          resolve(socket)
        })
      }),
    () => 'a unix socket',
  )
}

async function openPlain(options: WireOptions): Promise<Duplex> {
  if (isSocket(options.host)) return openSocket(options)
  const { host, address, port } = options.host
  const stream = await reach({ ...options, host: address ?? host, port })
  if ('setKeepAlive' in stream && typeof stream.setKeepAlive === 'function')
    stream.setKeepAlive(true, 10_000)
  return stream
}

/** Whether the server takes TLS. */
function askForTls(stream: Duplex, options: WireOptions): Promise<boolean> {
  const place = hostText(options.host)
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      stream.off('readable', read)
      stream.off('error', failed)
      stream.off('close', closed)
      options.signal.removeEventListener('abort', aborted)
    }
    const fail = (error: DialError): void => {
      settle()
      stream.on('error', () => undefined)
      stream.destroy()
      reject(error)
    }
    const failed = (error: unknown): void => fail(new DialError(failureWords(error, place)))
    const closed = (): void =>
      fail(new DialError(`${place} closed the connection before it said anything.`))
    const aborted = (): void => {
      const reason: unknown = options.signal.reason
      fail(reason instanceof DialError ? reason : new DialError(`${place} was not waited for.`))
    }
    const read = (): void => {
      const answer: unknown = stream.read(1)
      if (!Buffer.isBuffer(answer)) return
      if (stream.readableLength > 0)
        // Bytes before TLS could have been put there by somebody else (CVE-2021-23222).
        return fail(new DialError(`${place} sent unencrypted bytes where TLS should have begun.`))
      settle()
      if (answer[0] === 83) resolve(true)
      else if (answer[0] === 78) resolve(false)
      else fail(new DialError(`${place} does not speak PostgreSQL.`))
    }
    if (options.signal.aborted) return aborted()
    options.signal.addEventListener('abort', aborted, { once: true })
    stream.on('error', failed)
    stream.on('close', closed)
    stream.on('readable', read)
    stream.write(SSL_REQUEST)
  })
}

interface Files {
  readonly root: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
}

function readPem(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new DialError(
      `The file of ${what}, ${path}, ${code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`}.`,
    )
  }
}

function exists(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function readFiles(settings: Settings): Files {
  const { sslRootCertificate: root, sslMode, sslCertificate, sslKey } = settings
  const verifies = sslMode === 'verify-ca' || sslMode === 'verify-full'
  if (verifies && root !== 'system' && !exists(root))
    throw new DialError(
      `sslmode ${sslMode} needs the certificate of the server's authority, and ${root} is not there. Put it there, name another file as sslrootcert in the profile, or say “system” there for the authorities this laptop trusts.`,
    )
  if (sslCertificate !== undefined && sslKey === undefined)
    throw new DialError(
      `There is a client certificate, ${sslCertificate}, but no key for it. Name its file as sslkey.`,
    )
  if (
    sslCertificate !== undefined &&
    sslKey !== undefined &&
    process.platform !== 'win32' &&
    exists(sslKey)
  ) {
    const stat = statSync(sslKey)
    // Root's own may be shared with a group, as Debian does.
    if ((stat.mode & (stat.uid === 0 ? 0o027 : 0o077)) !== 0)
      throw new DialError(
        `The key ${sslKey} may be read by others, so it is not used: chmod 600 ${sslKey}.`,
      )
  }
  return {
    root: root === 'system' || !exists(root) ? undefined : readPem(root, 'the authority'),
    certificate:
      sslCertificate === undefined ? undefined : readPem(sslCertificate, 'the client certificate'),
    key:
      sslCertificate === undefined || sslKey === undefined
        ? undefined
        : readPem(sslKey, "the client certificate's key"),
  }
}

/** What of a certificate is not accepted by this mode; undefined when nothing is. */
function refusal(
  socket: TLSSocket,
  settings: Settings,
  host: Host,
  verifies: boolean,
): string | undefined {
  if (!verifies || socket.authorized) return undefined
  const reason: unknown = socket.authorizationError
  const code = reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return settings.sslMode === 'verify-full'
      ? certificateProblem(socket, code, host.host)
      : undefined
  const words = certificateProblem(socket, code, host.host)
  const where =
    settings.sslRootCertificate === 'system'
      ? 'among those this laptop trusts'
      : `in ${settings.sslRootCertificate}`
  return /authority that this laptop|self-signed/u.test(words)
    ? `The certificate of ${host.host} was issued by an authority that is not ${where}.`
    : words
}

/** Agrees TLS on a stream. */
async function encrypt(stream: Duplex, options: WireOptions): Promise<Wire> {
  const { settings, host, stages, signal } = options
  return stages.run(
    'certificate',
    hostText(host),
    async () => {
      const files = readFiles(settings)
      // With an authority at hand every mode checks against it, as libpq does for old times' sake.
      const verifies =
        files.root !== undefined ||
        settings.sslMode === 'verify-ca' ||
        settings.sslMode === 'verify-full'
      const { socket } = await openTls(stream, {
        host: host.host,
        port: host.port,
        signal,
        authorities: files.root === undefined ? trustedAuthorities() : [files.root],
        certificate: files.certificate,
        key: files.key,
      })
      const problem = refusal(socket, settings, host, verifies)
      if (problem !== undefined) {
        socket.destroy()
        throw new DialError(`${problem} Nothing was sent.`)
      }
      const facts = tlsFacts(socket, Date.now())
      const named = settings.sslMode === 'verify-full' ? 'verified with its name' : 'verified'
      const until = facts === undefined ? '' : `, valid for ${facts.daysLeft} more days`
      const security = `${socket.getProtocol() ?? 'TLS'}, certificate ${verifies ? named : 'not verified'}${until}`
      return { stream: socket, encrypted: true, host, security }
    },
    ({ security }) => security,
  )
}

/** A stream with or without TLS. `undefined` when the server takes no TLS and none is insisted upon. */
export async function openWire(
  options: WireOptions,
  encrypted: 'plain' | 'tls' | 'tls-if-taken',
): Promise<Wire> {
  const stream = await openPlain(options)
  const plain: Wire = {
    stream,
    encrypted: false,
    host: options.host,
    security: 'not encrypted',
  }
  if (encrypted === 'plain' || isSocket(options.host)) return plain
  const place = hostText(options.host)
  try {
    if (await askForTls(stream, options)) return await encrypt(stream, options)
    if (encrypted === 'tls-if-taken') return plain
    const words = `${place} does not take encrypted connections, and sslmode ${options.settings.sslMode} insists on one. Nothing was sent.`
    options.stages.add('certificate', place, false, words, 0)
    throw new DialError(words)
  } catch (error) {
    stream.destroy()
    throw error
  }
}
