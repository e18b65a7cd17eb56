import { defined } from '../defined.ts'
import { own } from '../own.ts'
import type { ActionVerb } from '../runbook/model.ts'
import { deviating, withAttempt, withBlock } from './change.ts'
import type { EventData, Outcome, RunEvent } from './events.ts'
import { isUnknownSomewhere } from './fan-out.ts'
import type { Attempt, BlockStatus, RunState } from './state.ts'

/** What events about blocks do to a state. */

/**
 * What is known of a block after this outcome. A stopped, timed-out or disconnected command may have done its work: only
 * for a check, which changes nothing, is that a plain failure.
 */
export function statusAfter(verb: ActionVerb, outcome: Outcome, passed: boolean): BlockStatus {
  switch (outcome.kind) {
    case 'exited':
    case 'responded':
      return passed ? 'passed' : 'failed'
    case 'not-started':
      return 'failed'
    case 'signalled':
    case 'timed-out':
    case 'cancelled':
    case 'disconnected':
      // A download changes nothing on the host, as a check does not.
      return verb === 'check' || verb === 'download' ? 'failed' : 'unknown'
    case 'unknown':
      return 'unknown'
  }
}

export function started(
  state: RunState,
  event: RunEvent,
  data: EventData<'block.started'>,
): RunState {
  // A retry sends what the attempt before it sent.
  const retried = own(state.blocks, data.block)?.attempts.at(-1)
  const attempt: Attempt = {
    number: data.attempt,
    startedAt: event.wall,
    target: data.target,
    text: data.text,
    edited: data.edited !== undefined || (data.retry === true && retried?.edited === true),
    actor: event.actor,
    gates: [],
    ...(data.hosts && {
      hosts: data.hosts.map((host) => ({ host, status: 'waiting' as const, gates: [] })),
    }),
  }
  let next = withBlock(state, data.block, (block) => ({
    status: 'running',
    attempts: [...block.attempts, attempt],
    approvals: [],
  }))
  const where = { step: data.step, block: data.block }
  if (data.edited) next = deviating(next, event, 'edited', data.edited.reason, where)
  if (data.again?.reason !== undefined)
    next = deviating(next, event, 'run-again', data.again.reason, where)
  return next
}

export function finished(
  state: RunState,
  event: RunEvent,
  data: EventData<'block.finished'>,
): RunState {
  const { step: _step, block: _block, attempt, captured, ...result } = data
  const hosts = own(state.blocks, data.block)?.attempts.find(
    ({ number }) => number === attempt,
  )?.hosts
  const next = withAttempt(
    state,
    data.block,
    attempt,
    defined({
      ...result,
      endedAt: event.wall,
      // A host of a started batch that never reported: nobody knows. The others were not started.
      hosts: hosts?.map((host) =>
        host.status === 'running' ? { ...host, status: 'unknown' as const } : host,
      ),
    }),
  )
  const settled = withBlock(next, data.block, (block) => ({
    // Batches that a failure ended are not unknown: each host says what came of it, or that nothing was sent.
    status:
      hosts === undefined || data.passed
        ? statusAfter(block.verb, data.outcome, data.passed)
        : isUnknownSomewhere(next, block)
          ? 'unknown'
          : 'failed',
  }))
  if (captured === undefined) return settled
  return { ...settled, captures: { ...settled.captures, [captured.name]: captured.value } }
}

export function resolved(
  state: RunState,
  event: RunEvent,
  data: EventData<'block.resolved'>,
): RunState {
  const { step, block, attempt, as, reason } = data
  const next = withAttempt(state, block, attempt, { resolution: { as, reason, by: event.actor } })
  const settled = withBlock(next, block, () => ({ status: as === 'done' ? 'done' : 'gave-up' }))
  return deviating(settled, event, 'resolved', reason, { step, block })
}
