import { useState, type ReactNode } from 'react'
import type { CheckpointView } from '../../../main/contract/evidence.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import styles from './evidence.module.css'
import { useCommand } from '../../app/use-command.ts'

/** Records who took the words down. */
export function WitnessForm(props: {
  readonly run: string
  readonly checkpoint: CheckpointView
}): ReactNode {
  const { run, checkpoint } = props
  const [by, setBy] = useState('')
  const [how, setHow] = useState('')
  const [done, setDone] = useState('')
  const { busy, problem, send } = useCommand(run)

  async function record(): Promise<void> {
    const { size, head } = checkpoint
    const way = how.trim()
    const taken = await send({
      type: 'checkpoint.witness',
      size,
      head,
      by: by.trim(),
      ...(way !== '' && { how: way }),
    })
    if (!taken) return
    setDone(`Recorded: ${by.trim()} has the words of event ${size}.`)
    setBy('')
    setHow('')
  }

  return (
    <form
      className={styles.form}
      aria-label="Who took the words down"
      onSubmit={(event) => {
        event.preventDefault()
        if (by.trim() !== '' && !busy) void record()
      }}
    >
      <Field label="Who took them down" hint="Somebody else than you.">
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            autoComplete="off"
            value={by}
            onChange={(event) => {
              setBy(event.target.value)
              setDone('')
            }}
          />
        )}
      </Field>
      <Field label="How" hint="By telephone, in the ticket, on paper.">
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            autoComplete="off"
            value={how}
            onChange={(event) => setHow(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" look="primary" disabled={by.trim() === '' || busy}>
        Record it
      </Button>
      <p role="status" className={styles.done}>
        {done}
      </p>
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </form>
  )
}
