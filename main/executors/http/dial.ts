import type { Duplex } from 'node:stream'
import type { CertificateFacts } from '../../core/certificate/expectation.ts'
import type { HttpProfile } from '../../core/connection/profile.ts'
import type { HttpFacts } from '../../core/run/events.ts'
import type { ProbeStage } from '../../engine/ports.ts'
import { tlsFacts } from '../network/certificates.ts'
import { reach, secretOf, secure, type NetworkPorts, type ReachOptions } from '../network/reach.ts'
import { DialError, placeText, type Place } from '../network/sockets.ts'
import { Stages } from '../network/stages.ts'
import { connectThrough, portOf, proxyFor, type Proxy, type Variables } from './proxy.ts'

/** The connection of one request: every phase of it is timed, and nothing is sent before the certificate was looked at. */

export type Phases = { -readonly [K in keyof HttpFacts['phases']]: HttpFacts['phases'][K] }

export interface Dialled {
  readonly socket: Duplex
  readonly tls: HttpFacts['tls']
  readonly certificate: CertificateFacts | undefined
  readonly proxy: Proxy | undefined
  /** The proxy answers itself: it must be told the whole address. */
  readonly absolute: boolean
}

export interface DialOptions {
  readonly url: URL
  readonly profile: HttpProfile | undefined
  /** A redirect led to another origin: what the profile keeps for its own is not shown there. */
  readonly foreign: boolean
  readonly ports: NetworkPorts
  readonly variables: Variables
  readonly environment: string | undefined
  readonly run: string | undefined
  readonly onStage?: (stage: ProbeStage) => void
  /** Ends the attempt, at any point of it. */
  readonly signal: AbortSignal
}

const PHASE_OF = { resolve: 'lookup', connect: 'connect', certificate: 'tls' } as const

export function placeOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`
}

/** The host without the brackets of an IPv6 address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

/** Rejects with a `DialError`. `phases` gets how long each took. */
export async function dial(options: DialOptions, phases: Phases): Promise<Dialled> {
  const { url, profile, ports, environment, run, signal } = options
  const stages = new Stages((stage) => {
    const phase = stage.name in PHASE_OF ? PHASE_OF[asPhase(stage.name)] : undefined
    if (phase !== undefined) phases[phase] = (phases[phase] ?? 0) + stage.durationMs
    options.onStage?.(stage)
  })
  const to: Place = { host: hostOf(url), port: portOf(url) }
  const proxy = await withPassword(proxyFor(url, profile, options.variables), options)
  const via = profile?.via
  const reaching = { ports, environment, run, via, signal, stages }
  let stream = await (proxy === undefined
    ? reach({ ...reaching, ...to })
    : reachProxy(proxy, { ...reaching, ...proxy }))
  if (url.protocol === 'http:')
    return {
      socket: stream,
      tls: undefined,
      certificate: undefined,
      proxy,
      absolute: proxy !== undefined,
    }
  const place = placeText(to)
  if (proxy !== undefined) {
    const plain = stream
    stream = await stages.run(
      'connect',
      place,
      () => connectThrough(plain, proxy, to, signal),
      () => `through the proxy ${placeText(proxy)}`,
    )
  }
  const bare = stream
  // Another origin is not shown the person's certificate, and is believed only by what the laptop trusts.
  const tls = options.foreign ? {} : (profile?.tls ?? {})
  const secured = await stages.run(
    'certificate',
    place,
    () => secure(bare, tls, { ...reaching, ...to }, 'http/1.1'),
    ({ certificate }) =>
      certificate === undefined
        ? 'TLS without a certificate'
        : `${certificate.protocol}, ${certificate.names.join(', ')}, by ${certificate.issuer}, ${certificate.daysLeft} days left`,
  )
  return {
    socket: secured.socket,
    tls: tlsFacts(secured.socket, Date.now()),
    certificate: secured.certificate,
    proxy,
    absolute: false,
  }
}

/** Whose fault it is has to be said: the person knows the server, and may not know of a proxy. */
async function reachProxy(proxy: Proxy, reaching: ReachOptions): Promise<Duplex> {
  try {
    const stream = await reach(reaching)
    return proxy.secure ? (await secure(stream, {}, reaching, 'http/1.1')).socket : stream
  } catch (error) {
    if (!(error instanceof DialError)) throw error
    throw new DialError(`The proxy of ${proxy.from} cannot be used: ${error.message}`)
  }
}

function asPhase(name: string): keyof typeof PHASE_OF {
  return name === 'resolve' || name === 'certificate' ? name : 'connect'
}

/** The proxy with the profile's password for it. */
async function withPassword(
  proxy: Proxy | undefined,
  { profile, ports, environment, run, signal }: DialOptions,
): Promise<Proxy | undefined> {
  if (proxy?.password !== undefined) ports.learn?.(proxy.password)
  if (proxy === undefined || profile?.proxyPassword === undefined) return proxy
  if (typeof profile.proxy !== 'string') return proxy
  const password = await secretOf(
    profile.proxyPassword,
    {
      environment,
      profile: profile.name,
      label: `password of the proxy ${placeText(proxy)}`,
      ...(run !== undefined && { run }),
    },
    ports,
    signal,
  )
  if (password === undefined) throw new DialError('The proxy has no password.')
  return { ...proxy, password }
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
