import { defined } from '../defined.ts'
import { own } from '../own.ts'
import { deviating, withAttempt, withBlock } from './change.ts'
import { statusAfter } from './evolve-block.ts'
import type { EventData, RunEvent } from './events.ts'
import { hostIsDone, hostsOf, isUnknownSomewhere } from './fan-out.ts'
import type { BatchCheck, BlockState, HostState, RunState } from './state.ts'

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

export function batchChecked(state: RunState, data: EventData<'block.batch-checked'>): RunState {
  const { block, attempt, batch, check, passed, hosts } = data
  const verb = own(state.blocks, check)?.verb ?? 'check'
  const found: BatchCheck = {
    batch,
    check,
    passed,
    hosts: hosts.map((host) => ({
      ...defined(host),
      status: statusAfter(verb, host.outcome, host.passed),
      batch,
    })),
  }
  const before = own(state.blocks, block)?.attempts.find(({ number }) => number === attempt)
  return withAttempt(state, block, attempt, {
    batchChecks: [...(before?.batchChecks ?? []), found],
  })
}

/** What a person found out about one host; the block is done when that was the last one missing. */
export function hostResolved(
  state: RunState,
  event: RunEvent,
  data: EventData<'block.resolved'>,
  name: string,
): RunState {
  const { step, block, as, reason } = data
  const resolution = { as, reason, by: event.actor }
  const next = withHosts(state, data, (each) =>
    each.host === name
      ? { ...each, resolution, status: as === 'done' ? ('done' as const) : ('gave-up' as const) }
      : each,
  )
  const settled = withBlock(next, block, (current) => ({ status: statusOfAll(next, current) }))
  return deviating(settled, event, 'resolved', reason, { step, block })
}

/** What is known of a block, from what is known of each of its hosts. */
function statusOfAll(state: RunState, current: BlockState): BlockState['status'] {
  const last = current.attempts.at(-1)
  const hosts = last === undefined ? [] : hostsOf(state, last.target)
  if (last !== undefined && hosts.every((host) => hostIsDone(current, host, last.text)))
    return 'done'
  return isUnknownSomewhere(state, current) ? 'unknown' : 'failed'
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
