import { Paperclip } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './attachments.module.css'

/** Shown while files are held over the window. */
export function DropHint(): ReactNode {
  return (
    <div className={styles.dropHint} aria-hidden>
      <span>
        <Paperclip size="1.4em" /> Let go to attach it to this run
      </span>
    </div>
  )
}
