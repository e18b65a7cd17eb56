import type { Push } from '../contract/pushes.ts'
import type { RunState } from '../core/run/state.ts'
import type { TransportState } from './transport.ts'

/** What clients are told of a connection: with the names that the runbook has for where it leads. */
export function targetStatePush(
  { run, profile, environment, host, connection }: TransportState,
  runs: { state(run: string): RunState },
): Push {
  return {
    push: 'target.state',
    data: {
      run,
      targets: targetsAt(runs.state(run), profile),
      profile,
      ...(environment !== undefined && { environment }),
      host,
      connection,
    },
  }
}

/** Targets of a run that lead to a profile, or to one of several hosts by that name. */
function targetsAt(state: RunState, profile: string): string[] {
  return state.plan.targets
    .filter(({ name, connection, hosts }) => {
      const chosen = state.connections?.[name]?.profile
      return (chosen ?? connection) === profile || (hosts.length > 1 && hosts.includes(profile))
    })
    .map(({ name }) => name)
}
