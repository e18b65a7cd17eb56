import { useEffect, useRef, type ReactNode } from 'react'
import type { Paste } from '../model/paste.ts'
import { Action } from '../parts/action.tsx'
import styles from './terminal.module.css'

/** Asks before several lines go into a shell. Not pasting has the focus. */
export function PasteQuestion(props: {
  readonly paste: Paste
  readonly onPaste: () => void
  readonly onCancel: () => void
}): ReactNode {
  const { paste } = props
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.querySelector<HTMLElement>('[data-look="primary"]')?.focus(), [])
  const lines = `${paste.lines} ${paste.lines === 1 ? 'line' : 'lines'}`
  const controls =
    paste.removed === 1 ? 'One control character was' : `${paste.removed} control characters were`
  return (
    <div
      ref={box}
      className={styles.paste}
      role="alertdialog"
      aria-label={`Paste ${lines}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onCancel()
      }}
    >
      <p>
        {lines}, and each is executed as it arrives.
        {paste.removed > 0 ? ` ${controls} taken out.` : ''}
      </p>
      <pre tabIndex={0}>{paste.text.replace(/\r/g, '\n')}</pre>
      <div className={styles.pasteActions}>
        <Action look="primary" hotkey="Enter" onPress={props.onCancel}>
          Do not paste
        </Action>
        <Action look="danger" onPress={props.onPaste}>
          Paste {lines}
        </Action>
      </div>
    </div>
  )
}
