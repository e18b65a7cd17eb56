import type { ReactNode } from 'react'
import type { PlanBlock } from '../../../../main/core/run/plan.ts'
import { Action } from '../parts/action.tsx'
import { Panel } from '../parts/panel.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './step.module.css'

/** Where to run a fence of a guide: chosen by a person, each time a fence is first run. Choosing runs nothing yet. */
export function TargetPanel({ block }: { readonly block: PlanBlock }): ReactNode {
  const { state } = useRun()
  const set = useScreen((screen) => screen.set)
  const close = useScreen((screen) => screen.close)
  const targets = useScreen((screen) => screen.targets)
  const kinds = state.plan.targets.map((target) => ({ name: target.name, says: target.kind }))
  const offered = kinds.some((target) => target.name === 'local')
    ? kinds
    : [{ name: 'local', says: 'this laptop' }, ...kinds]
  return (
    <Panel level={4} title="Where should this run?" onClose={close}>
      <p className={styles.hint}>
        The guide does not say. Nothing runs yet: the command is offered again with the target you
        choose.
      </p>
      <div className={styles.actions}>
        {offered.map((target) => (
          <Action
            key={target.name}
            onPress={() => {
              set({ targets: { ...targets, [block.id]: target.name } })
              close()
            }}
          >
            {target.name} ({target.says})
          </Action>
        ))}
        <Action look="quiet" hotkey="Escape" onPress={close}>
          Cancel
        </Action>
      </div>
    </Panel>
  )
}
