import type { Executor } from '../../engine/ports.ts'
import { withWaiting } from '../network/reach.ts'
import { Clients } from './clients.ts'
import { PostgresExecution } from './execution.ts'
import { probePostgres } from './probe.ts'
import type { SessionRequest } from './session.ts'

/** Runs blocks of SQL against targets of kind `postgres`: one connection per run and target, and one that only reads for checks. */
export function createPostgresExecutor(ports: SessionRequest['ports'] = {}): Executor {
  const clients = new Clients()
  return {
    probes: ['postgres'],
    accepts({ block, targetKind }) {
      if (block.executor !== 'sql') return `A ${block.language} block is not SQL.`
      if (targetKind !== 'postgres')
        return `A block of SQL needs a postgres target, not a ${targetKind} one. Give the block another target.`
      return true
    },
    start(request, sink) {
      const { profile } = request
      if (profile?.kind === 'postgres')
        return new PostgresExecution(request, profile, sink, clients, ports)
      const detail = `There is no postgres profile “${request.connection}”${
        request.environment === undefined ? '' : ` in the environment ${request.environment}`
      }. Add one, with the address of the database, to the connections.`
      return {
        result: Promise.resolve({ outcome: { kind: 'not-started', detail } }),
        stop: () => undefined,
      }
    },
    async probe(request, onStage) {
      const { profile } = request
      if (profile.kind !== 'postgres')
        return { ok: false, stages: [], summary: `“${profile.name}” is not a postgres profile.` }
      return probePostgres(request, profile, withWaiting(ports, request.onWaiting), onStage)
    },
    closeRun(run) {
      clients.closeRun(run)
      return Promise.resolve()
    },
  }
}
