import type { Executor } from '../../engine/ports.ts'
import { withWaiting, type NetworkPorts } from '../network/reach.ts'
import { Exchange } from './exchange.ts'
import { probeHttp } from './probe.ts'
import type { Variables } from './proxy.ts'

export interface HttpExecutorOptions extends NetworkPorts {
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are looked for. */
  readonly variables?: Variables
}

/** Runs http blocks against targets of kind `http`, whose connection is a profile or a base URL. */
export function createHttpExecutor(given: HttpExecutorOptions = {}): Executor {
  const { variables = process.env, ...ports } = given
  const options = { ports, variables }
  return {
    accepts({ block, targetKind }) {
      if (block.executor !== 'http') return `A ${block.language} block is not an HTTP request.`
      if (targetKind !== 'http')
        return `An http block needs an http target, not a ${targetKind} one. Give the block another target.`
      return true
    },
    start: (request, sink) => new Exchange(request, sink, options),
    probes: ['http'],
    async probe(request, onStage) {
      const { profile } = request
      if (profile.kind !== 'http')
        return { ok: false, stages: [], summary: `“${profile.name}” is not an http profile.` }
      return probeHttp(
        request,
        profile,
        { ...options, ports: withWaiting(options.ports, request.onWaiting) },
        onStage,
      )
    },
    // Every request has a connection of its own, which ends with it.
    closeRun: () => Promise.resolve(),
  }
}
