import { connect as connectSocket, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Client, type ServerHostKeyAlgorithm } from 'ssh2'
import type { SshProfile } from '../../../core/connection/profile.ts'
import type { ProbeStage, Prompter, Secrets } from '../../../engine/ports.ts'
import { TransportError } from '../../../engine/transport.ts'
import { decideHostKey } from '../host-keys.ts'
import { KnownHosts } from '../known-hosts/known-hosts.ts'
import { keyName, type ResolvedHost } from '../resolved.ts'
import { Authentication } from './authentication.ts'
import { saidInstead, ungreeted } from '../ungreeted.ts'

export interface ConnectContext {
  readonly profile: SshProfile
  readonly environment: string | undefined
  readonly run: string | undefined
  readonly secrets: Secrets
  readonly prompter: Prompter
  readonly signal?: AbortSignal | undefined
  readonly onStage?: ((stage: ProbeStage) => void) | undefined
}

/** What ssh2 can check, best first. */
const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** The algorithms of a key type: RSA keys sign in two ways. */
function algorithmsOf(type: string): readonly string[] {
  return type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]
}

/** Types that known_hosts has come first, so that the server shows the key that is known. */
function hostKeyOrder(host: ResolvedHost): ServerHostKeyAlgorithm[] {
  const { name, port } = keyName(host)
  const types = new KnownHosts(host.knownHostsFiles).typesOf(name, port)
  const first = new Set(types.flatMap(algorithmsOf))
  const known = HOST_KEYS.filter((algorithm) => first.has(algorithm))
  return [...known, ...HOST_KEYS.filter((algorithm) => !first.has(algorithm))]
}

/** A connection through all hops to one host. Closing it closes the hops. */
export interface Connected {
  readonly client: Client
  /** Resolves with words when the connection is gone; undefined after `close`. */
  readonly lost: Promise<string | undefined>
  close(): void
}

/** Connects. Rejects with a `TransportError`; then nothing is left open. */
export async function connect(host: ResolvedHost, context: ConnectContext): Promise<Connected> {
  const hops: Connected[] = []
  const closeHops = (): void => {
    for (const hop of hops.toReversed()) hop.close()
  }
  try {
    let stream: Duplex | undefined
    for (const jump of host.jumps) {
      const socket: Duplex = stream ?? (await openSocket(jump, context))
      const hop = await handshake(jump, socket, context)
      hops.push(hop)
      const next = host.jumps[hops.length] ?? host
      stream = await forwarded(hop.client, jump, next)
    }
    const socket = stream ?? (await openSocket(host, context))
    const connected = await handshake(host, socket, context)
    return {
      client: connected.client,
      // What goes through a hop ends with it, which the library does not say.
      lost: Promise.race([connected.lost, ...hops.map((hop, at) => lostHop(hop, host.jumps[at]))]),
      close() {
        connected.close()
        closeHops()
      },
    }
  } catch (error) {
    closeHops()
    throw error
  }
}

/** Resolves only when a hop was lost and not closed. */
function lostHop(hop: Connected, jump: ResolvedHost | undefined): Promise<string> {
  return new Promise((resolve) => {
    void hop.lost.then((why) => {
      if (why !== undefined) resolve(`The hop ${jump?.alias ?? 'before it'} was lost: ${why}`)
    })
  })
}

function stage(
  context: ConnectContext,
  name: ProbeStage['name'],
  host: ResolvedHost,
  startedAt: number,
  ok: boolean,
  detail: string,
): void {
  context.onStage?.({
    name,
    of: host.alias,
    ok,
    detail,
    durationMs: Math.round(performance.now() - startedAt),
  })
}

/** What the operating system says, in words. */
function socketProblem(host: ResolvedHost, error: Error): TransportError {
  const code = 'code' in error ? String(error.code) : ''
  const where = `${host.host}:${host.port}`
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new TransportError(
        'resolve',
        `The name ${host.host} cannot be resolved (${code}). Is it spelt right, and is the network or VPN up?`,
      )
    case 'ECONNREFUSED':
      return new TransportError(
        'connect',
        `${where} refused the connection: the host is up, and nothing listens there.`,
      )
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new TransportError(
        'connect',
        `There is no route to ${where}. Is the network or VPN up?`,
      )
    case 'ECONNRESET':
      return new TransportError('connect', `${where} closed the connection at once.`)
    default:
      return new TransportError('connect', `${where} cannot be reached: ${error.message}`)
  }
}

