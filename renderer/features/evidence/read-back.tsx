import { useState, type ReactNode } from 'react'
import { readWords } from '../../../main/core/evidence/words.ts'
import type { CheckpointView } from '../../../main/contract/evidence.ts'
import { Field } from '../../ui/field.tsx'
import { dateTimeText } from '../../ui/time.ts'
import styles from './evidence.module.css'

/** What the words that a witness reads back mean for this record. */
export function readBackText(
  text: string,
  checkpoints: readonly CheckpointView[],
): { readonly text: string; readonly tone: 'good' | 'bad' | 'neutral' } {
  const given = text.match(/[a-z]+/giu)?.length ?? 0
  if (given < 8) return { text: given === 0 ? '' : `${given} of 8 words`, tone: 'neutral' }
  const read = readWords(text)
  if (read === undefined)
    return {
      text: 'These are not eight words of the list. Ask the witness to read them again.',
      tone: 'bad',
    }
  const found = checkpoints.find(({ words }) => words.join(' ') === read.join(' '))
  return found === undefined
    ? {
        text: 'No checkpoint of this run has these words: either they were taken down wrong, or the record was changed since. Verify the record with them.',
        tone: 'bad',
      }
    : {
        text: `These are the words of event ${found.size}, signed ${dateTimeText(found.wall)}.`,
        tone: 'good',
      }
}

/** A field for words that somebody reads back. */
export function ReadBack({
  checkpoints,
}: {
  readonly checkpoints: readonly CheckpointView[]
}): ReactNode {
  const [text, setText] = useState('')
  const answer = readBackText(text, checkpoints)
  return (
    <div className={styles.readBack}>
      <Field label="Words that a witness reads back" hint="Four letters of each are enough.">
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <p role="status" data-tone={answer.tone}>
        {answer.text}
      </p>
    </div>
  )
}
