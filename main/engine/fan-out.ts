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
  readonly strategy: Strategy | undefined
  /** Records that these are about to be sent to; false: they must not be. */
  readonly begin: (hosts: readonly string[]) => boolean
  /** Never rejects. */
  readonly run: (host: string) => Promise<HostEnd>
  /** A host of a batch that was stopped before its turn: nothing was sent to it. */
  readonly skip: (host: string) => HostEnd
  /** Asked before each host of a batch and before each batch. */
  readonly stopped: () => boolean
}

export interface FanOutEnd {
  readonly outcome: Outcome
  readonly gates: GateResult[]
}

/** Runs until every host has a result, too many have failed, or it was stopped. */
export async function fanOut(options: FanOutOptions): Promise<FanOutEnd> {
  const { hosts, strategy, begin, run, skip, stopped } = options
  const ends = new Map<string, HostEnd>()
  const failures = (): number => [...ends.values()].filter(({ passed }) => !passed).length
  for (const batch of batchesOf(hosts, strategy)) {
    if (stopped() || failures() > (strategy?.maxFailures ?? 0) || !begin(batch)) break
    const waiting = [...batch]
    const worker = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift())
        ends.set(host, stopped() ? skip(host) : await run(host))
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, batch.length) }, worker))
  }
  const results = hosts.map((host) => {
    const end = ends.get(host)
    return end === undefined
      ? { host, status: 'waiting' as const }
      : { host, status: 'ended' as const, ...end }
  })
  return { outcome: worstOutcome(results), gates: [gateOf(results)] }
}

function gateOf(
  results: readonly { readonly host: string; readonly passed?: boolean }[],
): GateResult {
  const named = (which: boolean | undefined): string => {
    const names = results.filter(({ passed }) => passed === which).map(({ host }) => host)
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
    return `${names.slice(0, NAMED).join(', ')}${more}`
  }
  const passed = results.filter((result) => result.passed === true).length
  const failed = named(false)
  const untouched = named(undefined)
  return {
    gate: 'outcome',
    passed: passed === results.length,
    wanted: `all of ${results.length} ${results.length === 1 ? 'host' : 'hosts'}`,
    seen: [
      `${passed} passed`,
      ...(failed === '' ? [] : [`not passed: ${failed}`]),
      ...(untouched === '' ? [] : [`nothing was sent to ${untouched}`]),
    ].join('; '),
  }
}
