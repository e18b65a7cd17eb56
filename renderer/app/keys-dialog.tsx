import type { ReactNode } from 'react'
import styles from './app.module.css'
import { Dialog } from '../ui/dialog.tsx'
import { Button } from '../ui/button.tsx'
import { Key } from '../ui/key.tsx'

type Row = readonly [keys: readonly string[], meaning: string]

const GROUPS: readonly { readonly title: string; readonly rows: readonly Row[] }[] = [
  {
    title: 'Everywhere',
    rows: [
      [['Ctrl', 'K'], 'Do or find anything'],
      [['/'], 'Search on this screen'],
      [['g', 'l'], 'Library'],
      [['g', 'r'], 'Runs'],
      [['g', 'v'], 'Verify'],
      [['g', 'a'], 'Audit pack of a period'],
      [['g', 'n'], 'Connections'],
      [['g', 's'], 'Settings'],
      [['g', 'c'], 'The run that is going on'],
      [['?'], 'The keys of this screen'],
      [['Esc'], 'Close what is open'],
    ],
  },
  {
    title: 'Library and runs',
    rows: [
      [['↑', '↓'], 'Move through the list'],
      [['Home', 'End'], 'First, last'],
      [['Enter'], 'Start the runbook, open the run'],
    ],
  },
  {
    title: 'Recording',
    rows: [
      [['Space'], 'Play, pause'],
      [['←', '→'], 'Five seconds back, on; with Shift a minute'],
      [['[', ']'], 'Previous mark, next mark'],
      [['−', '+'], 'Slower, faster'],
      [['Home', 'End'], 'Beginning, end'],
    ],
  },
]

/** The keys of the frame. A run screen has a list of its own. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog className={styles.dialog} label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <div className={styles.keys}>
        {GROUPS.map(({ title, rows }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([keys, meaning]) => (
                <div key={meaning}>
                  <dt>
                    {keys.map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={styles.small}>
        Inside a run <Key>?</Key> lists the keys of the run.
      </p>
      <div className={styles.actions}>
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  )
}
