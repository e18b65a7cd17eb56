import type { ReactNode } from 'react'
import type { WrittenField } from '../../../../main/core/report/report.ts'
import { Button } from '../../../ui/button.tsx'
import { Key } from '../../../ui/key.tsx'
import styles from './fields.module.css'
import type { FieldEditing } from './use-field.ts'

/** Whether what is written here is in the record; and both texts, where somebody else wrote into it meanwhile. */
export function Standing(props: {
  readonly editing: FieldEditing
  readonly written: WrittenField
}): ReactNode {
  const { editing, written } = props
  const { standing } = editing
  return (
    <>
      <div role="status" className={styles.standing}>
        {standing.kind === 'unsaved' && (
          <>
            Not recorded yet.{' '}
            <Button look="quiet" onClick={editing.save}>
              Record it <Key>Ctrl S</Key>
            </Button>
          </>
        )}
        {standing.kind === 'saving' && 'Recording…'}
        {standing.kind === 'waiting' &&
          'Not recorded: there is no connection. It is kept in this window, and recorded as soon as there is.'}
      </div>
      {standing.kind === 'refused' && (
        <p role="alert" className={styles.problem}>
          {standing.problem} It is kept in this window.
        </p>
      )}
      {standing.kind === 'conflict' && (
        <div role="alert" className={styles.conflict}>
          <p>
            <strong>
              {written.by ?? 'Somebody'} has written into this since you began. Nothing is lost:
              yours stands above, theirs below.
            </strong>
          </p>
          <div className={styles.theirs}>{written.text === '' ? '(emptied)' : written.text}</div>
          <div className={styles.choices}>
            <Button onClick={editing.keepMine}>Record mine instead</Button>
            <Button onClick={editing.takeTheirs}>Keep theirs, drop mine</Button>
          </div>
        </div>
      )}
    </>
  )
}
