import { attachmentOf } from './attachments.ts'
import type { AnyCommand } from './commands.ts'
import { accept, refuse, type Decision } from './decision.ts'
import { batchChecks, hostIsDone, hostsOf, latestHost } from './fan-out.ts'
import { isKnown } from './gates.ts'
import type { PlanBlock, PlanStep } from './plan.ts'
import type { BlockState, RunState } from './state.ts'

/** Commands about the hosts of a fan-out, and what the run loop reports of them. */

type HostResult = Extract<AnyCommand, { type: 'block.host-report' }>
type HostCommand = Extract<
  AnyCommand,
  { type: 'block.batch' | 'block.host-report' | 'block.batch-report' }
>

/** The hosts a block starts on, where its target is several; a choice of some must be among them. */
export function hostsToRun(
  state: RunState,
  step: PlanStep,
  block: PlanBlock,
  target: string,
  chosen: readonly string[] | undefined,
): { readonly hosts?: string[] } | { readonly refused: Decision } {
  const all = hostsOf(state, target)
  const stranger = chosen?.find((host) => !all.includes(host))
  if (stranger !== undefined) {
    const there = all.length === 0 ? 'it is one place' : `it has ${all.join(', ')}`
    return { refused: refuse('no-such-host', `${target} has no host ${stranger}; ${there}.`) }
  }
  if (all.length === 0) return {}
  const shared = [block, ...batchChecks(step, block, target)]
  if (shared.some((each) => each.verb === 'terminal' || each.pty || each.session !== undefined)) {
    const message = `${target} is ${all.length} hosts, and a terminal or a shared shell is on one. Give each host a target of its own.`
    return { refused: refuse('one-host-only', message) }
  }
  const capture = shared.find((each) => each.capture !== undefined)?.capture
  if (capture !== undefined) {
    const message = `${target} is ${all.length} hosts, so ${capture} would have ${all.length} values. Capture it from a target that is one host.`
    return { refused: refuse('one-host-only', message) }
  }
  return { hosts: all.filter((host) => chosen === undefined || chosen.includes(host)) }
}

/** Whether every host of the target is done: in this attempt, or the last time it ran, with the same text. */
export function allPassed(state: RunState, current: BlockState): boolean {
  const last = current.attempts.at(-1)
  if (last?.hosts === undefined) return true
  return hostsOf(state, last.target).every((name) => hostIsDone(current, name, last.text))
}

/** Whether a person may say what became of one host; the attempt it had its turn in. */
export function hostToResolve(
  current: BlockState,
  name: string,
): { readonly attempt: number } | { readonly refused: Decision } {
  const latest = latestHost(current, name)
  if (latest === undefined)
    return { refused: refuse('no-such-host', `The block has not run on ${name}.`) }
  const { status } = latest.host
  if (status !== 'unknown' && status !== 'failed') {
    const why = status === 'passed' ? 'it passed there' : 'that has been settled'
    return { refused: refuse('host-settled', `There is nothing to settle on ${name}: ${why}.`) }
  }
  return { attempt: latest.attempt.number }
}

export function stop(
  command: Extract<AnyCommand, { type: 'block.stop' }>,
  step: PlanStep,
  current: BlockState,
): Decision {
  const { host, rung } = command
  const last = current.attempts.at(-1)
  if (host !== undefined && last?.hosts?.find((each) => each.host === host)?.status !== 'running')
    return refuse('host-not-running', `The block does not run on ${host} now.`)
  return accept({
    type: 'block.stopping',
    data: {
      step: step.id,
      block: current.id,
      attempt: current.attempts.length,
      rung,
      ...(host !== undefined && { host }),
    },
  })
}

export function decideHost(command: HostCommand, step: PlanStep, current: BlockState): Decision {
  const last = current.attempts.at(-1)
  if (last === undefined || last.number !== command.attempt)
    return refuse('wrong-attempt', `Attempt ${command.attempt} is not the one that runs.`)
  const statusOf = (name: string): string | undefined =>
    last.hosts?.find(({ host }) => host === name)?.status
  if (command.type === 'block.batch') {
    const known = command.hosts.every((host) => statusOf(host) === 'waiting')
    if (!known || last.stopping !== undefined)
      return refuse('no-batch', 'Another batch cannot start: it was started or stopped already.')
    const latest = Math.max(0, ...(last.hosts ?? []).map((host) => host.batch ?? 0))
    const { type: _type, ...data } = command
    const batch = command.batch ?? latest + 1
    if (batch !== latest && batch !== latest + 1)
      return refuse('no-batch', `Batch ${batch} is not the one that comes now.`)
    return accept({ type: 'block.batch-started', data: { ...data, step: step.id, batch } })
  }
  if (command.type === 'block.batch-report') {
    const { type: _type, hosts, ...data } = command
    const results = hosts.map((host) => ({ ...host, passed: hasPassed(host) }))
    const passed = results.every((host) => host.passed)
    return accept({
      type: 'block.batch-checked',
      data: { ...data, step: step.id, passed, hosts: results },
    })
  }
  if (statusOf(command.host) !== 'running')
    return refuse('host-not-running', `The block does not run on ${command.host}.`)
  const { type: _type, ...result } = command
  return accept(
    {
      type: 'block.host-finished',
      data: { ...result, step: step.id, passed: hasPassed(command) },
    },
    ...attachmentOf(step.id, command),
  )
}

function hasPassed({ outcome, gates }: Pick<HostResult, 'outcome' | 'gates'>): boolean {
  return isKnown(outcome) && gates.length > 0 && gates.every((gate) => gate.passed)
}
