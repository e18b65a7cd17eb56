import { own } from '../own.ts'
import { isKnown } from './gates.ts'
import type { Strategy } from './host-schemas.ts'
import type { GateResult, Outcome } from './outcome.ts'
import type { PlanBlock, PlanStep } from './plan.ts'
import type { Attempt, BlockState, HostState, RunState } from './state.ts'

/** One block on several hosts: in which batches, and what all of them together came to. */

const EVERYWHERE: Strategy = { kind: 'all', maxFailures: 0 }

/** The batches, in the order of the hosts. A canary's first batch is small and the second is all the rest. */
export function batchesOf(
  hosts: readonly string[],
  strategy: Strategy = EVERYWHERE,
): readonly (readonly string[])[] {
  if (hosts.length === 0) return []
  if (strategy.kind === 'all') return [hosts]
  const { batch = { count: 1 } } = strategy
  const size =
    'count' in batch ? batch.count : Math.max(1, Math.floor((hosts.length * batch.percent) / 100))
  if (strategy.kind === 'canary')
    return [hosts.slice(0, size), hosts.slice(size)].filter((part) => part.length > 0)
  const batches: (readonly string[])[] = []
  for (let from = 0; from < hosts.length; from += size) batches.push(hosts.slice(from, from + size))
  return batches
}

/** The hosts of a target, as they stood when the run started; empty when it is one place. */
export function hostsOf(state: RunState, target: string): readonly string[] {
  const declared = state.plan.targets.find(({ name }) => name === target)
  const place = state.connections && own(state.connections, target)
  const hosts =
    place?.hosts ??
    (place === undefined || place.profile === declared?.connection ? declared?.hosts : undefined) ??
    []
  // A host that is listed twice has one turn.
  const distinct = [...new Set(hosts)]
  return distinct.length > 1 ? distinct : []
}

/** The checks that gate each batch: those that follow the block in its step, on the same target. */
export function batchChecks(
  step: PlanStep,
  block: PlanBlock,
  target: string,
): readonly PlanBlock[] {
  if (step.strategy?.checkBatches !== true || step.strategy.kind === 'all') return []
  const after = step.blocks.slice(step.blocks.findIndex(({ id }) => id === block.id) + 1)
  const until = after.findIndex(({ verb }) => verb !== 'check')
  return after
    .slice(0, until === -1 ? after.length : until)
    .filter((check) => (check.target ?? step.target) === target)
}

/** What is known of a host of a block now: its state in the last attempt in which it had its turn. */
export function latestHost(
  current: BlockState,
  name: string,
): { readonly host: HostState; readonly attempt: Attempt } | undefined {
  for (const attempt of current.attempts.toReversed()) {
    const host = attempt.hosts?.find((each) => each.host === name)
    if (host !== undefined && host.status !== 'waiting') return { host, attempt }
  }
  return undefined
}

/** Whether a host needs nothing more of a text: it passed there, or a person found out that it is done. */
export function hostIsDone(current: BlockState, name: string, text: string): boolean {
  const latest = latestHost(current, name)
  if (latest === undefined || latest.attempt.text !== text) return false
  return latest.host.passed === true || latest.host.status === 'done'
}

/**
 * Whether an attempt ended as a failure that may be tried again: known, and not because a person stopped it. Batches that
 * a failure held back do not make it unknown.
 */
export function failedKnowably(attempt: Attempt): boolean {
  const { hosts, outcome, stopping } = attempt
  if (hosts === undefined) return outcome !== undefined && isKnown(outcome)
  const turned = hosts.filter(({ status }) => status !== 'waiting')
  return (
    stopping === undefined &&
    turned.some(({ passed }) => passed === false) &&
    turned.every((host) => host.outcome !== undefined && isKnown(host.outcome) && !host.stopping)
  )
}

/** Whether nobody knows of some host of the last attempt's target what a block did there. */
export function isUnknownSomewhere(state: RunState, current: BlockState): boolean {
  const last = current.attempts.at(-1)
  if (last === undefined) return false
  return hostsOf(state, last.target).some(
    (host) => latestHost(current, host)?.host.status === 'unknown',
  )
}

/** The hosts of the running attempt's target that are not part of it, and whether they are done. */
export function othersOf(
  state: RunState,
  block: string,
  hosts: readonly string[],
): readonly { readonly host: string; readonly passed: boolean }[] {
  const current = own(state.blocks, block)
  const last = current?.attempts.at(-1)
  if (current === undefined || last === undefined) return []
  return hostsOf(state, last.target)
    .filter((host) => !hosts.includes(host))
    .map((host) => ({ host, passed: hostIsDone(current, host, last.text) }))
}

const ALL_OF = /^all of \d+ hosts?$/u

/** The gate that judges all hosts together; undefined where a block ran on one place. */
export function gateOfHosts(gates: readonly GateResult[]): GateResult | undefined {
  return gates.find(({ gate, wanted }) => gate === 'outcome' && ALL_OF.test(wanted))
}

/** From the worst to the best: what is not known, what may have happened, what did not happen, what failed, what passed. */
const WORST: readonly Outcome['kind'][] = [
  'unknown',
  'disconnected',
  'timed-out',
  'signalled',
  'cancelled',
  'not-started',
  'exited',
  'responded',
]

/** What is known of one host when all have ended. */
export interface HostOutcome {
  readonly host: string
  readonly status: string
  readonly outcome?: Outcome
  readonly passed?: boolean
}

/** The outcome of all: the worst of any. A host whose turn never came makes it `cancelled`. */
export function worstOutcome(hosts: readonly HostOutcome[]): Outcome {
  let worst: HostOutcome | undefined
  const rank = ({ outcome, passed }: HostOutcome): number =>
    outcome === undefined ? -1 : WORST.indexOf(outcome.kind) * 2 + (passed === true ? 1 : 0)
  for (const host of hosts) {
    if (host.outcome === undefined) continue
    if (worst === undefined || rank(host) < rank(worst)) worst = host
  }
  const known = worst?.outcome?.kind === 'exited' || worst?.outcome?.kind === 'responded'
  if (hosts.some(({ status }) => status === 'waiting') && (known || worst === undefined))
    return { kind: 'cancelled' }
  if (worst?.outcome === undefined) return { kind: 'unknown', detail: 'No host has a result.' }
  return 'detail' in worst.outcome
    ? { ...worst.outcome, detail: `${worst.host}: ${worst.outcome.detail}` }
    : worst.outcome
}
