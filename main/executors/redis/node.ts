import { AbstractConnector, Command, Redis } from 'ioredis'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecretSource } from '../../core/connection/profile.ts'
import type { SecretPurpose } from '../../engine/ports.ts'
import { failureWords } from '../network/failures.ts'
import { limited, reach, secretOf, secure, type ReachOptions } from '../network/reach.ts'
import { DialError, placeText, type Place } from '../network/sockets.ts'
import type { TlsProfile } from '../network/tls-files.ts'
import { Wire, type WatchedReply } from './wire.ts'

/** One connection to one Redis server. It is made once and never makes itself again: nothing is sent a second time. */

export interface NodeOptions extends Omit<ReachOptions, 'signal'> {
  readonly signal: AbortSignal
  readonly tls: TlsProfile | undefined
  readonly user: string | undefined
  readonly password: SecretSource | undefined
  readonly purpose: SecretPurpose
  /** Undefined where there is no such thing: in a cluster, of a sentinel. */
  readonly database: number | undefined
  /** Longest time for everything up to the server's greeting. */
  readonly connectTimeoutMs: number
}

/** ioredis uses a few of a socket's methods, and the wire has them. */
function servesAsSocket(stream: Duplex): stream is Socket {
  return 'setNoDelay' in stream && 'setKeepAlive' in stream && 'setTimeout' in stream
}

function connectorFor(wire: Wire): new () => AbstractConnector {
  return class extends AbstractConnector {
    constructor() {
      super(0)
    }
    override connect(): Promise<Socket> {
      if (!servesAsSocket(wire)) return Promise.reject(new Error('The wire is no socket.'))
      this.connecting = true
      this.stream = wire
      return Promise.resolve(wire)
    }
  }
}

/** What a server that does not let anybody in means, and what to do. */
function greetingWords(error: unknown, { user, password }: NodeOptions, place: string): string {
  const message = error instanceof Error ? error.message : String(error)
  const who = user === undefined ? 'the default user' : `the user ${user}`
  switch (/^[A-Z]+/u.exec(message)?.[0]) {
    case 'WRONGPASS':
      return password === undefined
        ? `${place} refused ${who}: ${message}`
        : `${place} refused the password of ${who}, or there is no such user, or it is switched off. Nothing was sent, and it is not tried again by itself.`
    case 'NOAUTH':
      return `${place} wants a password, and the profile has none for ${who}. Add “password” to it.`
    case 'NOPERM':
      return `${place} does not allow ${who} to do this: ${message}`
    case 'DENIED':
      return `${place} is in protected mode: it takes connections from its own machine only. Go through that machine with “via”, or set a password on the server.`
    case 'LOADING':
      return `${place} is loading its data and takes no commands yet.`
    case 'ERR':
      if (message.includes('max number of clients'))
        return `${place} is full: its limit of clients (maxclients) is reached. Nothing was sent.`
      if (message.includes('DB index'))
        return `${place} has no database of that number: ${message}. Change “database” in the profile.`
      return `${place} refused the connection: ${message}`
    case undefined:
    default:
      return /closed/iu.test(message)
        ? `${place} closed the connection before it had greeted. Is it a Redis server, with TLS as the profile says?`
        : failureWords(error, place)
  }
}

function isCredentials(message: string): boolean {
  return message.startsWith('WRONGPASS') || message.startsWith('ERR invalid password')
}

export class Node {
  readonly place: Place
  readonly wire: Wire
  readonly #redis: Redis
  /** Its number on the server, which a second connection needs to end what it waits for. Undefined when it is not told. */
  readonly clientId: string | undefined

  private constructor(place: Place, wire: Wire, redis: Redis, clientId: string | undefined) {
    this.place = place
    this.wire = wire
    this.#redis = redis
    this.clientId = clientId
  }

  /** Connects and authenticates. Rejects with a `DialError`; then nothing but that was sent. */
  static async open(given: NodeOptions): Promise<Node> {
    const place = placeText(given)
    const seconds = given.connectTimeoutMs / 1000
    // A person who is asked for the password may take their time.
    const password = await secretOf(given.password, given.purpose, given.ports, given.signal)
    const limit = limited(
      given.connectTimeoutMs,
      given.signal,
      `${place} did not answer within ${seconds} s.`,
    )
    const options = { ...given, signal: limit.signal }
    try {
      let stream = await reach(options)
      const { tls } = options
      if (tls !== undefined) {
        const bare = stream
        const secured = await options.stages.run(
          'certificate',
          place,
          () => secure(bare, tls, options),
          ({ socket }) => socket.getProtocol() ?? 'TLS',
        )
        stream = secured.socket
      }
      const wire = new Wire(stream)
      return await options.stages.run(
        'authenticate',
        place,
        () => Node.#greet(wire, options, password),
        () => (options.user === undefined ? 'as the default user' : `as ${options.user}`),
      )
    } finally {
      limit.clear()
    }
  }

  static async #greet(
    wire: Wire,
    options: NodeOptions,
    password: string | undefined,
  ): Promise<Node> {
    const { signal, user, database } = options
    const redis = new Redis({
      Connector: connectorFor(wire),
      lazyConnect: true,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...(database !== undefined && database !== 0 && { db: database }),
      protocol: 3,
      stringNumbers: true,
      disableClientInfo: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      // A connection that ends has ended: it is for people to say what is sent again.
      retryStrategy: () => null,
      reconnectOnError: null,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
    })
    let problem: unknown
    redis.on('error', (error) => {
      problem ??= error
    })
    const aborted = (): void => {
      problem ??= signal.reason
      wire.destroy()
    }
    signal.addEventListener('abort', aborted, { once: true })
    try {
      if (signal.aborted) aborted()
      await redis.connect()
      if (problem !== undefined) throw problem
    } catch (error) {
      const cause = problem ?? error
      redis.disconnect()
      wire.destroy()
      if (cause instanceof DialError) throw cause
      const message = cause instanceof Error ? cause.message : String(cause)
      if (isCredentials(message) && options.password !== undefined)
        options.ports.secrets?.refuse(options.password, options.purpose)
      throw new DialError(greetingWords(cause, options, placeText(options)))
    } finally {
      signal.removeEventListener('abort', aborted)
    }
    // Not every user may ask; then what it waits for can be ended only by closing the connection.
    const id = await redis.call('CLIENT', 'ID').catch(() => undefined)
    return new Node(options, wire, redis, typeof id === 'string' ? id : undefined)
  }

  get alive(): boolean {
    return this.#redis.status === 'ready' && !this.wire.destroyed
  }

  /** Sends a command of Muster's own. Rejects when the server answers with an error or the connection ends. */
  ask(...words: readonly string[]): Promise<unknown> {
    const [name = '', ...rest] = words
    return this.#redis.call(name, ...rest)
  }

  /**
   * Sends one command of a block; its reply goes to `reply`. Resolves when the reply is complete, also when it is an error.
   * Rejects when the connection ended before.
   */
  async send(name: string, words: readonly Buffer[], reply: WatchedReply): Promise<void> {
    // In capitals ioredis knows no special treatment for it; Redis does not mind.
    const command = new Command(name.toUpperCase(), [...words], { replyEncoding: null })
    this.wire.watch(reply)
    try {
      await this.#redis.sendCommand(command)
    } catch (error) {
      if (!this.wire.replyDone) throw error
    }
  }

  close(): void {
    this.#redis.disconnect()
    this.wire.destroy()
  }
}
