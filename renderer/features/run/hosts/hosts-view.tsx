import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { PlanBlock } from '../../../../main/core/run/plan.ts'
import type { Attempt } from '../../../../main/core/run/state.ts'
import {
  countLooks,
  hostsToShow,
  IN_SIGHT,
  strategyText,
  untouchedText,
  type HostLook,
} from '../model/hosts.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import { openHost, showLive } from '../terminal/open-host.ts'
import { BatchChecks } from './batch-checks.tsx'
import { HostDetail } from './host-detail.tsx'
import { HostList } from './host-list.tsx'
import { HostMark } from './host-mark.tsx'
import styles from './hosts.module.css'

/** One attempt on several hosts: how many came to what, each host in a row, and the chosen one whole. */
export function HostsView(props: {
  readonly block: PlanBlock
  readonly attempt: Attempt
  readonly last: boolean
}): ReactNode {
  const { attempt, block, last } = props
  const view = useRun()
  const [only, setOnly] = useState<HostLook>()
  const [kept, setKept] = useState<string>()
  const remembered = useScreen((screen) => screen.hosts[block.id])
  const hosts = hostsToShow(attempt, view.abandoned)
  const counts = countLooks(hosts)
  // What was filtered for may be gone by now.
  const shownOnly = counts.some(({ look }) => look === only) ? only : undefined
  const listed = shownOnly === undefined ? hosts : hosts.filter(({ look }) => look === shownOnly)
  const wanted = last ? remembered : kept
  const host =
    hosts.find((one) => one.host === wanted) ??
    // Nobody has chosen: what went wrong is what one wants to see.
    hosts.find(({ look }) => look === 'unknown') ??
    hosts.find(({ look }) => look === 'failed')
  const untouched = untouchedText(view.state, block.id, attempt)
  const step = view.names.stepOf(block.id)
  const choose = (name: string): void => {
    const { set, hosts: before } = view.screen.getState()
    if (last) set({ hosts: { ...before, [block.id]: name } })
    else setKept(name)
    showLive(view, block.id, attempt, name)
  }
  // What runs now is what one wants to see of a step that is longer than the window.
  const box = useRef<HTMLDivElement>(null)
  const running = last && attempt.outcome === undefined
  useEffect(() => {
    if (running) box.current?.scrollIntoView({ block: 'start' })
  }, [running])
  return (
    <div
      ref={box}
      className={styles.hosts}
      role="group"
      aria-label={`Hosts of attempt ${attempt.number}`}
    >
      <p className={styles.counts}>
        <span className={styles.total}>{hosts.length} hosts</span>
        {counts.map(({ look, count }) =>
          hosts.length > IN_SIGHT ? (
            <button
              key={look}
              type="button"
              className={styles.count}
              aria-pressed={look === shownOnly}
              title={look === shownOnly ? 'Show all hosts' : 'Show only these'}
              onClick={() => setOnly(look === shownOnly ? undefined : look)}
            >
              <HostMark look={look} count={count} />
            </button>
          ) : (
            <HostMark key={look} look={look} count={count} />
          ),
        )}
        <span className={styles.quiet}>{strategyText(step?.strategy, hosts.length)}</span>
      </p>
      <HostList
        label={`Hosts of attempt ${attempt.number}${shownOnly === undefined ? '' : ', filtered'}`}
        hosts={listed}
        chosen={host?.host}
        batches={step?.strategy !== undefined && step.strategy.kind !== 'all'}
        onChoose={choose}
        onOpen={(name) => openHost(view, block.id, attempt, name)}
      />
      {untouched === undefined ? null : <p className={styles.quiet}>{untouched}</p>}
      <BatchChecks attempt={attempt} />
      {host === undefined ? null : (
        <HostDetail block={block} attempt={attempt} host={host} last={last} />
      )}
    </div>
  )
}
