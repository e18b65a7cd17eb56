import { useMemo, useRef, type ReactNode } from 'react'
import type { Report } from '../../../main/core/report/report.ts'
import { STEP_COLUMNS, stepRow, stepTable } from '../../../main/core/report/sections-steps.ts'
import type { ReportClock } from '../../../main/core/report/zone.ts'
import { TreeView, type Places } from '../../ui/tree.tsx'
import { useVirtualRows } from '../../ui/virtual-rows.ts'
import styles from './reports.module.css'

/** More steps than these are drawn only where they are in sight. */
const MOST_DRAWN = 80

/** Every step with its times, as the file has them; of a thousand only those in sight are drawn. */
export function StepList(props: {
  readonly report: Report
  readonly clock: ReportClock
  readonly places: Places
}): ReactNode {
  const { report, clock, places } = props
  const isLong = report.steps.length > MOST_DRAWN
  const whole = useMemo(
    () => (isLong ? undefined : stepTable(report, clock)),
    [isLong, report, clock],
  )
  if (whole !== undefined)
    return (
      <div className={styles.computed}>
        <TreeView of={whole} places={places} />
      </div>
    )
  return <LongList {...props} />
}

function LongList(props: {
  readonly report: Report
  readonly clock: ReportClock
  readonly places: Places
}): ReactNode {
  const { report, clock, places } = props
  const box = useRef<HTMLDivElement>(null)
  const { steps } = report
  const virtual = useVirtualRows({
    count: steps.length,
    getScrollElement: () => box.current,
    estimateSize: () => 48,
    overscan: 10,
  })
  return (
    <div role="table" aria-label="Steps" aria-rowcount={steps.length + 1} className={styles.steps}>
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={styles.stepRow}>
          {STEP_COLUMNS.map(({ title, look }) => (
            <div key={title} role="columnheader" className={look}>
              {title}
            </div>
          ))}
        </div>
      </div>
      <div ref={box} role="rowgroup" tabIndex={0} className={styles.stepScroller}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const step = steps[index]
            return step === undefined ? null : (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                role="row"
                aria-rowindex={index + 2}
                className={styles.stepRow}
                style={{
                  position: 'absolute',
                  insetInline: 0,
                  transform: `translateY(${start}px)`,
                }}
              >
                {stepRow(report, step, clock).map(({ look, content }, column) => (
                  <div key={column} role="cell" className={look}>
                    <TreeView of={content} places={places} />
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
