import type { ReactNode } from 'react'
import type { ReportField, ReportKind } from '../../../../main/core/run/reports.ts'
import { reportField } from '../../../../main/core/run/reports.ts'
import type { WrittenField } from '../../../../main/core/report/report.ts'
import { cellText, ROW_TITLES } from '../../../../main/core/report/row-words.ts'
import { table } from '../../../../main/core/report/tree-parts.ts'
import type { ReportClock } from '../../../../main/core/report/zone.ts'
import { TreeView } from '../../../ui/tree.tsx'
import styles from './fields.module.css'
import { FieldEditor } from './field-editor.tsx'

/** One field of a report: what is written, who wrote it and when, and the place to write it where it may be changed. */
export function FieldView(props: {
  readonly run: string
  readonly report: ReportKind
  readonly written: WrittenField
  readonly clock: ReportClock
  /** Why nothing can be written; undefined where it can. */
  readonly readOnly: string | undefined
}): ReactNode {
  const { run, report, written, clock, readOnly } = props
  const field = reportField(report, written.id)
  if (field === undefined) return null
  const id = `f-${written.id}`
  return (
    <div className={styles.field} data-field={written.id} data-shape={written.shape} id={id}>
      <div className={styles.label}>
        <h3>
          {readOnly === undefined && written.shape !== 'rows' ? (
            <label htmlFor={`${id}-input`}>{written.label}</label>
          ) : (
            written.label
          )}
        </h3>
        {written.by !== undefined && written.at !== undefined && (
          <span className={styles.author} title={clock.utc(written.at)}>
            {written.text === '' ? 'emptied by' : 'written by'} {written.by},{' '}
            {(clock.local ?? clock.utc)(written.at)}
          </span>
        )}
      </div>
      {readOnly === undefined ? (
        <FieldEditor run={run} report={report} written={written} field={field} clock={clock} />
      ) : (
        <Words written={written} field={field} clock={clock} />
      )}
    </div>
  )
}

function Words(props: {
  readonly written: WrittenField
  readonly field: ReportField
  readonly clock: ReportClock
}): ReactNode {
  const { written, field, clock } = props
  const { text, rows, shape } = written
  if (text === '') return <p className={styles.missing}>Not written.</p>
  if (rows !== undefined && field.columns !== undefined) {
    const { columns } = field
    return (
      <TreeView
        of={table(
          undefined,
          columns.map((column) => ({ title: ROW_TITLES[column] })),
          rows.map((row) => columns.map((column) => cellText(row, column))),
        )}
      />
    )
  }
  return <p className={styles.words}>{shape === 'moment' ? clock.both(Date.parse(text)) : text}</p>
}
