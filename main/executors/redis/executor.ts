import type { Executor } from '../../engine/ports.ts'
import { withWaiting, type NetworkPorts } from '../network/reach.ts'
import { Clients } from './clients.ts'
import { RedisExecution } from './execution.ts'
import { probeRedis } from './probe.ts'

/** Runs redis blocks against targets of kind `redis`, over ioredis: one connection per run and target. */
export function createRedisExecutor(ports: NetworkPorts = {}): Executor {
  const clients = new Clients()
  return {
    accepts({ block, targetKind }) {
      if (block.executor !== 'redis') return `A ${block.language} block is not Redis commands.`
      if (targetKind !== 'redis')
        return `A redis block needs a redis target, not a ${targetKind} one. Give the block another target.`
      return true
    },
    start(request, sink) {
      const { profile } = request
      if (profile?.kind === 'redis')
        return new RedisExecution(request, profile, sink, clients, ports)
      const detail = `There is no redis profile “${request.connection}”${
        request.environment === undefined ? '' : ` in the environment ${request.environment}`
      }. Add one, with the address of the server, to the connections.`
      return {
        result: Promise.resolve({ outcome: { kind: 'not-started', detail } }),
        stop: () => undefined,
      }
    },
    probes: ['redis'],
    async probe(request, onStage) {
      const { profile } = request
      if (profile.kind !== 'redis')
        return { ok: false, stages: [], summary: `“${profile.name}” is not a redis profile.` }
      return probeRedis(request, profile, withWaiting(ports, request.onWaiting), onStage)
    },
    closeRun(run) {
      clients.closeRun(run)
      return Promise.resolve()
    },
  }
}
