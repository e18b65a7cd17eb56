import type { ReactNode } from 'react'
import { bytesText } from '../../../main/core/report/duration.ts'
import { Button } from '../../ui/button.tsx'
import styles from './audit.module.css'
import type { Progress } from './audit-store.ts'

function wordsFor(progress: Progress | undefined): string {
  if (progress === undefined) return 'Counting the runs…'
  const { done, total, unit } = progress
  if (unit === 'bytes') return `${bytesText(done)} written`
  return `${done} of ${total ?? '?'} runs read and verified`
}

/** How far something is, and the way to stop it. */
export function WorkProgress(props: {
  readonly label: string
  readonly progress: Progress | undefined
  readonly cancelling: boolean
  readonly onCancel: () => void
}): ReactNode {
  const { label, progress, cancelling } = props
  const words = cancelling ? 'Stopping…' : wordsFor(progress)
  const total = progress?.unit === 'bytes' ? undefined : progress?.total
  return (
    <div className={styles.progress}>
      <progress
        aria-label={label}
        aria-valuetext={words}
        max={total ?? 1}
        {...(total !== undefined && { value: progress?.done ?? 0 })}
      />
      <span role="status">{words}</span>
      <Button disabled={cancelling} onClick={props.onCancel}>
        Cancel
      </Button>
    </div>
  )
}
