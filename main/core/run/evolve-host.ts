import { defined } from '../defined.ts'
import { own } from '../own.ts'
import { withAttempt } from './change.ts'
import { statusAfter } from './evolve-block.ts'
import type { EventData, RunEvent } from './events.ts'
import type { HostState, RunState } from './state.ts'

/** What events about the hosts of a fan-out do to a state. */

interface Where {
  readonly block: string
  readonly attempt: number
}

function withHosts(
  state: RunState,
  { block, attempt }: Where,
  change: (host: HostState) => HostState,
): RunState {
  const hosts = own(state.blocks, block)?.attempts.find(({ number }) => number === attempt)?.hosts
  if (hosts === undefined) return state
  return withAttempt(state, block, attempt, { hosts: hosts.map(change) })
}

export function stopping(state: RunState, data: EventData<'block.stopping'>): RunState {
  const { host, rung } = data
  if (host === undefined) return withAttempt(state, data.block, data.attempt, { stopping: rung })
  return withHosts(state, data, (each) => (each.host === host ? { ...each, stopping: rung } : each))
}

export function batchStarted(
  state: RunState,
  event: RunEvent,
  data: EventData<'block.batch-started'>,
): RunState {
  const { batch, hosts } = data
  return withHosts(state, data, (each) =>
    hosts.includes(each.host) ? { ...each, status: 'running', batch, startedAt: event.wall } : each,
  )
}

export function hostFinished(
  state: RunState,
  event: RunEvent,
  data: EventData<'block.host-finished'>,
): RunState {
  const { step: _step, block, attempt, ...result } = data
  const verb = own(state.blocks, block)?.verb ?? 'run'
  return withHosts(state, { block, attempt }, (each) =>
    each.host === result.host
      ? {
          ...each,
          ...defined(result),
          status: statusAfter(verb, result.outcome, result.passed),
          endedAt: event.wall,
        }
      : each,
  )
}
