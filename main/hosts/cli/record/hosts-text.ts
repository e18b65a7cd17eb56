import { hostsOf, latestHost } from '../../../core/run/fan-out.ts'
import { outcomeWords } from '../../../core/run/gates.ts'
import type { Outcome } from '../../../core/run/events.ts'
import type { PlanBlock, PlanStep } from '../../../core/run/plan.ts'
import { targetOf } from '../../../core/run/rules.ts'
import type {
  Attempt,
  BlockState,
  HostState,
  HostStatus,
  RunState,
} from '../../../core/run/state.ts'
import type { Look, Style } from '../console.ts'
import { printable } from '../printable.ts'

/** The hosts of a block, in a terminal and in `show --json`. */

const MARKS: Readonly<Record<HostStatus, readonly [string, Look]>> = {
  waiting: ['·', 'dim'],
  idle: ['·', 'dim'],
  running: ['▸', 'cyan'],
  passed: ['✓', 'green'],
  failed: ['✗', 'red'],
  unknown: ['?', 'magenta'],
  done: ['✓', 'yellow'],
  'gave-up': ['✗', 'red'],
}

function hostLine(host: HostState, style: Style): string {
  const [mark, look] = MARKS[host.status]
  const words =
    host.outcome === undefined
      ? host.status === 'waiting'
        ? 'nothing was sent'
        : host.status
      : outcomeWords(host.outcome)
  const gates = host.gates.filter(({ passed, gate }) => !passed && gate !== 'outcome')
  const missed = gates.map(
    ({ gate, wanted, seen }) => `; ${gate}: wanted ${printable(wanted)}, saw ${printable(seen)}`,
  )
  const settled =
    host.resolution === undefined
      ? ''
      : `; ${printable(host.resolution.by)} settled it as ${host.resolution.as}: ${printable(host.resolution.reason)}`
  return `${style(look, mark)} ${printable(host.host)}: ${printable(words)}${missed.join('')}${settled}`
}

/** What came of each host of an attempt, those that need somebody first; and of the checks between its batches. */
export function hostLines(attempt: Attempt, style: Style): readonly string[] {
  const order = ['unknown', 'failed', 'gave-up', 'running', 'waiting', 'done', 'passed', 'idle']
  const hosts = (attempt.hosts ?? []).toSorted(
    (left, right) => order.indexOf(left.status) - order.indexOf(right.status),
  )
  const checks = (attempt.batchChecks ?? []).map(
    ({ batch, passed, hosts: checked }) =>
      `${passed ? style('green', '✓') : style('red', '✗')} check ${batch === 0 ? 'before the first batch' : `after batch ${batch}`}: ${
        passed
          ? 'passed'
          : `not passed on ${printable(
              checked
                .filter((host) => host.passed !== true)
                .map(({ host }) => host)
                .join(', '),
            )}`
      }`,
  )
  return [...hosts.map((host) => hostLine(host, style)), ...checks]
}

/** Where a block of a step would run, when that is several hosts: their names, and how they are gone through. */
export function hostsWords(state: RunState, step: PlanStep, block: PlanBlock): string | undefined {
  const target = targetOf(step, block)
  const hosts = target === undefined ? [] : hostsOf(state, target)
  if (hosts.length === 0) return undefined
  const { strategy } = step
  const size = strategy?.batch
  const by = size === undefined ? '' : ` by ${'count' in size ? size.count : `${size.percent}%`}`
  const how =
    strategy === undefined || strategy.kind === 'all'
      ? 'all at once'
      : `${strategy.kind}${by}${strategy.maxFailures === 0 ? '' : `, up to ${strategy.maxFailures} failures`}${strategy.checkBatches === true ? ', checked between batches' : ''}`
  return `${hosts.length} hosts, ${how}: ${printable(hosts.join(', '))}`
}

/** One host of a block in `show --json`. */
export interface HostDocument {
  readonly host: string
  readonly state: HostStatus
  /** The attempt in which it had its last turn; null: it never had one. */
  readonly attempt: number | null
  readonly outcome: Outcome | null
}

/** What is known of each host of a block's target; undefined where it is one place. */
export function hostDocuments(
  state: RunState,
  block: BlockState | undefined,
): readonly HostDocument[] | undefined {
  const last = block?.attempts.at(-1)
  if (block === undefined || last?.hosts === undefined) return undefined
  return hostsOf(state, last.target).map((host) => {
    const latest = latestHost(block, host)
    return {
      host,
      state: latest?.host.status ?? 'waiting',
      attempt: latest?.attempt.number ?? null,
      outcome: latest?.host.outcome ?? null,
    }
  })
}
