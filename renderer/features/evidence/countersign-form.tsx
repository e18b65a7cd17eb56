import { useState, type ReactNode } from 'react'
import type { RequestResult } from '../../../main/contract/requests.ts'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { EightWords } from '../../ui/eight-words.tsx'
import { Field } from '../../ui/field.tsx'
import { dateTimeText } from '../../ui/time.ts'
import { wordsOf } from '../../ui/words.ts'
import styles from './device.module.css'
import { saveText } from './save-text.ts'

type Signed = RequestResult<'device.countersign'>

/** Signs a checkpoint of somebody else's run: this laptop becomes its witness. */
export function CountersignForm(): ReactNode {
  const [note, setNote] = useState('')
  const [signed, setSigned] = useState<Signed>()
  const [problem, setProblem] = useState<string>()

  async function sign(): Promise<void> {
    setSigned(undefined)
    setProblem(undefined)
    try {
      setSigned(await client.request('device.countersign', { note: `${note.trim()}\n` }))
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }

  return (
    <details className={styles.details}>
      <summary>Sign a checkpoint of somebody else</summary>
      <p className={styles.note}>
        This laptop then vouches that the record had this head. Send them the signed text and the
        public key above; keep the words.
      </p>
      <form
        aria-label="Sign a checkpoint"
        onSubmit={(event) => {
          event.preventDefault()
          if (note.trim() !== '') void sign()
        }}
      >
        <Field label="The checkpoint" hint="The signed text, pasted, or its file.">
          {({ id, describedBy }) => (
            <>
              <textarea
                id={id}
                aria-describedby={describedBy}
                className={styles.mono}
                rows={5}
                spellCheck={false}
                value={note}
                onChange={(event) => setNote(event.target.value)}
              />
              <input
                type="file"
                aria-label="File of the checkpoint"
                onChange={({ target }) => void target.files?.[0]?.text().then(setNote)}
              />
            </>
          )}
        </Field>
        <Button type="submit" disabled={note.trim() === ''}>
          Sign it
        </Button>
      </form>
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {signed !== undefined && (
        <div role="status">
          <p>
            Signed: <code>{shownLine(signed.origin)}</code> up to event {signed.size}, as it was{' '}
            {dateTimeText(signed.wall)}.
          </p>
          <EightWords words={signed.words} label="The words of what was signed" />
          <p className={styles.line}>
            <Button onClick={() => saveText(`checkpoint-${signed.size}.signed`, signed.note)}>
              Save the signed checkpoint
            </Button>
          </p>
        </div>
      )}
    </details>
  )
}
