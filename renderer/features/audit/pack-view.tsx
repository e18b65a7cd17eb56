import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import type { AuditPack } from '../../../main/core/report/pack/pack.ts'
import { DIGEST, LIMITS, titleText } from '../../../main/core/report/pack/words.ts'
import { clockIn } from '../../../main/core/report/zone.ts'
import styles from './audit.module.css'
import { auditStore, PACK_TABS, type PackTab, type PackView as View } from './audit-store.ts'
import { ControlMap } from './control-map.tsx'
import { Glance, Problems } from './glance.tsx'
import { Gone } from './gone.tsx'
import { Approvals, Exceptions, Recovery, Redactions, Runbooks } from './part-tables.tsx'
import { RunTable } from './run-table.tsx'
import { WriteForm } from './write-form.tsx'

const TAB_WORDS: Readonly<Record<PackTab, string>> = {
  runs: 'Every run',
  exceptions: 'Exceptions',
  recovery: 'Recovery',
  approvals: 'Approvals',
  redactions: 'Redactions',
  gone: 'Without a record',
  runbooks: 'Runbooks',
  controls: 'Control map',
}

/** A pack as it was made: figures, problems, tables. `announce`: who asked for it hears the answer. */
export function PackView(props: {
  readonly pack: AuditPack
  readonly view: View
  readonly announce: boolean
}): ReactNode {
  const { pack, view, announce } = props
  const title = useRef<HTMLHeadingElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const id = useId()
  const clock = clockIn(pack.zone)
  useEffect(() => {
    if (announce) title.current?.focus()
  }, [announce])
  const setView = (next: View): void => auditStore.setState({ view: next })
  const show = (next: View): void => {
    setView(next)
    panel.current?.focus({ preventScroll: true })
    panel.current?.scrollIntoView({ block: 'start' })
  }

  function press(event: KeyboardEvent): void {
    const at = PACK_TABS.indexOf(view.tab)
    const last = PACK_TABS.length - 1
    const to = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key]
    const tab = to === undefined ? undefined : PACK_TABS[to]
    if (tab === undefined) return
    event.preventDefault()
    setView({ ...view, tab })
    document.querySelector<HTMLElement>(`[data-tab="${tab}"]`)?.focus()
  }

  return (
    <section aria-labelledby={`${id}-title`} className={styles.pack} data-digest={pack.digest}>
      <h2 id={`${id}-title`} ref={title} tabIndex={-1}>
        {titleText(pack, clock)}
      </h2>
      <p className={styles.quiet}>
        As meant in {pack.zone}. Read and verified {(clock.local ?? clock.utc)(pack.madeAt)}.{' '}
        {pack.to > pack.madeAt && (
          <strong data-tone="warning">The period is not over: more may begin.</strong>
        )}
      </p>
      <Problems pack={pack} />
      <Glance pack={pack} onShow={show} />
      <details className={styles.more}>
        <summary>What this cannot tell, and the digest of the population</summary>
        {LIMITS.map((limit) => (
          <p key={limit}>{limit}</p>
        ))}
        <p>
          <code>{pack.digest}</code>
          <br />
          <span className={styles.quiet}>{DIGEST}</span>
        </p>
      </details>
      <WriteForm pack={pack} />
      <div role="tablist" aria-label="Parts of the pack" className={styles.tabs} onKeyDown={press}>
        {PACK_TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`${id}-${tab}`}
            data-tab={tab}
            aria-selected={view.tab === tab}
            aria-controls={`${id}-panel`}
            tabIndex={view.tab === tab ? 0 : -1}
            onClick={() => setView({ ...view, tab })}
          >
            {TAB_WORDS[tab]} <span>{countOf(pack, tab)}</span>
          </button>
        ))}
      </div>
      <div
        ref={panel}
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${view.tab}`}
        tabIndex={-1}
        className={styles.panel}
      >
        <Tab pack={pack} view={view} onView={setView} />
      </div>
    </section>
  )
}

function Tab(props: {
  readonly pack: AuditPack
  readonly view: View
  readonly onView: (view: View) => void
}): ReactNode {
  const { pack, view } = props
  switch (view.tab) {
    case 'runs':
      return <RunTable pack={pack} view={view} onView={props.onView} />
    case 'exceptions':
      return <Exceptions pack={pack} />
    case 'recovery':
      return <Recovery pack={pack} />
    case 'approvals':
      return <Approvals pack={pack} />
    case 'redactions':
      return <Redactions pack={pack} />
    case 'gone':
      return <Gone pack={pack} />
    case 'runbooks':
      return <Runbooks pack={pack} />
    case 'controls':
      return <ControlMap pack={pack} />
  }
}

/** How many rows the tab has. */
function countOf(
  { runs, deleted, unreadable, runbooks, controls }: AuditPack,
  tab: PackTab,
): number {
  const sum = (of: (run: AuditPack['runs'][number]) => number): number =>
    runs.reduce((total, run) => total + of(run), 0)
  switch (tab) {
    case 'runs':
      return runs.length
    case 'exceptions':
      return sum((run) => run.unknowns.length + run.deviations.length + run.gaps.length)
    case 'recovery':
      return sum(({ recovery, recoveryPoint }) =>
        recovery.targetMs !== undefined || recoveryPoint.targetMs !== undefined ? 1 : 0,
      )
    case 'approvals':
      return sum(({ approvals }) => approvals.length)
    case 'redactions':
      return sum(({ redactions }) => redactions.length)
    case 'gone':
      return deleted.length + unreadable.length
    case 'runbooks':
      return runbooks.length
    case 'controls':
      return controls.length
  }
}
