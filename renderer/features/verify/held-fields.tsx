import type { ReactNode } from 'react'
import { Field } from '../../ui/field.tsx'
import { linesIn, notesIn } from './findings-words.ts'
import type { Kept } from './record.ts'
import styles from './verify.module.css'

/** What somebody has from before, as it is typed or pasted. */
export interface HeldText {
  readonly words: string
  readonly notes: string
  readonly keys: string
}

export const NOTHING_HELD: HeldText = { words: '', notes: '', keys: '' }

export function keptOf({ words, notes, keys }: HeldText): Kept {
  return { words: [...linesIn(words)], notes: [...notesIn(notes)], keys: [...linesIn(keys)] }
}

/** Fields for what stops even the holder of the key from telling another story. */
export function HeldFields(props: {
  readonly held: HeldText
  readonly onChange: (held: HeldText) => void
}): ReactNode {
  const { held, onChange } = props
  async function addFiles(files: FileList): Promise<void> {
    const texts = await Promise.all([...files].map((file) => file.text()))
    onChange({ ...held, notes: [held.notes.trim(), ...texts].filter(Boolean).join('\n\n') })
  }
  return (
    <details className={styles.held} open={Object.values(held).some((text) => text !== '')}>
      <summary>What you have from elsewhere</summary>
      <p className={styles.quiet}>
        Whoever has the key of the laptop could write a record anew. Words, a checkpoint or a key
        that you were given earlier cannot be changed with it.
      </p>
      <Field
        label="Words that somebody wrote down"
        hint="Eight words, one set to a line. Four letters of each are enough."
      >
        {({ id, describedBy }) => (
          <textarea
            id={id}
            aria-describedby={describedBy}
            rows={2}
            spellCheck={false}
            value={held.words}
            onChange={(event) => onChange({ ...held, words: event.target.value })}
          />
        )}
      </Field>
      <Field label="Checkpoints" hint="The signed text, pasted, or its file.">
        {({ id, describedBy }) => (
          <>
            <textarea
              id={id}
              aria-describedby={describedBy}
              className={styles.mono}
              rows={3}
              spellCheck={false}
              value={held.notes}
              onChange={(event) => onChange({ ...held, notes: event.target.value })}
            />
            <input
              type="file"
              aria-label="File of a checkpoint"
              multiple
              onChange={({ target }) => {
                if (target.files !== null) void addFiles(target.files)
                target.value = ''
              }}
            />
          </>
        )}
      </Field>
      <Field
        label="Public keys of the laptop"
        hint="The line that its settings show. Then only keys that this one leads to count."
      >
        {({ id, describedBy }) => (
          <textarea
            id={id}
            aria-describedby={describedBy}
            className={styles.mono}
            rows={2}
            spellCheck={false}
            value={held.keys}
            onChange={(event) => onChange({ ...held, keys: event.target.value })}
          />
        )}
      </Field>
    </details>
  )
}
