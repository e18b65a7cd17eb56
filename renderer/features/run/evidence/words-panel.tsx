import { useEffect, useId, useState, type ReactNode } from 'react'
import type { CheckpointView } from '../../../../main/contract/evidence.ts'
import { addressOf } from '../../../app/route.ts'
import { EightWords } from '../../../ui/eight-words.tsx'
import { wordsOf } from '../../../ui/words.ts'
import { timeText } from '../model/duration.ts'
import { Action } from '../parts/action.tsx'
import { Panel, RefusalLine } from '../parts/panel.tsx'
import { PersonField } from '../parts/person-field.tsx'
import partStyles from '../parts/parts.module.css'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './evidence.module.css'

/** Signs what is recorded now and shows its words, which then stay as they are while they are read out. */
export function WordsPanel(): ReactNode {
  const { run, request, perform } = useRun()
  const close = useScreen((screen) => screen.close)
  const [signed, setSigned] = useState<CheckpointView>()
  const [problem, setProblem] = useState<string>()
  const [by, setBy] = useState('')
  const [how, setHow] = useState('')
  const field = useId()
  useEffect(() => {
    let current = true
    request('runs.checkpoint', { run }).then(
      ({ checkpoint, notice }) => {
        if (!current) return
        setSigned(checkpoint)
        setProblem(checkpoint === undefined ? notice : undefined)
      },
      (error: unknown) => {
        if (current) setProblem(wordsOf(error))
      },
    )
    return () => {
      current = false
    }
  }, [request, run])
  const ready = signed !== undefined && by.trim() !== ''
  const record = (): void => {
    if (signed === undefined || by.trim() === '') return
    const { size, head } = signed
    const way = how.trim()
    void perform(
      {
        type: 'checkpoint.witness',
        size,
        head,
        by: by.trim(),
        ...(way !== '' && { how: way }),
      },
      { kind: 'run' },
    )
  }
  return (
    <Panel level={2} title="Read this to someone" onClose={close}>
      <div className={styles.panel}>
        <p className={styles.says}>
          Somebody outside of this room, who writes the words down and keeps them. Then nothing up
          to this moment can be changed without being found.
        </p>
        {problem === undefined ? null : <RefusalLine message={problem} />}
        {signed === undefined ? (
          problem === undefined ? (
            <p role="status">Signing what is recorded…</p>
          ) : null
        ) : (
          <>
            <EightWords words={signed.words} label={`The words of event ${signed.size}`} />
            <p className={styles.says}>
              Up to event {signed.size}, signed {timeText(signed.wall)}.
            </p>
          </>
        )}
        <form
          className={styles.row}
          onSubmit={(event) => {
            event.preventDefault()
            record()
          }}
        >
          <PersonField label="Who took them down" value={by} onChange={setBy} autoFocus />
          <div className={partStyles.fieldRow}>
            <label htmlFor={field} className={partStyles.label}>
              How
            </label>
            <input
              id={field}
              className={partStyles.field}
              autoComplete="off"
              placeholder="by telephone, in the ticket"
              value={how}
              onChange={(event) => setHow(event.target.value)}
            />
          </div>
          <Action look="primary" hotkey="Enter" submit busy={!ready} onPress={record}>
            Record it
          </Action>
          <Action look="quiet" hotkey="Escape" onPress={close}>
            Close
          </Action>
        </form>
        <p className={styles.says}>
          <a href={addressOf({ screen: 'evidence', run })}>All checkpoints and witnesses</a>
        </p>
      </div>
    </Panel>
  )
}
