import { FlaskConical, Footprints, Radio, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Mode } from '../../main/core/run/events.ts'
import styles from './controls.module.css'

const ICONS: Readonly<Record<Mode, LucideIcon>> = {
  live: Radio,
  drill: FlaskConical,
  walkthrough: Footprints,
}
const WORDS: Readonly<Record<Mode, string>> = {
  live: 'Live',
  drill: 'Drill',
  walkthrough: 'Walkthrough',
}

/** The mode of a run by colour, icon and word. */
export function ModeBadge({ mode }: { readonly mode: Mode }): ReactNode {
  const Icon = ICONS[mode]
  return (
    <span className={styles.mode} data-mode={mode}>
      <Icon size="1.1em" aria-hidden /> {WORDS[mode]}
    </span>
  )
}
