import { useId, type ReactNode } from 'react'
import styles from './controls.module.css'

/** A labelled control with its help and its problem, tied together for a screen reader. */
export function Field(props: {
  readonly label: string
  readonly hint?: string | undefined
  readonly problem?: string | undefined
  readonly children: (ids: {
    readonly id: string
    readonly describedBy: string
    readonly invalid: boolean
  }) => ReactNode
}): ReactNode {
  const id = useId()
  const notes = `${id}-notes`
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{props.label}</label>
      {props.children({ id, describedBy: notes, invalid: props.problem !== undefined })}
      <div id={notes} className={styles.notes}>
        {props.problem !== undefined ? (
          <span className={styles.problem}>{props.problem}</span>
        ) : (
          props.hint !== undefined && <span>{props.hint}</span>
        )}
      </div>
    </div>
  )
}
