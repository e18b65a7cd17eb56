import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SshProfile } from '../../core/connection/profile.ts'
import type { Connections, OnWaiting, Secrets, SecretPurpose, Tunnels } from '../../engine/ports.ts'
import type { SecretSource } from '../../core/connection/profile.ts'
import { trustedAuthorities } from './certificates.ts'
import type { Liveness } from './liveness.ts'
import {
  DialError,
  openTcp,
  openTls,
  placeText,
  TimeUp,
  type Place,
  type Secured,
} from './sockets.ts'
import type { Stages } from './stages.ts'
import { readTlsFiles, type TlsProfile } from './tls-files.ts'

/** The way to a server for what speaks its own protocol over a stream: directly or through an ssh host, with TLS or without. */

/** What executors of servers need of the rest of the engine. */
export interface NetworkPorts {
  readonly connections?: Pick<Connections, 'resolve'>
  readonly secrets?: Pick<Secrets, 'get' | 'refuse'>
  /** Told of passwords that came from elsewhere (a variable, a file of the person's): they are redacted from then on. */
  readonly learn?: (secret: string) => void
  readonly tunnels?: Tunnels
  /** PEM certificates of authorities to trust beside those of the laptop. */
  readonly authorities?: readonly string[]
  /** How the other end is watched while an answer is waited for; undefined: as `LIVENESS` says. */
  readonly liveness?: Liveness
}

/** The same, telling when a person or a program is asked for something: that is not the server's time. */
export function withWaiting<P extends NetworkPorts>(ports: P, onWaiting: OnWaiting | undefined): P {
  const { secrets, tunnels } = ports
  if (onWaiting === undefined) return ports
  return {
    ...ports,
    ...(secrets !== undefined && {
      secrets: {
        refuse: (source, purpose) => secrets.refuse(source, purpose),
        async get(source, purpose, signal) {
          onWaiting(true)
          try {
            return await secrets.get(source, purpose, signal)
          } finally {
            onWaiting(false)
          }
        },
      } satisfies NetworkPorts['secrets'],
    }),
    ...(tunnels !== undefined && {
      tunnels: { open: (request) => tunnels.open({ ...request, onWaiting }) } satisfies Tunnels,
    }),
  }
}

export interface ReachOptions extends Place {
  readonly ports: NetworkPorts
  readonly environment: string | undefined
  readonly run: string | undefined
  /** Name of the ssh profile, or alias, the connection goes through. */
  readonly via: string | undefined
  readonly signal: AbortSignal
  readonly stages: Stages
}

/** The ssh profile behind a name; a name without one is an alias of the person's own ssh configuration. */
function sshProfile(name: string, { ports, environment }: ReachOptions): SshProfile {
  const found = ports.connections?.resolve(environment, 'ssh', name)
  if (found !== undefined && 'problem' in found) throw new DialError(found.problem)
  if (found?.profile === undefined) return { kind: 'ssh', name, hosts: [name] }
  if (found.profile.kind !== 'ssh')
    throw new DialError(`“${name}” is not an ssh profile, so nothing can go through it.`)
  return found.profile
}

/** A stream to the place. Rejects with a `DialError`. */
export async function reach(options: ReachOptions): Promise<Duplex> {
  const { host, port, stages, signal, via, ports } = options
  const of = placeText(options)
  if (via !== undefined) {
    const { tunnels } = ports
    if (tunnels === undefined)
      throw new DialError(`Nothing here can go through “${via}” to reach ${of}.`)
    return stages.run(
      'connect',
      of,
      async () => {
        const profile = sshProfile(via, options)
        const { environment, run } = options
        try {
          return await tunnels.open({ via: profile, environment, run, host, port, signal })
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error)
          throw new DialError(`${of} could not be reached through ${via}: ${why}`)
        }
      },
      () => `through ${via}`,
    )
  }
  const startedAt = performance.now()
  let resolvedAt = startedAt
  let address = isIP(host) === 0 ? undefined : host
  try {
    const socket = await openTcp({
      host,
      port,
      signal,
      onLookup: (found) => {
        address = found
        resolvedAt = performance.now()
        stages.add('resolve', host, true, found, resolvedAt - startedAt)
      },
    })
    stages.add('connect', of, true, address ?? of, performance.now() - resolvedAt)
    return socket
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const stage =
      address === undefined && /cannot be resolved/u.test(message) ? 'resolve' : 'connect'
    stages.add(
      stage,
      stage === 'resolve' ? host : of,
      false,
      message,
      performance.now() - resolvedAt,
    )
    throw error
  }
}

/** Agrees TLS as a profile says. Rejects with a `DialError` when the certificate is not accepted; nothing was sent then. */
export async function secure(
  stream: Duplex,
  tls: TlsProfile,
  options: ReachOptions,
  protocol?: string,
): Promise<Secured> {
  try {
    const files = readTlsFiles(tls)
    const found = await openTls(stream, {
      ...(protocol !== undefined && { protocol }),
      host: options.host,
      port: options.port,
      signal: options.signal,
      // An authority of the profile's own is the only one that counts, as with every client of the kind.
      authorities:
        files.authority === undefined
          ? [...trustedAuthorities(), ...(options.ports.authorities ?? [])]
          : [files.authority],
      certificate: files.certificate,
      key: files.key,
      serverName: files.serverName,
    })
    if (found.problem === undefined) return found
    found.socket.destroy()
    throw new DialError(`${found.problem} Nothing was sent.`, found.certificate)
  } catch (error) {
    stream.destroy()
    throw error
  }
}

/** A secret of a profile; undefined when it has none. Rejects with a `DialError` when it cannot be had. */
export async function secretOf(
  source: SecretSource | undefined,
  purpose: SecretPurpose,
  { secrets }: NetworkPorts,
  /** The connection is not wanted any more. */
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (source === undefined) return undefined
  if (secrets === undefined) throw new DialError(`Nothing here can give the ${purpose.label}.`)
  const found = await secrets.get(source, purpose, signal)
  if ('problem' in found) throw new DialError(`There is no ${purpose.label}: ${found.problem}`)
  return found.value
}

/** Ends after this many milliseconds, or when `outer` does. */
export function limited(
  milliseconds: number,
  outer: AbortSignal,
  words: string,
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new TimeUp(words)), milliseconds)
  const ended = (): void => {
    const reason: unknown = outer.reason
    controller.abort(
      reason instanceof DialError
        ? reason
        : new DialError(reason instanceof Error ? reason.message : 'It was given up.'),
    )
  }
  if (outer.aborted) ended()
  else outer.addEventListener('abort', ended, { once: true })
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer)
      outer.removeEventListener('abort', ended)
    },
  }
}
