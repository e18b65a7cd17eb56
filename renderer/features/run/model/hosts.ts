import { own } from '../../../../main/core/own.ts'
import { hostIsDone, hostsOf, latestHost } from '../../../../main/core/run/fan-out.ts'
import { durationText } from '../../../../main/core/report/duration.ts'
import { BLOCK_WORDS, outcomeText, type Wording } from '../../../../main/core/report/words.ts'
import type { Attempt, HostState, RunState } from '../../../../main/core/run/state.ts'
import { counted } from '../../../ui/counted.ts'

/** The hosts of a block that runs on several, as the run screen shows them. Pure readings of the state. */

/** What a host is shown as. `not-sent`: the block is over, and its turn never came. */
export type HostLook = HostState['status'] | 'not-sent'

/** From what wants a person's eye to what does not. */
export const HOST_LOOKS: readonly HostLook[] = [
  'unknown',
  'failed',
  'gave-up',
  'running',
  'waiting',
  'not-sent',
  'done',
  'idle',
  'passed',
]

export const HOST_WORDS: Readonly<Record<HostLook, Wording>> = {
  ...BLOCK_WORDS,
  unknown: { word: 'Unknown', tone: 'unknown' },
  waiting: { word: 'Waiting', tone: 'neutral' },
  'not-sent': { word: 'Not sent', tone: 'warning' },
}

/** `abandoned`: nobody has the run open, so nothing of it runs. */
export function lookOf(host: HostState, attempt: Attempt, abandoned: boolean): HostLook {
  if (host.status === 'running') return abandoned ? 'unknown' : 'running'
  const over = abandoned || attempt.outcome !== undefined
  return host.status === 'waiting' && over ? 'not-sent' : host.status
}

export interface ShownHost extends HostState {
  readonly look: HostLook
}

/** As many hosts as stand in sight at once keep the runbook's order. */
export const IN_SIGHT = 9

/** The hosts to list. Of more than stand in sight, those that want a person's eye come first. */
export function hostsToShow(attempt: Attempt, abandoned: boolean): readonly ShownHost[] {
  const hosts = (attempt.hosts ?? []).map((host) => ({
    ...host,
    look: lookOf(host, attempt, abandoned),
  }))
  if (hosts.length <= IN_SIGHT) return hosts
  return hosts.toSorted((a, b) => HOST_LOOKS.indexOf(a.look) - HOST_LOOKS.indexOf(b.look))
}

/** How many hosts look like what, the most urgent first; what there is none of is left out. */
export function countLooks(
  hosts: readonly ShownHost[],
): readonly { readonly look: HostLook; readonly count: number }[] {
  return HOST_LOOKS.map((look) => ({
    look,
    count: hosts.filter((host) => host.look === look).length,
  })).filter(({ count }) => count > 0)
}

/** `2 passed, 1 failed of 4 hosts`, the most urgent first. */
export function countText(hosts: readonly ShownHost[]): string {
  const parts = countLooks(hosts).map(
    ({ look, count }) => `${count} ${lower(HOST_WORDS[look].word)}`,
  )
  return `${counted(hosts.length, 'host')}: ${parts.join(', ')}`
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** Gates that say no more than the outcome does. */
const SAID: ReadonlySet<string> = new Set(['outcome', 'exit'])

/** What a host came to, for its line in the list: without its state's word, which stands beside it. */
export function hostResultText(host: ShownHost): string {
  // That it is unknown, the state has said.
  if (host.outcome?.kind === 'unknown') return host.outcome.detail.replace(/\.$/u, '')
  if (host.outcome !== undefined) {
    const failed = host.gates.filter(({ passed, gate }) => !passed && !SAID.has(gate)).length
    const gates = failed === 0 ? '' : `; ${counted(failed, 'gate')} failed`
    return `${outcomeText(host.outcome)}${host.passed === true ? '' : gates}`
  }
  switch (host.look) {
    case 'waiting':
      return 'its turn has not come'
    case 'not-sent':
      return 'nothing was sent to it'
    case 'unknown':
      return 'sent, and nobody knows how it ended'
    case 'idle':
    case 'running':
    case 'passed':
    case 'failed':
    case 'done':
    case 'gave-up':
      return ''
  }
}

/** The strategy of a step in words: `one after the other`, `10 at a time`, `all at once`. */
export function strategyText(
  strategy: RunState['plan']['steps'][number]['strategy'],
  hosts: number,
): string {
  if (strategy === undefined || strategy.kind === 'all') return 'all at once'
  const { batch = { count: 1 } } = strategy
  const size =
    'count' in batch ? batch.count : Math.max(1, Math.floor((hosts * batch.percent) / 100))
  const stops =
    strategy.maxFailures === 0
      ? 'the first failure ends it'
      : strategy.maxFailures === 1
        ? 'a second failure ends it'
        : `more than ${strategy.maxFailures} failures end it`
  const how =
    strategy.kind === 'canary'
      ? `${size === 1 ? 'one host' : `${size} hosts`} first, then all others`
      : size === 1
        ? 'one after the other'
        : `${size} at a time`
  return `${how}; ${stops}`
}

/**
 * The hosts of a target on which exactly this text is not done. Undefined where that is every one of them or none, or
 * where the target is one place.
 */
export function hostsLeft(
  state: RunState,
  block: string,
  target: string,
  text: string,
): readonly string[] | undefined {
  const all = hostsOf(state, target)
  const current = own(state.blocks, block)
  const left = all.filter((name) => current === undefined || !hostIsDone(current, name, text))
  return left.length === 0 || left.length === all.length ? undefined : left
}

/** How long a host took, or has taken; undefined where nothing was sent. */
export function hostTime(host: ShownHost, now: number): string | undefined {
  if (host.durationMs !== undefined)
    return host.outcome?.kind === 'not-started' ? undefined : durationText(host.durationMs)
  return host.look === 'running' && host.startedAt !== undefined
    ? durationText(Math.max(0, now - host.startedAt))
    : undefined
}

/** A host that a person can say something about, with the attempt in which it had its turn. */
export interface ToSettle {
  readonly host: HostState
  readonly attempt: Attempt
}

/** The hosts of a block that nobody knows of, and those where it failed, as they stand now. */
export function toSettle(state: RunState, block: string): readonly ToSettle[] {
  const current = own(state.blocks, block)
  const last = current?.attempts.at(-1)
  if (current === undefined || last?.hosts === undefined || current.status === 'running') return []
  return hostsOf(state, last.target).flatMap((name) => {
    const latest = latestHost(current, name)
    const open = latest?.host.status === 'unknown' || latest?.host.status === 'failed'
    return latest !== undefined && open ? [latest] : []
  })
}

/** The hosts of a target that an attempt left alone, and whether they were done before. */
export function untouchedText(
  state: RunState,
  block: string,
  attempt: Attempt,
): string | undefined {
  const current = own(state.blocks, block)
  const hosts = attempt.hosts ?? []
  const others = hostsOf(state, attempt.target).filter(
    (name) => !hosts.some(({ host }) => host === name),
  )
  if (current === undefined || others.length === 0) return undefined
  const open = others.filter((name) => !hostIsDone(current, name, attempt.text))
  const done = others.length - open.length
  const parts = [
    ...(done === 0 ? [] : [`on ${counted(done, 'other host')} it is done`]),
    ...(open.length === 0 ? [] : [`it is not done on ${open.join(', ')}`]),
  ]
  return `Not part of this attempt: ${parts.join('; ')}.`
}
