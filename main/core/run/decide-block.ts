import { redisFindings } from '../redis/rules.ts'
import type { AnyCommand } from './commands.ts'
import {
  accept,
  needsReason,
  refuse,
  refusedBy,
  type DecideContext,
  type Decision,
} from './decision.ts'
import type { EventBody } from './events.ts'
import { closing } from './foresee.ts'
import { failedKnowably, hostIsDone } from './fan-out.ts'
import { isKnown, outcomeWords } from './gates.ts'
import { attachmentOf } from './attachments.ts'
import { allPassed, decideHost, hostsToRun, hostToResolve, stop } from './decide-host.ts'
import type { PlanBlock, PlanStep } from './plan.ts'
import { approvalFor, approvalProgress, findBlock, knownTargets, targetOf } from './rules.ts'
import type { Attempt, BlockState, RunState } from './state.ts'
import { BLOCK_TABLE, STEP_TABLE } from './table.ts'

type BlockCommand = Extract<
  AnyCommand,
  {
    type:
      | 'block.run'
      | 'block.retry'
      | 'block.stop'
      | 'block.report'
      | 'block.resolve'
      | 'block.batch'
      | 'block.host-report'
      | 'block.batch-report'
  }
>

interface Found {
  readonly step: PlanStep
  readonly block: PlanBlock
  readonly current: BlockState
}

/** Why running it again needs words: nobody knows what the last time did, or it has already done its work. */
function againNeedsReason(block: PlanBlock, current: BlockState): string | undefined {
  if (block.verb === 'check' || current.attempts.length === 0) return undefined
  switch (current.status) {
    case 'unknown':
      return 'Nobody knows whether the last attempt took effect. Say why it is right to run it again.'
    case 'passed':
    case 'done':
      return 'This block has already done its work. Say why it runs again.'
    case 'gave-up':
      return 'This block was given up. Say why it runs again.'
    case 'idle':
    case 'running':
    case 'failed':
      return undefined
  }
}

function afterWords(attempt: Attempt | undefined): string {
  return attempt?.outcome === undefined
    ? 'an attempt without a result'
    : outcomeWords(attempt.outcome)
}

/** An edit is read as the runbook was: what its author could not have written without saying so, an edit cannot either. */
function unfitEdit(step: PlanStep, block: PlanBlock, text: string): Decision | undefined {
  if (block.executor !== 'redis') return undefined
  const found = redisFindings(text, { verb: block.verb, risk: step.risk }).find(
    ({ code }) => code !== 'redis-caution',
  )
  if (found === undefined) return undefined
  // The plan is frozen, so what the step does not say cannot be added in the run.
  return refuse(
    found.code,
    `Line ${found.line}: ${found.message}${found.suggestion === undefined ? '' : ` It does not say ${found.suggestion}.`}`,
  )
}

function run(
  state: RunState,
  command: Extract<BlockCommand, { type: 'block.run' }>,
  found: Found,
): Decision {
  const { step, block, current } = found
  if (state.mode === 'walkthrough') {
    return refuse(
      'walkthrough',
      'In a walkthrough nothing executes. Complete the step when it has been read.',
    )
  }
  if (command.edit !== undefined && command.edit.text.trim() === '') {
    return refuse('empty-edit', 'The edited command is empty.')
  }
  const target = targetOf(step, block, command.target)
  if (target === undefined) {
    return refuse('no-target', 'This block names no target. Choose where it runs.')
  }
  if (command.target !== undefined && command.target !== target) {
    return refuse('target-fixed', `The runbook says that this block runs on ${target}.`)
  }
  if (!knownTargets(state).includes(target)) {
    return refuse(
      'no-such-target',
      `There is no target ${target} in this runbook; there are ${knownTargets(state).join(', ')}.`,
    )
  }
  const reasonNeeded = againNeedsReason(block, current)
  if (reasonNeeded !== undefined && command.reason === undefined)
    return needsReason('run-again', reasonNeeded)
  const unfit = command.edit && unfitEdit(step, block, command.edit.text)
  if (unfit) return unfit
  const hosts = hostsToRun(state, step, block, target, command.hosts)
  if ('refused' in hosts) return hosts.refused
  const text = command.edit?.text ?? block.code
  const done = (hosts.hosts ?? []).filter((host) => hostIsDone(current, host, text))
  if (done.length > 0 && block.verb !== 'check' && command.reason === undefined) {
    const message = `This block has already done its work on ${done.join(', ')}. Say why it runs there again, or choose the other hosts.`
    return needsReason('run-again', message)
  }
  const approvals = approvalProgress(state, step, block, target, text)
  if (approvals && !approvals.complete) {
    return refuse(
      'not-approved',
      `This needs ${approvals.missing} first, for exactly this text on ${target}.`,
    )
  }
  const last = current.attempts.at(-1)
  return accept({
    type: 'block.started',
    data: {
      step: step.id,
      block: block.id,
      attempt: current.attempts.length + 1,
      verb: block.verb,
      language: block.language,
      target,
      text,
      ...hosts,
      ...(command.edit && { edited: { reason: command.edit.reason } }),
      ...(last && {
        again: {
          after: afterWords(last),
          ...(command.reason !== undefined && { reason: command.reason }),
        },
      }),
    },
  })
}

