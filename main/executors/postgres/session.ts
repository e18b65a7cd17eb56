import type { Duplex } from 'node:stream'
import { Client } from 'pg'
import { z } from 'zod'
import type { PostgresProfile } from '../../core/connection/profile.ts'
import type { SecretPurpose } from '../../engine/ports.ts'
import { secretOf, type NetworkPorts } from '../network/reach.ts'
import { DialError } from '../network/sockets.ts'
import type { Stages } from '../network/stages.ts'
import { connectionWords, ServerError, serverError } from './errors.ts'
import { passFilePassword, type Host, type Settings } from './settings.ts'
import { hostText, type Wire } from './wire.ts'

/** One connection to a server of PostgreSQL, authenticated. */

export interface SessionRequest {
  readonly profile: PostgresProfile
  readonly environment: string | undefined
  readonly run: string | undefined
  readonly ports: NetworkPorts
  readonly signal: AbortSignal
  readonly stages: Stages
}

export interface Session {
  readonly client: Client
  readonly stream: Duplex
  readonly settings: Settings
  readonly host: Host
  readonly wire: Wire
  readonly version: string
  /** Of the process that serves this connection. */
  readonly process: { readonly id: number; readonly key: number }
  /** As the server has them now. */
  readonly parameter: (name: string) => string | undefined
  /** Words, once the connection is gone. */
  readonly lost: () => string | undefined
  /** Says goodbye. */
  close(): void
  /** Cuts the connection. */
  destroy(): void
}

const keyData = z.object({ processID: z.number(), secretKey: z.number() })
const parameterStatus = z.object({ parameterName: z.string(), parameterValue: z.string() })

/** pg connects its stream itself; this one is connected already. */
function connected(stream: Duplex): Duplex {
  const nothing = (): Duplex => stream
  return Object.assign(stream, {
    connect: (): Duplex => {
      queueMicrotask(() => stream.emit('connect'))
      return stream
    },
    ...('setNoDelay' in stream ? {} : { setNoDelay: nothing }),
    ...('ref' in stream ? {} : { ref: nothing, unref: nothing }),
  })
}

/** The startup ended with an error; `asked` when a password or another proof had been asked for by then. */
export class StartupError extends DialError {
  readonly asked: boolean

  constructor(message: string, asked: boolean) {
    super(message)
    this.asked = asked
  }
}

function purposeOf(
  { profile, environment, run }: SessionRequest,
  { user }: Settings,
): SecretPurpose {
  const label = `password of ${user}@${profile.name}`
  return { environment, profile: profile.name, label, ...(run !== undefined && { run }) }
}

async function passwordFor(
  request: SessionRequest,
  settings: Settings,
  host: Host,
): Promise<string> {
  const { profile, ports } = request
  const purpose = purposeOf(request, settings)
  if (profile.password !== undefined) {
    const secret = await secretOf(profile.password, purpose, ports, request.signal)
    if (secret !== undefined) return secret
  }
  const fromFile = settings.password === undefined ? passFilePassword(settings, host) : {}
  const found = settings.password ?? fromFile.password
  if (found !== undefined) {
    ports.learn?.(found)
    return found
  }
  if (ports.secrets !== undefined) {
    const asked = await secretOf({ from: 'ask' }, purpose, ports, request.signal)
    if (asked !== undefined) return asked
  }
  const warning = fromFile.warning === undefined ? '' : ` ${fromFile.warning}`
  throw new DialError(
    `The server asks for a password of ${settings.user}, and there is none.${warning}`,
  )
}

function clientOn(wire: Wire, settings: Settings, password: () => Promise<string>): Client {
  const { host } = wire
  wire.stream.resume()
  return new Client({
    host: host.host,
    port: host.port,
    user: settings.user,
    database: settings.database,
    password,
    ssl: false,
    stream: () => connected(wire.stream),
    client_encoding: 'UTF8',
    // Where the server offers it, the password's proof holds on this TLS connection only, as with libpq.
    enableChannelBinding: wire.encrypted,
    application_name: settings.applicationName,
    // Empty text is the same as none, and keeps pg from looking into the environment.
    options: settings.options ?? '',
  })
}

