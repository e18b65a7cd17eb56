import type { ReactNode } from 'react'
import { leadOf } from '../../../main/core/report/lead.ts'
import type { Report } from '../../../main/core/report/report.ts'
import { glance } from '../../../main/core/report/sections-head.ts'
import { REPORT_STATUS_WORDS, REPORT_WORDS } from '../../../main/core/report/sentence-report.ts'
import type { ReportClock } from '../../../main/core/report/zone.ts'
import { REPORT_KINDS, type ReportKind } from '../../../main/core/run/reports.ts'
import type { RunState } from '../../../main/core/run/state.ts'
import { addressOf } from '../../app/route.ts'
import { Button } from '../../ui/button.tsx'
import { Key } from '../../ui/key.tsx'
import { ModeBadge } from '../../ui/mode-badge.tsx'
import { dateTimeText } from '../../ui/time.ts'
import { TreeView } from '../../ui/tree.tsx'
import { Status } from './status.tsx'
import styles from './reports.module.css'

/** Which run, which report of it, how far its draft is, and the verdicts. */
export function ReportHead(props: {
  readonly run: string
  readonly kind: ReportKind
  readonly state: RunState
  readonly report: Report | undefined
  readonly clock: ReportClock
  readonly problem: string | undefined
  readonly isReadOnly: boolean
  readonly isTimelineOpen: boolean
  readonly onExport: () => void
  readonly onTimeline: () => void
}): ReactNode {
  const { run, kind, state, report, clock, problem } = props
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <div className={styles.name}>
          <h1>
            <a href={addressOf({ screen: 'run', run })}>{state.plan.title}</a>
          </h1>
          <ModeBadge mode={state.mode} />
          <div className={styles.quiet}>
            {run} · {dateTimeText(state.startedAt)}
          </div>
        </div>
        <Button onClick={props.onTimeline} aria-pressed={props.isTimelineOpen}>
          Timeline <Key>l</Key>
        </Button>
        <Button onClick={props.onExport}>
          Export… <Key>e</Key>
        </Button>
      </div>
      <nav className={styles.kinds} aria-label="Reports of this run">
        {REPORT_KINDS.map((one) => (
          <a
            key={one}
            href={addressOf({ screen: 'report', run, report: one })}
            aria-current={one === kind ? 'page' : undefined}
          >
            {REPORT_WORDS[one]}
            <span className={styles.badge} data-status={state.reports?.[one]?.status ?? 'draft'}>
              {REPORT_STATUS_WORDS[state.reports?.[one]?.status ?? 'draft']}
            </span>
          </a>
        ))}
      </nav>
      <Status
        run={run}
        kind={kind}
        status={state.reports?.[kind]?.status ?? 'draft'}
        reviewBy={report?.reviewBy}
        isReadOnly={props.isReadOnly}
      />
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {report !== undefined && (
        <div className={styles.computed}>
          <TreeView of={glance(report)} />
          <p className={styles.lead}>{leadOf(report, clock).join(' ')}</p>
        </div>
      )}
    </header>
  )
}
