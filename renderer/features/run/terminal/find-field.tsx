import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { TerminalTab } from './terminal-store.ts'
import styles from './terminal.module.css'

/** Finds text in what the terminal still shows. Enter: next; Shift+Enter: previous. */
export function FindField({
  tab,
  onClose,
}: {
  readonly tab: TerminalTab
  readonly onClose: () => void
}): ReactNode {
  const [text, setText] = useState('')
  const [found, setFound] = useState(true)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  return (
    <span className={styles.find}>
      <input
        ref={field}
        aria-label="Find in this output"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setFound(event.target.value === '' || tab.screen.find(event.target.value, false))
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') setFound(tab.screen.find(text, event.shiftKey))
          if (event.key === 'Escape') {
            event.stopPropagation()
            tab.screen.clearFind()
            onClose()
          }
        }}
      />
      <span role="status">{found ? '' : 'Not found in what is shown'}</span>
    </span>
  )
}
