import { batchesOf, worstOutcome } from '../core/run/fan-out.ts'
import type { Strategy } from '../core/run/host-schemas.ts'
import type { GateResult, Outcome } from '../core/run/events.ts'

/** One attempt of a block on several hosts: batch after batch, each made durable before anything of it is sent. */

/** Hosts of a batch that are worked on at the same time. */
const AT_ONCE = 32
/** Hosts named in a sentence. */
const NAMED = 12

export interface HostEnd {
  readonly outcome: Outcome
  readonly passed: boolean
}

export interface FanOutOptions {
  readonly hosts: readonly string[]
  /** Hosts of the target that are not part of this attempt, and whether they have passed before. */
  readonly others: readonly { readonly host: string; readonly passed: boolean }[]
  readonly strategy: Strategy | undefined
  /** Records that these hosts of a batch (from 1) are about to be sent to; false: they must not be. */
  readonly begin: (batch: number, hosts: readonly string[]) => boolean
  /** Never rejects. */
  readonly run: (host: string) => Promise<HostEnd>
  /** A host of a batch that was stopped before its turn: nothing was sent to it. */
  readonly skip: (host: string) => HostEnd
  /** What has to hold on the hosts of a batch before the next one starts, and as batch 0 on those that passed before; the hosts where it does not. Never rejects. */
  readonly check: (batch: number, hosts: readonly string[]) => Promise<readonly string[]>
  /** Waits while the run is paused, before more is sent. Resolves at once when it was stopped. */
  readonly unpaused: () => Promise<void>
  /** Asked before each host of a batch and before each batch. */
  readonly stopped: () => boolean
}

export interface FanOutEnd {
  readonly outcome: Outcome
  readonly gates: GateResult[]
}

interface Checked {
  readonly batch: number
  readonly failed: readonly string[]
}

/** Runs until every host has a result, too many have failed, a check between two batches has, or it was stopped. */
export async function fanOut(options: FanOutOptions): Promise<FanOutEnd> {
  const { hosts, strategy, stopped } = options
  const ends = new Map<string, HostEnd>()
  const failures = (): number => [...ends.values()].filter(({ passed }) => !passed).length
  const batches = batchesOf(hosts, strategy)
  let checked: Checked | undefined
  for (const [index, batch] of batches.entries()) {
    if (stopped() || failures() > (strategy?.maxFailures ?? 0)) break
    // A part of the hosts goes on from where others have been: what must hold there is asked first.
    const passed =
      index === 0
        ? options.others.filter((other) => other.passed).map(({ host }) => host)
        : (batches[index - 1] ?? []).filter((host) => ends.get(host)?.passed === true)
    if (passed.length > 0) {
      checked = { batch: index, failed: await options.check(index, passed) }
      if (checked.failed.length > 0 || stopped()) break
    }
    await options.unpaused()
    if (stopped() || !(await runBatch(index + 1, batch, ends, options))) break
  }
  const results = hosts.map((host) => {
    const end = ends.get(host)
    return end === undefined
      ? { host, status: 'waiting' as const }
      : { host, status: 'ended' as const, ...end }
  })
  return {
    outcome: worstOutcome(results),
    gates: [gateOf(results, options.others, checked)],
  }
}

/**
 * One batch, so many hosts at a time. Each is on disk before anything is sent to it, and only then: after a crash nobody
 * has to wonder about hosts that had not had their turn. False: what comes next could not be recorded.
 */
async function runBatch(
  number: number,
  batch: readonly string[],
  ends: Map<string, HostEnd>,
  { begin, run, skip, stopped, unpaused }: FanOutOptions,
): Promise<boolean> {
  const first = batch.slice(0, AT_ONCE)
  if (!begin(number, first)) return false
  const begun = [...first]
  const waiting = batch.slice(AT_ONCE)
  let refused = false
  const next = async (): Promise<string | undefined> => {
    const ready = begun.shift()
    if (ready !== undefined) return ready
    if (waiting.length > 0) await unpaused()
    if (stopped() || refused) return undefined
    const host = waiting.shift()
    if (host === undefined) return undefined
    if (begin(number, [host])) return host
    refused = true
    return undefined
  }
  const worker = async (): Promise<void> => {
    for (let host = await next(); host !== undefined; host = await next())
      ends.set(host, stopped() ? skip(host) : await run(host))
  }
  await Promise.all(first.map(worker))
  return !refused
}

function named(hosts: readonly string[]): string {
  const more = hosts.length > NAMED ? ` and ${hosts.length - NAMED} more` : ''
  return `${hosts.slice(0, NAMED).join(', ')}${more}`
}

function gateOf(
  results: readonly { readonly host: string; readonly passed?: boolean }[],
  others: FanOutOptions['others'],
  checked: Checked | undefined,
): GateResult {
  const those = (which: boolean | undefined): string[] =>
    results.filter(({ passed }) => passed === which).map(({ host }) => host)
  const passed = those(true)
  const failed = those(false)
  const untouched = those(undefined)
  const before = others.filter((other) => other.passed).map(({ host }) => host)
  const open = others.filter((other) => !other.passed).map(({ host }) => host)
  const all = results.length + others.length
  return {
    gate: 'outcome',
    passed: passed.length + before.length === all,
    wanted: `all of ${all} ${all === 1 ? 'host' : 'hosts'}`,
    seen: [
      `${passed.length} passed`,
      ...(before.length === 0 ? [] : [`passed before: ${named(before)}`]),
      ...(failed.length === 0 ? [] : [`not passed: ${named(failed)}`]),
      ...(open.length === 0 ? [] : [`not passed before: ${named(open)}`]),
      ...(checked === undefined || checked.failed.length === 0
        ? []
        : [
            `the check ${checked.batch === 0 ? 'before the first batch' : `after batch ${checked.batch}`} did not pass on ${named(checked.failed)}`,
          ]),
      ...(untouched.length === 0 ? [] : [`nothing was sent to ${named(untouched)}`]),
    ].join('; '),
  }
}
