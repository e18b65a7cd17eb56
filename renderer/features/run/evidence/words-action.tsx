import { ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { CheckpointReason } from '../../../../main/core/evidence/checkpoint.ts'
import { Action } from '../parts/action.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './evidence.module.css'
import { useNewestCheckpoint } from './use-newest.ts'

/** Moments after which somebody should have the words. The others only shorten what is not signed. */
const WEIGHTY: ReadonlySet<CheckpointReason> = new Set<CheckpointReason>([
  'approval',
  'point-of-no-return',
  'handover',
  'pause',
  'close',
])

/** In the band: whether somebody has the words of what was signed last, and the way to read them out. */
export function WordsAction(): ReactNode {
  const { state } = useRun()
  const open = useScreen((screen) => screen.open)
  const isOpen = useScreen((screen) => screen.panel?.kind === 'words')
  const newest = useNewestCheckpoint()
  const isUnheld =
    newest !== undefined &&
    WEIGHTY.has(newest.why) &&
    !(state.witnesses ?? []).some(({ size }) => size === newest.size)
  const says = isUnheld ? `: nobody has those of event ${newest.size}` : ''
  return (
    <Action
      look="quiet"
      hotkey="v"
      expanded={isOpen}
      onPress={() => open({ kind: 'words' })}
      label={`Read the words of the record to someone${says}`}
    >
      <span className={styles.mark} data-unheld={isUnheld ? '' : undefined}>
        <ShieldCheck aria-hidden size="1.1em" />
      </span>
    </Action>
  )
}
