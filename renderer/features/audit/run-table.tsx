import { useMemo, type ReactNode } from 'react'
import { shownLine } from '../../../main/core/report/hostile.ts'
import type { AuditPack, PackRun } from '../../../main/core/report/pack/pack.ts'
import {
  membershipText,
  oddText,
  recordText,
  recoveryText,
  statusText,
  stepsText,
} from '../../../main/core/report/pack/words.ts'
import { addressOf } from '../../app/route.ts'
import { ModeBadge } from '../../ui/mode-badge.tsx'
import styles from './audit.module.css'
import type { PackView } from './audit-store.ts'
import { Moment, RunLink, Toned } from './cells.tsx'
import { LongTable } from './long-table.tsx'
import { FILTER_WORDS, RUN_FILTERS, runsShown } from './run-filter.ts'

const COLUMNS = [
  'Run',
  'Mode',
  'Started',
  'Outcome',
  'Recovery time',
  'Out of the ordinary',
  'Record',
]
const TEMPLATE =
  'minmax(13rem, 2.4fr) minmax(7.5rem, 1fr) minmax(8rem, 1.1fr) minmax(9rem, 1.4fr) minmax(7rem, 1.1fr) minmax(8rem, 1.2fr) minmax(8rem, 1.2fr)'

/** Every run there is a record of. */
export function RunTable(props: {
  readonly pack: AuditPack
  readonly view: PackView
  readonly onView: (view: PackView) => void
}): ReactNode {
  const { pack, view, onView } = props
  const { filter, query } = view
  const rows = useMemo(() => runsShown(pack, filter, query), [pack, filter, query])
  const cells = (run: PackRun): readonly ReactNode[] => {
    const [status, tone] = statusText(run)
    const [record, recordTone] = recordText(run)
    const odd = oddText(run)
    const membership = membershipText(run)
    return [
      <>
        <RunLink run={run} />
        <div className={styles.quiet}>{shownLine(run.commander)}</div>
      </>,
      <>
        <ModeBadge mode={run.mode} />
        <div className={styles.quiet}>
          {[run.severity, run.environment, run.production ? 'production' : undefined]
            .filter(Boolean)
            .join(', ')}
        </div>
      </>,
      <>
        <Moment at={run.times.started} zone={pack.zone} />
        <div className={styles.quiet}>{membership}</div>
      </>,
      <>
        <Toned tone={tone}>{status}</Toned>
        <div className={styles.quiet}>{stepsText(run)}</div>
      </>,
      recoveryText(run),
      odd === '' ? <span className={styles.quiet}>none</span> : <Toned tone="warning">{odd}</Toned>,
      <a
        key="record"
        className={styles.record}
        data-tone={recordTone}
        href={addressOf({ screen: 'verify', run: run.run })}
        aria-label={`${record}. Verify ${run.title}`}
      >
        {record}
      </a>,
    ]
  }
  return (
    <>
      <div className={styles.filters}>
        <label>
          Show{' '}
          <select
            value={filter}
            onChange={({ target }) =>
              onView({
                ...view,
                filter: RUN_FILTERS.find((one) => one === target.value) ?? 'all',
              })
            }
          >
            {RUN_FILTERS.map((one) => (
              <option key={one} value={one}>
                {FILTER_WORDS[one]}
              </option>
            ))}
          </select>
        </label>
        <input
          data-search
          type="search"
          aria-label="Find a run of this pack"
          placeholder="Title, person, runbook or id  ( / )"
          value={query}
          onChange={({ target }) => onView({ ...view, query: target.value })}
        />
        <span role="status" className={styles.quiet}>
          {rows.length === pack.runs.length ? '' : `${rows.length} of ${pack.runs.length}`}
        </span>
      </div>
      <LongTable
        label="Every run"
        columns={COLUMNS}
        template={TEMPLATE}
        rows={rows}
        keyOf={({ run }) => run}
        cells={cells}
        empty={
          pack.runs.length === 0
            ? 'There is no run with a record in this period.'
            : 'No run of this pack is like that.'
        }
      />
    </>
  )
}
