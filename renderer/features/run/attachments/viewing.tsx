import type { ReactNode } from 'react'
import { takenOut } from '../../../../main/core/run/attachments.ts'
import { AttachmentDialog } from '../../../ui/attachments/attachment-dialog.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'

/** The attachment that is looked at. */
export function Viewing(): ReactNode {
  const { run, state, names, request } = useRun()
  const viewing = useScreen((screen) => screen.viewing)
  const set = useScreen((screen) => screen.set)
  const attachment = state.attachments?.find(({ seq }) => seq === viewing)
  if (attachment === undefined) return null
  const step = attachment.step ?? attachment.source?.step
  return (
    <AttachmentDialog
      key={attachment.seq}
      request={request}
      run={run}
      attachment={attachment}
      gone={takenOut(state, attachment)}
      step={step === undefined ? undefined : names.step(step)?.title}
      onClose={() => set({ viewing: undefined })}
    />
  )
}
