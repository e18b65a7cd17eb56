import { useId, type ReactNode } from 'react'
import { peopleOf } from '../model/people.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './parts.module.css'

/** A name: typed, or one of those who have taken part. */
export function PersonField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (name: string) => void
  readonly autoFocus?: boolean
}): ReactNode {
  const { state } = useRun()
  const more = useScreen((screen) => screen.people)
  const id = useId()
  return (
    <div className={styles.fieldRow}>
      <label htmlFor={id} className={styles.label}>
        {props.label}
      </label>
      <input
        id={id}
        className={styles.field}
        list={`${id}-people`}
        autoComplete="off"
        value={props.value}
        {...(props.autoFocus === true ? { 'data-autofocus': '' } : {})}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <datalist id={`${id}-people`}>
        {peopleOf(state, more).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  )
}
