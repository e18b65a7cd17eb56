import { FlaskConical, Footprints, Radio, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { MODES, type Mode } from '../../../main/core/run/events.ts'
import styles from './start.module.css'

const WORDS: Readonly<Record<Mode, { readonly icon: LucideIcon; readonly says: string }>> = {
  live: { icon: Radio, says: 'Commands run, on the real targets.' },
  drill: { icon: FlaskConical, says: 'The same commands, in a sandbox. Not in this version yet.' },
  walkthrough: { icon: Footprints, says: 'Read and tick; nothing executes.' },
}

/** Which mode the run is in, each explained in a line. */
export function ModeChoice(props: {
  readonly mode: Mode
  readonly onMode: (mode: Mode) => void
}): ReactNode {
  return (
    <fieldset className={styles.modes}>
      <legend>Mode</legend>
      {MODES.map((candidate) => {
        const { icon: Icon, says } = WORDS[candidate]
        return (
          <label key={candidate} data-mode={candidate} data-chosen={candidate === props.mode}>
            <input
              type="radio"
              name="mode"
              value={candidate}
              checked={candidate === props.mode}
              onChange={() => props.onMode(candidate)}
            />
            <strong>
              <Icon size={16} aria-hidden /> {candidate}
            </strong>
            <span>{says}</span>
          </label>
        )
      })}
    </fieldset>
  )
}
