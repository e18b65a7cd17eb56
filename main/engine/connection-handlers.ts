import type { Push } from '../contract/pushes.ts'
import { ContractError } from '../contract/frames.ts'
import type { RequestHandlers } from '../contract/requests.ts'
import type { connectionRequests } from '../contract/connections.ts'
import { requireSame, type Library } from './library.ts'
import type { RequestContext } from './options.ts'
import type { Connections } from './ports.ts'
import type { Probing } from './probing.ts'

export interface ConnectionHandlerParts {
  readonly connections: Connections
  readonly probing: Probing
  readonly library: Library
  readonly requireWritable: () => void
  readonly toAll: (push: Push) => void
}

/** What the file or its disk refuses reaches the person as it is said. */
function inWords<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new ContractError('connections', error instanceof Error ? error.message : String(error))
  }
}

/** The use cases about environments and profiles. */
export function createConnectionHandlers({
  connections,
  probing,
  library,
  requireWritable,
  toAll,
}: ConnectionHandlerParts): Pick<RequestHandlers<RequestContext>, keyof typeof connectionRequests> {
  function change<T>(work: () => T): T {
    requireWritable()
    try {
      return inWords(work)
    } finally {
      toAll({ push: 'connections.changed', data: {} })
    }
  }

  return {
    'connections.list': () => inWords(() => connections.load()),
    'connections.save': ({ environment, profile, replaces }) =>
      change(() => {
        connections.save(environment, profile, replaces)
        return {}
      }),
    'connections.remove': ({ environment, profile }) =>
      change(() => {
        connections.remove(environment, profile)
        return {}
      }),
    'connections.saveEnvironment': (environment) =>
      change(() => {
        connections.saveEnvironment(environment)
        return {}
      }),
    'connections.import': ({ path, replace }) => change(() => connections.import(path, replace)),
    'connections.test': ({ probe, environment, profile }, { client }) =>
      probing.test(client, { probe, environment, profile }, (stage) =>
        client.push({ push: 'probe.stage', data: { probe, stage } }),
      ),
    'runs.preflight': async (
      { probe, path, sha256, environment, connections: chosen = {} },
      { client },
    ) => {
      const file = await library.load(path)
      if (sha256 !== undefined) requireSame(file.sha256, sha256, path)
      const { targets } = file.parsed.runbook
      return await probing.preflight(
        client,
        { probe, environment, targets, chosen },
        {
          onStage: (target, stage) =>
            client.push({ push: 'probe.stage', data: { probe, target, stage } }),
          onTarget: (result) => client.push({ push: 'preflight.target', data: { probe, result } }),
        },
      )
    },
    'probe.cancel': ({ probe }, { client }) => {
      probing.cancel(client, probe)
      return {}
    },
  }
}