/** Authenticates on a stream. Rejects with a `StartupError`. */
export async function start(
  request: SessionRequest,
  settings: Settings,
  wire: Wire,
  signal: AbortSignal,
): Promise<Session> {
  const { host, stream } = wire
  const parameters = new Map<string, string>()
  let process = { id: 0, key: 0 }
  let asked = false
  let lost: string | undefined
  let refusedPassword: DialError | undefined
  const client = clientOn(wire, settings, async () => {
    try {
      return await passwordFor(request, settings, host)
    } catch (error) {
      refusedPassword = error instanceof DialError ? error : undefined
      throw error
    }
  })
  const { connection } = client
  for (const name of [
    'authenticationCleartextPassword',
    'authenticationMD5Password',
    'authenticationSASL',
  ])
    connection.on(name, () => {
      asked = true
    })
  connection.on('backendKeyData', (message: unknown) => {
    const found = keyData.safeParse(message)
    if (found.success) process = { id: found.data.processID, key: found.data.secretKey }
  })
  connection.on('parameterStatus', (message: unknown) => {
    const found = parameterStatus.safeParse(message)
    if (found.success) parameters.set(found.data.parameterName, found.data.parameterValue)
  })
  client.on('error', (error: unknown) => {
    lost ??= connectionWords(error, host)
  })
  client.on('end', () => {
    lost ??= `${hostText(host)} closed the connection.`
  })
  const abort = (): void => {
    stream.destroy()
  }
  signal.addEventListener('abort', abort, { once: true })
  const startupError = (error: unknown): StartupError => {
    const reason: unknown = signal.reason
    if (signal.aborted && reason instanceof DialError)
      return new StartupError(reason.message, asked)
    if (refusedPassword !== undefined) return new StartupError(refusedPassword.message, true)
    if (serverError(error)?.code === '28P01' && request.profile.password !== undefined)
      request.ports.secrets?.refuse(request.profile.password, purposeOf(request, settings))
    return new StartupError(startupWords(error, settings, host, asked), asked)
  }
  try {
    if (signal.aborted) throw new DialError('It was stopped before it was connected.')
    await request.stages.run(
      'authenticate',
      hostText(host),
      async () => {
        try {
          await client.connect()
        } catch (error) {
          throw startupError(error)
        }
      },
      () => `${settings.user} in ${settings.database}${asked ? '' : ', without a password'}`,
    )
  } catch (error) {
    stream.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
  return {
    client,
    stream,
    settings,
    host,
    wire,
    version: parameters.get('server_version') ?? '',
    process,
    parameter: (name) => parameters.get(name),
    lost: () => lost,
    close: () => {
      lost ??= 'The connection was closed.'
      client.end().catch(() => stream.destroy())
    },
    destroy: () => {
      stream.destroy()
    },
  }
}

function startupWords(error: unknown, settings: Settings, host: Host, asked: boolean): string {
  const told = serverError(error)
  const place = hostText(host)
  if (told === undefined) return connectionWords(error, host)
  switch (told.code) {
    case '28P01':
      return `${place} refused the password of ${settings.user}.`
    case '28000':
      return `${place} does not let ${settings.user} in: ${told.message}.${asked ? '' : ' Which users may connect from where, and how, stands in the pg_hba.conf of the server.'}`
    case '3D000':
      return `There is no database “${settings.database}” on ${place}.`
    case '53300':
      return `${place} has no connection left: ${told.message}. Close others, or ask for a higher max_connections.`
    case '57P03':
      return `${place} is not ready: ${told.message}. Try again in a moment.`
    default:
      return new ServerError(told).words(place)
  }
}