/** Only what the author declared, only after a known failure, never for what destroys. */
function retry(attempt: number, { step, block, current }: Found): Decision {
  const last = current.attempts.at(-1)
  if (last?.outcome === undefined || last.number !== attempt) {
    return refuse('retry-outdated', 'The block has been run again since.')
  }
  if (step.retry === undefined || current.attempts.length >= step.retry.attempts) {
    return refuse('no-retry', 'No more retries are declared.')
  }
  if (!failedKnowably(last) || step.risk === 'destructive') {
    return refuse('no-retry', 'Only a known failure of something that destroys nothing is retried.')
  }
  if (approvalFor(step, block) !== undefined) {
    return refuse('no-retry', 'The approval was for one start. Running it again needs a new one.')
  }
  // What is done on a host is not done to it again.
  const hosts = last.hosts
    ?.map(({ host }) => host)
    .filter((host) => !hostIsDone(current, host, last.text))
  if (hosts?.length === 0)
    return refuse('no-retry', 'It is done on every host on which it was started.')
  return accept({
    type: 'block.started',
    data: {
      step: step.id,
      block: block.id,
      attempt: attempt + 1,
      verb: block.verb,
      language: block.language,
      target: last.target,
      text: last.text,
      again: { after: afterWords(last) },
      retry: true,
      ...(hosts && { hosts }),
    },
  })
}

function report(
  state: RunState,
  command: Extract<BlockCommand, { type: 'block.report' }>,
  found: Found,
  context: DecideContext,
): Decision {
  const { step, current } = found
  const last = current.attempts.at(-1)
  if (last === undefined || last.number !== command.attempt) {
    return refuse('wrong-attempt', `Attempt ${command.attempt} is not the one that runs.`)
  }
  const { type: _type, ...result } = command
  const passed =
    isKnown(command.outcome) &&
    command.gates.length > 0 &&
    command.gates.every((gate) => gate.passed) &&
    allPassed(state, current)
  const finished: EventBody = { type: 'block.finished', data: { ...result, step: step.id, passed } }
  const kept = attachmentOf(step.id, command)
  const over = state.phase === 'finished' || state.phase === 'aborted'
  return accept(finished, ...kept, ...(over ? [] : closing(state, step, [finished], context)))
}

function resolve(
  state: RunState,
  command: Extract<BlockCommand, { type: 'block.resolve' }>,
  found: Found,
  context: DecideContext,
): Decision {
  const { step, block, current } = found
  const of = command.host === undefined ? undefined : hostToResolve(current, command.host)
  if (of !== undefined && 'refused' in of) return of.refused
  const event: EventBody = {
    type: 'block.resolved',
    data: {
      step: step.id,
      block: block.id,
      attempt: of?.attempt ?? current.attempts.length,
      ...(command.host !== undefined && { host: command.host }),
      as: command.as,
      reason: command.reason,
    },
  }
  if (command.as === 'failed') return accept(event)
  return accept(event, ...closing(state, step, [event], context))
}

/** Commands about one block, and what the run loop reports of it. */
export function decideBlock(
  state: RunState,
  command: BlockCommand,
  context: DecideContext,
): Decision {
  const found = findBlock(state, command.block)
  if (found === undefined)
    return refuse('no-block', `There is no block ${command.block} in this run.`)
  const { step, block, current } = found
  const stepStatus = state.steps[step.id]?.status ?? 'pending'
  if (command.type === 'block.run' || command.type === 'block.retry') {
    const row =
      block.verb === 'rollback' ? STEP_TABLE['block.run rollback'] : STEP_TABLE['block.run']
    const refused = refusedBy(row[stepStatus])
    if (refused) return refused
  }
  if (command.type === 'block.resolve') {
    const refused = refusedBy(STEP_TABLE['block.resolve'][stepStatus])
    if (refused) return refused
  }
  const refused = refusedBy(BLOCK_TABLE[command.type][current.status])
  if (refused) return refused
  switch (command.type) {
    case 'block.run':
      return run(state, command, found)
    case 'block.retry':
      return retry(command.attempt, found)
    case 'block.stop':
      return stop(command, step, current)
    case 'block.batch':
    case 'block.host-report':
    case 'block.batch-report':
      return decideHost(command, step, current)
    case 'block.report':
      return report(state, command, found, context)
    case 'block.resolve':
      return resolve(state, command, found, context)
  }
}
