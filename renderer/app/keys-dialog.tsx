import type { ReactNode } from 'react'
import styles from './app.module.css'
import { Dialog } from '../ui/dialog.tsx'
import { Button } from '../ui/button.tsx'

const KEYS: readonly (readonly [string, string])[] = [
  ['?', 'This list'],
  ['g l', 'Library'],
  ['g r', 'Runs'],
  ['g s', 'Settings'],
  ['/', 'Search'],
  ['↑ ↓', 'Move in a list'],
  ['Enter', 'Open, or do the main thing'],
  ['Esc', 'Close what is open'],
]

/** The keys of the frame. A run screen has a list of its own. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog className={styles.dialog} label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([key, meaning]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>{key}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.actions}>
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  )
}
