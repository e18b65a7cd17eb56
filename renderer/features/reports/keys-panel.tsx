import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Key } from '../../ui/key.tsx'
import styles from './reports.module.css'
import { REPORT_KEYS } from './use-report-keys.ts'

/** The keys of a report. */
export function KeysPanel({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <section className={styles.panel} aria-label="Keys">
      <h2>Keys</h2>
      <dl className={styles.keys}>
        {REPORT_KEYS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <Key>{keys}</Key>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <div>
        <Button onClick={onClose}>Close</Button>
      </div>
    </section>
  )
}
