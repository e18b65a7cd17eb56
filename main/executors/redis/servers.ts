import type { RedisProfile } from '../../core/connection/profile.ts'
import type { NetworkPorts } from '../network/reach.ts'
import { DialError, placeText, type Place } from '../network/sockets.ts'
import { Stages } from '../network/stages.ts'
import { addressOf, clusterPlaces, sentinelPlaces } from './address.ts'
import { Node } from './node.ts'

/** Which server a profile leads to, now: itself, the primary that sentinels name, or a node of a cluster. */

const CONNECT_TIMEOUT_MS = 10_000

export interface ServerRequest {
  readonly profile: RedisProfile
  readonly environment: string | undefined
  readonly run: string | undefined
  readonly ports: NetworkPorts
  readonly signal: AbortSignal
  readonly stages: Stages
}

function open(request: ServerRequest, place: Place): Promise<Node> {
  const { profile } = request
  const address = addressOf(profile)
  return Node.open({
    ...request,
    ...place,
    via: profile.via,
    tls: address.tls,
    user: address.user,
    password: profile.password,
    database: profile.cluster === undefined ? address.database : undefined,
    connectTimeoutMs: profile.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    purpose: {
      environment: request.environment,
      profile: profile.name,
      label: `password of ${address.user ?? 'the default user'} at ${placeText(place)}`,
      ...(request.run !== undefined && { run: request.run }),
    },
  })
}

/** A connection to this very node of the profile's cluster, or to its one server. Rejects with a `DialError`. */
export function openAt(request: ServerRequest, place: Place): Promise<Node> {
  return open(request, place)
}

/** A connection to where the profile leads. Rejects with a `DialError`. */
export async function openServer(request: ServerRequest): Promise<Node> {
  const { profile } = request
  if (profile.sentinel !== undefined) return openPrimary(request, profile.sentinel)
  const seeds = clusterPlaces(profile)
  if (seeds.length === 0) return open(request, addressOf(profile))
  const problems: string[] = []
  for (const seed of seeds) {
    try {
      return await open(request, seed)
    } catch (error) {
      if (!(error instanceof DialError)) throw error
      // Credentials that one node refuses are not tried at the next.
      if (/refused the password|wants a password/u.test(error.message)) throw error
      problems.push(error.message)
    }
    if (request.signal.aborted) break
  }
  throw new DialError(`No node of the cluster could be reached. ${problems.join(' ')}`)
}

async function openPrimary(
  request: ServerRequest,
  sentinel: NonNullable<RedisProfile['sentinel']>,
): Promise<Node> {
  const problems: string[] = []
  for (const place of sentinelPlaces(request.profile)) {
    let primary: Place
    try {
      primary = await askSentinel(request, sentinel, place)
    } catch (error) {
      if (!(error instanceof DialError)) throw error
      problems.push(error.message)
      if (request.signal.aborted) break
      continue
    }
    const node = await open(request, primary)
    const role = await roleOf(node)
    if (role === undefined || role === 'master') return node
    node.close()
    problems.push(
      `The sentinel at ${placeText(place)} names ${placeText(primary)} as the primary, but it says that it is a ${role}: a failover is going on, or has gone wrong.`,
    )
  }
  throw new DialError(`The primary “${sentinel.master}” was not found. ${problems.join(' ')}`)
}

/** What the server says it is: `master`, `slave`, `sentinel`. Undefined when this user may not ask. */
export async function roleOf(node: Node): Promise<string | undefined> {
  const answer = await node.ask('ROLE').catch(() => undefined)
  return Array.isArray(answer) ? String(answer[0]) : undefined
}

async function askSentinel(
  request: ServerRequest,
  sentinel: NonNullable<RedisProfile['sentinel']>,
  place: Place,
): Promise<Place> {
  const { profile } = request
  const node = await Node.open({
    ...request,
    ...place,
    via: profile.via,
    tls: addressOf(profile).tls,
    user: sentinel.user,
    password: sentinel.password,
    database: undefined,
    connectTimeoutMs: profile.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    purpose: {
      environment: request.environment,
      profile: profile.name,
      label: `password of the sentinel at ${placeText(place)}`,
      ...(request.run !== undefined && { run: request.run }),
    },
  })
  try {
    const answer = await node.ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', sentinel.master)
    if (!Array.isArray(answer))
      throw new DialError(
        `The sentinel at ${placeText(place)} watches no primary with the name ${sentinel.master}.`,
      )
    return { host: String(answer[0]), port: Number(answer[1]) }
  } catch (error) {
    if (error instanceof DialError) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new DialError(`The sentinel at ${placeText(place)} did not answer: ${message}`)
  } finally {
    node.close()
  }
}
