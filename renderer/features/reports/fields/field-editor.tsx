import { useId, type KeyboardEvent, type ReactNode } from 'react'
import type { WrittenField } from '../../../../main/core/report/report.ts'
import type { ReportField, ReportKind } from '../../../../main/core/run/reports.ts'
import type { ReportClock } from '../../../../main/core/report/zone.ts'
import styles from './fields.module.css'
import { MomentInput } from './moment-input.tsx'
import { RowsInput } from './rows-input.tsx'
import { Standing } from './standing.tsx'
import { useField, type FieldEditing } from './use-field.ts'

/** Ctrl+S records what is being written, wherever in the field the focus is. */
function onSaveKey(event: KeyboardEvent, save: () => void): void {
  if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return
  event.preventDefault()
  save()
}

/** A field that is being written. It is recorded when it is left, and with Ctrl+S. */
export function FieldEditor(props: {
  readonly run: string
  readonly report: ReportKind
  readonly written: WrittenField
  readonly field: ReportField
  readonly clock: ReportClock
}): ReactNode {
  const { run, report, written, field, clock } = props
  const editing = useField(run, report, written)
  const help = useId()
  return (
    <div
      className={styles.editor}
      data-standing={editing.standing.kind}
      onKeyDown={(event) => onSaveKey(event, editing.save)}
      onBlur={(event) => {
        // Going from one cell of it to the next is not leaving it.
        if (!event.currentTarget.contains(event.relatedTarget)) editing.save()
      }}
    >
      <Input editing={editing} field={field} help={help} clock={clock} />
      <p id={help} className={styles.help}>
        {field.help}
      </p>
      <Standing editing={editing} written={written} />
    </div>
  )
}

function Input(props: {
  readonly editing: FieldEditing
  readonly field: ReportField
  readonly help: string
  readonly clock: ReportClock
}): ReactNode {
  const { editing, field, help, clock } = props
  const labels = {
    id: `f-${field.id}-input`,
    'aria-describedby': help,
    'aria-invalid': editing.standing.kind === 'refused',
  } as const
  switch (field.shape) {
    case 'rows':
      return (
        <RowsInput
          label={field.label}
          columns={field.columns ?? ['what']}
          rows={editing.rows}
          onChange={(rows) => editing.change({ rows })}
        />
      )
    case 'moment':
      return (
        <MomentInput
          {...labels}
          clock={clock}
          text={editing.text}
          onChange={(text) => editing.change({ text })}
        />
      )
    case 'line':
    case 'duration':
      return (
        <input
          {...labels}
          className={field.shape === 'duration' ? styles.short : styles.line}
          autoComplete="off"
          value={editing.text}
          onChange={(event) => editing.change({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') editing.save()
          }}
        />
      )
    case 'text':
      return (
        <textarea
          {...labels}
          className={styles.text}
          rows={2}
          value={editing.text}
          onChange={(event) => editing.change({ text: event.target.value })}
        />
      )
  }
}
