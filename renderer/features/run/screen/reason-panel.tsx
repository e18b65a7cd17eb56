import type { ReactNode } from 'react'
import { withReason } from '../model/reason.ts'
import { Panel, ReasonForm } from '../parts/panel.tsx'
import { useRun } from './run-context.ts'
import type { Panel as PanelState } from './screen-store.ts'

const LEVELS = { run: 2, step: 3, block: 4, item: 3 } as const

/** Asks why, then sends the same command with the answer. */
export function ReasonPanel({
  panel,
}: {
  readonly panel: Extract<PanelState, { kind: 'reason' }>
}): ReactNode {
  const { perform, screen } = useRun()
  const { close } = screen.getState()
  return (
    <Panel level={LEVELS[panel.at.kind]} title={panel.title} onClose={close}>
      <ReasonForm
        label={panel.says ?? 'Reason, kept with the run'}
        action={panel.action}
        onCancel={close}
        onSubmit={(reason) => {
          void perform(withReason(panel.command, reason), panel.at)
        }}
      />
    </Panel>
  )
}
