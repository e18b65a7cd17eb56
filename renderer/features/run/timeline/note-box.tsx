import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Action } from '../parts/action.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './timeline.module.css'

const KINDS = [
  ['note', 'Note'],
  ['todo', 'To do'],
  ['evidence', 'Evidence'],
] as const

/** A note, a thing to do later, or evidence. Enter keeps it; the field stays open for the next one. */
export function NoteBox(): ReactNode {
  const { perform, actor } = useRun()
  const set = useScreen((screen) => screen.set)
  const refusal = useScreen((screen) => screen.refusal)
  const [text, setText] = useState('')
  const [kind, setKind] = useState<'note' | 'todo' | 'evidence'>('note')
  const field = useRef<HTMLTextAreaElement>(null)
  const before = useRef<Element | null>(null)
  useEffect(() => {
    before.current = document.activeElement
    field.current?.focus()
  }, [])
  const close = (): void => {
    const back = before.current
    set({ noteOpen: false })
    if (back instanceof HTMLElement && back.isConnected) back.focus()
  }
  const keep = async (): Promise<void> => {
    const words = text.trim()
    if (words === '') return
    if (
      await perform({ type: 'note.add', kind, text: words }, { kind: 'run' }, { keepPanel: true })
    ) {
      setText('')
      close()
    }
  }
  return (
    <form
      className={styles.note}
      aria-label="New note"
      onSubmit={(event) => {
        event.preventDefault()
        void keep()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        close()
      }}
    >
      <div className={styles.kinds} role="radiogroup" aria-label="Kind">
        {KINDS.map(([value, word]) => (
          <label key={value} data-chosen={kind === value ? '' : undefined}>
            <input
              type="radio"
              name="note-kind"
              checked={kind === value}
              onChange={() => setKind(value)}
            />
            {word}
          </label>
        ))}
      </div>
      <textarea
        ref={field}
        className={styles.noteField}
        rows={3}
        aria-label={`Text, kept as ${actor}`}
        placeholder={`What happened? Kept as ${actor}.`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault()
            void keep()
          }
        }}
      />
      {refusal?.at.kind === 'run' ? <p role="alert">{refusal.message}</p> : null}
      <div className={styles.noteActions}>
        <Action look="primary" hotkey="Enter" onPress={() => void keep()}>
          Keep
        </Action>
        <Action look="quiet" hotkey="Escape" onPress={close}>
          Cancel
        </Action>
      </div>
    </form>
  )
}
