import type { ReactNode } from 'react'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { Button } from '../button.tsx'
import { Dialog } from '../dialog.tsx'
import { Key } from '../key.tsx'
import styles from './attachments.module.css'
import { AttachmentPreview, type PreviewProps } from './preview.tsx'

/** An attachment in front of what is shown, below the band with its clocks. */
export function AttachmentDialog(
  props: Omit<PreviewProps, 'close'> & { readonly onClose: () => void },
): ReactNode {
  const { onClose, ...preview } = props
  return (
    <Dialog
      className={styles.dialog}
      label={`Attachment ${shownLine(preview.attachment.name)}`}
      onClose={onClose}
    >
      <AttachmentPreview
        {...preview}
        close={
          <Button look="quiet" onClick={onClose}>
            Close <Key>Esc</Key>
          </Button>
        }
      />
    </Dialog>
  )
}
