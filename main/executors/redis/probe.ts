import type { RedisProfile } from '../../core/connection/profile.ts'
import type { Probe, ProbeRequest, ProbeStage } from '../../engine/ports.ts'
import type { NetworkPorts } from '../network/reach.ts'
import { DialError, placeText } from '../network/sockets.ts'
import { probing } from '../network/stages.ts'
import type { Node } from './node.ts'
import { openServer, roleOf } from './servers.ts'

/** Tries a Redis connection: a PING, and what kind of server answered. */

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'mu').exec(info)?.[1]
}

async function describe(node: Node, profile: RedisProfile): Promise<string> {
  try {
    await node.ask('PING')
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new DialError(`${placeText(node.place)} answered PING with an error: ${message}`)
  }
  const info = String(await node.ask('INFO', 'server').catch(() => ''))
  const version = field(info, 'redis_version')
  const role = await roleOf(node)
  const said = role === 'slave' ? 'replica' : role === 'master' ? 'primary' : role
  return [
    version === undefined ? 'Redis' : `Redis ${version}`,
    ...(said === undefined ? [] : [`a ${said}`]),
    ...(profile.cluster === undefined ? [] : ['of a cluster']),
  ].join(', ')
}

export function probeRedis(
  { environment, signal }: ProbeRequest,
  profile: RedisProfile,
  ports: NetworkPorts,
  onStage: (stage: ProbeStage) => void,
): Promise<Probe> {
  return probing(onStage, profile.name, async (stages) => {
    const node = await openServer({ profile, environment, run: undefined, ports, signal, stages })
    try {
      const place = placeText(node.place)
      const found = await stages.run(
        'first-query',
        place,
        () => describe(node, profile),
        (text) => text,
      )
      return `${place} answered: ${found}.`
    } finally {
      node.close()
    }
  })
}
