import { useState, type ReactNode } from 'react'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { Diff } from '../parts/diff.tsx'
import { Panel, ReasonForm } from '../parts/panel.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { runBlock, targetFor } from './block-commands.ts'
import styles from './step.module.css'

/** Another text instead of the runbook's, with the difference shown and a reason: a deviation. */
export function EditPanel({
  step,
  block,
}: {
  readonly step: PlanStep
  readonly block: PlanBlock
}): ReactNode {
  const view = useRun()
  const close = useScreen((screen) => screen.close)
  const before = useScreen((screen) => screen.edits[block.id])
  const [text, setText] = useState(before?.text ?? block.code)
  const target = targetFor(view, step, block)
  const changed = text !== block.code
  const submit = (reason: string): void => {
    if (!changed) return
    const { set, edits } = view.screen.getState()
    set({ edits: { ...edits, [block.id]: { text, reason } } })
    runBlock(view, step, block)
  }
  return (
    <Panel level={4} title="Run an edited text" onClose={close}>
      <label className={styles.label} htmlFor={`edit-${block.id}`}>
        Text to run instead on {target ?? 'its target'}
      </label>
      <textarea
        id={`edit-${block.id}`}
        data-autofocus
        className={styles.editor}
        rows={Math.min(16, Math.max(3, text.split('\n').length + 1))}
        spellCheck={false}
        autoCapitalize="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {changed ? (
        <Diff before={block.code} after={text} />
      ) : (
        <p className={styles.hint}>
          Nothing is changed yet. The difference from the runbook will be shown here.
        </p>
      )}
      <ReasonForm
        label="Why is it changed? The reason and both texts are kept."
        action="Run the edited text"
        look="danger"
        onSubmit={submit}
        onCancel={close}
      />
    </Panel>
  )
}
