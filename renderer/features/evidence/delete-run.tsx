import { useState, type ReactNode } from 'react'
import type { RunPhase } from '../../../main/core/run/state.ts'
import { client } from '../../api/index.ts'
import { go } from '../../app/route.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './evidence.module.css'
import { actorHere } from '../../app/use-command.ts'

/** Deletes a run that is over. It asks why, and for a second yes. */
export function DeleteRun(props: {
  readonly run: string
  readonly title: string
  readonly phase: RunPhase
  readonly isReadOnly: boolean
}): ReactNode {
  const { run, title, phase, isReadOnly } = props
  const [reason, setReason] = useState('')
  const [sure, setSure] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  if (isReadOnly) return null
  const isOver = phase === 'finished' || phase === 'aborted'
  const ready = sure && reason.trim() !== '' && !busy

  async function remove(): Promise<void> {
    setBusy(true)
    setProblem(undefined)
    try {
      await client.request('runs.delete', { run, actor: actorHere(), reason: reason.trim() })
      go({ screen: 'runs' }, 'replace')
    } catch (error) {
      setProblem(wordsOf(error))
      setBusy(false)
    }
  }

  return (
    <section className={styles.part} aria-labelledby="delete-title">
      <h2 id="delete-title">Delete this run</h2>
      {isOver ? (
        <details className={styles.details}>
          <summary>Delete “{title}”…</summary>
          <p>
            Its events, outputs and checkpoints go for good. What stays is a signed note: that there
            was this run, how it ended, who deleted it and why. Exports and backups elsewhere are
            not reached.
          </p>
          <form
            className={styles.wide}
            aria-label="Delete this run"
            onSubmit={(event) => {
              event.preventDefault()
              if (ready) void remove()
            }}
          >
            <Field label="Why">
              {({ id }) => (
                <input
                  id={id}
                  autoComplete="off"
                  maxLength={1000}
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              )}
            </Field>
            <label className={styles.sure}>
              <input
                type="checkbox"
                checked={sure}
                onChange={(event) => setSure(event.target.checked)}
              />
              I know that this cannot be taken back
            </label>
            <div>
              <Button type="submit" look="danger" disabled={!ready}>
                Delete the run
              </Button>
            </div>
          </form>
          {problem !== undefined && (
            <p role="alert" className={styles.problem}>
              {problem}
            </p>
          )}
        </details>
      ) : (
        <p className={styles.quiet}>Only a run that is over can be deleted.</p>
      )}
    </section>
  )
}
