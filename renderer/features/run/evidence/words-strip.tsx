import { ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { utcText } from '../../../../main/core/report/duration.ts'
import { Action } from '../parts/action.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './evidence.module.css'
import { useNewestCheckpoint } from './use-newest.ts'

/** The words of the newest checkpoint, above the events that they stand for. */
export function WordsStrip(): ReactNode {
  const { state, readOnly } = useRun()
  const open = useScreen((screen) => screen.open)
  const newest = useNewestCheckpoint()
  if (newest === undefined) return null
  const { size, words, wall } = newest
  const holders = (state.witnesses ?? []).filter((witness) => witness.size === size)
  return (
    <section className={styles.strip} aria-label="Signed words">
      <p title={utcText(wall)}>
        <ShieldCheck aria-hidden size="1em" /> Signed up to event {size}
        {holders.length === 0 ? '' : `; ${holders.map(({ by }) => by).join(', ')} has the words`}
      </p>
      <p className={styles.stripWords}>{words.join(' ')}</p>
      {readOnly === undefined && holders.length === 0 ? (
        <Action look="quiet" hotkey="v" onPress={() => open({ kind: 'words' })}>
          Read to someone…
        </Action>
      ) : null}
    </section>
  )
}
