import type { ReactNode } from 'react'
import { Action } from '../parts/action.tsx'
import { Panel } from '../parts/panel.tsx'
import type { Key } from './key.ts'
import { KEYS } from './keys.ts'
import { useScreen } from './run-context.ts'
import styles from './screen.module.css'

const GROUPS = ['Step', 'Command', 'Run', 'Window'] as const

/** Keys that are not in the table because they are not single presses on the screen itself. */
const OTHERS: readonly Pick<Key, 'key' | 'does' | 'group'>[] = [
  {
    key: 'F6',
    does: 'Move to the next part of the window, also out of a terminal',
    group: 'Window',
  },
  { key: 'Esc', does: 'Close what is open', group: 'Window' },
  { key: '1 … 9', does: 'Choose in an open panel', group: 'Window' },
  { key: 'g l', does: 'Leave for the library; the run goes on', group: 'Window' },
  { key: 'g r', does: 'Leave for the runs; the run goes on', group: 'Window' },
]

/** The keys of the run screen, in place: the clocks stay in sight. */
export function KeysPanel(): ReactNode {
  const panel = useScreen((screen) => screen.panel)
  const close = useScreen((screen) => screen.close)
  if (panel?.kind !== 'keys') return null
  return (
    <div className={styles.keysPanel}>
      <Panel level={2} title="Keys" onClose={close}>
        <div className={styles.keys}>
          {GROUPS.map((group) => (
            <section key={group} aria-label={group}>
              <h3>{group}</h3>
              <dl>
                {[...KEYS, ...OTHERS]
                  .filter((key) => key.group === group)
                  .map((key) => (
                    <div key={key.key}>
                      <dt>
                        <kbd>{key.key}</kbd>
                      </dt>
                      <dd>{key.does}</dd>
                    </div>
                  ))}
              </dl>
            </section>
          ))}
        </div>
        <Action look="quiet" hotkey="Escape" onPress={close}>
          Close
        </Action>
      </Panel>
    </div>
  )
}
