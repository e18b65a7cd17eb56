import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { bytesText } from '../../../../main/core/report/duration.ts'
import { useRun } from '../screen/run-context.ts'
import { progressKey } from '../terminal/terminal-store.ts'
import styles from './step.module.css'

/** How far a file is that goes up or comes down now, in bytes and in words. */
export function TransferProgress(props: {
  readonly block: string
  readonly attempt: number
  readonly host?: string
  readonly verb: string
}): ReactNode {
  const { terminals } = useRun()
  const progress = useStore(terminals, (state) => state.progress[progressKey(props)])
  if (props.verb !== 'upload' && props.verb !== 'download') return null
  const word = props.verb === 'upload' ? 'sent' : 'collected'
  if (progress === undefined) return <p className={styles.hint}>Nothing is {word} yet.</p>
  const { done, total } = progress
  const text =
    total === undefined
      ? `${bytesText(done)} ${word}`
      : `${bytesText(done)} of ${bytesText(total)} ${word}`
  return (
    <div className={styles.progress}>
      <progress
        aria-label={`How much is ${word}`}
        aria-valuetext={text}
        value={total === undefined ? undefined : done}
        max={total === undefined || total === 0 ? 1 : total}
      />
      <span>{text}</span>
    </div>
  )
}
