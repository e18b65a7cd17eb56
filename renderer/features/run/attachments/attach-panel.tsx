import type { ReactNode } from 'react'
import { AttachForm } from '../../../ui/attachments/attach-form.tsx'
import { Panel } from '../parts/panel.tsx'
import { shownStep } from '../screen/keys.ts'
import { useRun, useScreen } from '../screen/run-context.ts'

/** Files for the run, offered for the step that is shown. */
export function AttachPanel({ files }: { readonly files: readonly File[] }): ReactNode {
  const view = useRun()
  const { open, close } = view.screen.getState()
  const selected = useScreen((screen) => screen.selected)
  return (
    <Panel level={2} title="Attach a file" onClose={close}>
      <AttachForm
        run={view.run}
        actor={view.actor}
        steps={view.state.plan.steps}
        step={shownStep(view, selected)?.id}
        files={files}
        onFiles={(chosen) => open({ kind: 'attach', files: chosen })}
        unknownSecrets={view.unknownSecrets}
        onClose={close}
      />
    </Panel>
  )
}