async function openSocket(host: ResolvedHost, context: ConnectContext): Promise<Socket> {
  const startedAt = performance.now()
  return await new Promise<Socket>((resolve, reject) => {
    const socket = connectSocket({ host: host.host, port: host.port })
    const fail = (error: TransportError): void => {
      clearTimeout(timer)
      context.signal?.removeEventListener('abort', aborted)
      socket.destroy()
      stage(
        context,
        error.code === 'resolve' ? 'resolve' : 'connect',
        host,
        startedAt,
        false,
        error.message,
      )
      reject(error)
    }
    const aborted = (): void =>
      fail(new TransportError('cancelled', 'The connection was given up.'))
    const timer = setTimeout(
      () =>
        fail(
          new TransportError(
            'connect',
            `${host.host}:${host.port} did not answer within ${host.connectTimeoutMs / 1000} s. A firewall drops such packets, and so does a host that is down.`,
          ),
        ),
      host.connectTimeoutMs,
    )
    context.signal?.addEventListener('abort', aborted, { once: true })
    socket.once('lookup', (error: Error | null, address: string) => {
      if (error === null) stage(context, 'resolve', host, startedAt, true, address)
    })
    socket.once('error', (error: Error) => fail(socketProblem(host, error)))
    socket.once('connect', () => {
      clearTimeout(timer)
      context.signal?.removeEventListener('abort', aborted)
      socket.removeAllListeners('error')
      socket.setNoDelay(true)
      stage(
        context,
        'connect',
        host,
        startedAt,
        true,
        `${socket.remoteAddress}:${socket.remotePort}`,
      )
      resolve(socket)
    })
  })
}

function forwarded(client: Client, hop: ResolvedHost, to: ResolvedHost): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, stream) => {
      if (error === undefined) resolve(stream)
      else
        reject(
          new TransportError(
            'connect',
            `${hop.alias} could not reach ${to.host}:${to.port}: ${error.message}`,
          ),
        )
    })
  })
}

/** SSH over a stream: key exchange, the decision about the host key, authentication. */
function handshake(
  host: ResolvedHost,
  socket: Duplex,
  context: ConnectContext,
): Promise<Connected> {
  const client = new Client()
  const authentication = new Authentication({ ...context, host })
  const startedAt = performance.now()
  let keyAt = startedAt
  let authenticateAt = startedAt
  let closed = false
  let refused: TransportError | undefined
  let lastError: Error | undefined
  let first: Uint8Array | undefined
  return new Promise<Connected>((resolve, reject) => {
    const fail = (error: TransportError): void => {
      clearTimeout(timer)
      context.signal?.removeEventListener('abort', aborted)
      client.destroy()
      socket.destroy()
      reject(error)
    }
    const aborted = (): void =>
      fail(new TransportError('cancelled', 'The connection was given up.'))
    // While a person decides there is no hurry; the server has its own limit.
    const timer = setTimeout(
      () =>
        fail(
          new TransportError(
            'connect',
            `${host.host}:${host.port} accepted the connection and then said nothing SSH within ${host.connectTimeoutMs / 1000} s.`,
          ),
        ),
      host.connectTimeoutMs,
    )
    context.signal?.addEventListener('abort', aborted, { once: true })
    client.on('error', (error: Error) => {
      lastError = error
    })
    // A stream through a hop can be half closed, which means nothing to SSH and would never be seen as the end.
    client.once('end', () => socket.end())
    client.once('close', () => {
      if (refused !== undefined) return fail(refused)
      const said = lastError?.message ?? 'it closed the connection'
      const authenticating = authenticateAt > startedAt
      const place = `${host.host}:${host.port}`
      const detail = authenticating
        ? `${host.alias} ended the connection while authenticating: ${said}. ${authentication.problem()}`
        : first === undefined || saidInstead(first) !== undefined
          ? ungreeted(place, saidInstead(first))
          : `${place} does not speak SSH as it should: ${said}.`
      stage(context, authenticating ? 'authenticate' : 'connect', host, startedAt, false, detail)
      fail(new TransportError(authenticating ? 'authenticate' : 'connect', detail))
    })
    client.once('ready', () => {
      clearTimeout(timer)
      context.signal?.removeEventListener('abort', aborted)
      client.removeAllListeners('close')
      stage(
        context,
        'authenticate',
        host,
        authenticateAt,
        true,
        `${host.user}, with ${authentication.how}`,
      )
      const lost = new Promise<string | undefined>((settle) => {
        client.on('close', () =>
          settle(closed ? undefined : (lastError?.message ?? 'The connection was closed.')),
        )
      })
      resolve({
        client,
        lost,
        close() {
          closed = true
          client.end()
          client.destroy()
        },
      })
    })
    socket.once('data', (bytes: Buffer) => {
      first = Uint8Array.from(bytes)
    })
    client.connect({
      sock: socket,
      username: host.user,
      readyTimeout: 0,
      keepaliveInterval: host.keepAlive.everyMs,
      keepaliveCountMax: host.keepAlive.misses,
      algorithms: { serverHostKey: hostKeyOrder(host) },
      hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
        clearTimeout(timer)
        keyAt = performance.now()
        decideHostKey(host, key, context).then(
          (detail) => {
            stage(context, 'host-key', host, keyAt, true, detail)
            authenticateAt = performance.now()
            verify(true)
          },
          (error: unknown) => {
            refused =
              error instanceof TransportError
                ? error
                : new TransportError(
                    'host-key-unknown',
                    error instanceof Error ? error.message : String(error),
                  )
            stage(context, 'host-key', host, keyAt, false, refused.message)
            verify(false)
          },
        )
      },
      authHandler: (accepted, partial, next) => {
        void (async () => {
          const method = await authentication.next(accepted, partial)
          if (method !== undefined) return next(method)
          refused = new TransportError('authenticate', authentication.problem())
          stage(context, 'authenticate', host, authenticateAt, false, refused.message)
          return fail(refused)
        })()
      },
    })
  })
}
