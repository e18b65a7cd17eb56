import { AlarmClock, AlertTriangle, Megaphone } from 'lucide-react'
import type { ReactNode } from 'react'
import { plannedText } from '../../../../main/core/report/report-injects.ts'
import { nextInject } from '../model/injects.ts'
import { Action } from '../parts/action.tsx'
import { openInject } from '../screen/run-actions.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import { useNow } from '../screen/use-now.ts'
import styles from './inject.module.css'

const ICONS = { calm: Megaphone, near: AlarmClock, over: AlertTriangle } as const

/** The inject of an exercise to give next, below the band. Nothing in a live run, or when all were given. */
export function InjectStrip(): ReactNode {
  const view = useRun()
  const now = useNow()
  const expanded = useScreen((screen) => screen.panel?.kind === 'inject')
  const next = nextInject(view.state, now)
  if (next === undefined) return null
  const { inject, left, due, urgency } = next
  const Icon = ICONS[urgency]
  return (
    <section className={styles.strip} aria-label="Next inject" data-urgency={urgency}>
      <p className={styles.when}>
        <strong>
          <Icon aria-hidden size="1em" /> Inject {inject.number}, {due}
        </strong>
        <small>
          planned {plannedText(inject)}, {left} left
        </small>
      </p>
      <p className={styles.what} title={inject.fault}>
        {inject.fault}
      </p>
      <p className={styles.what} title={inject.expected}>
        <span className={styles.label}>Expected:</span> {inject.expected}
      </p>
      {view.readOnly === undefined ? (
        <Action
          hotkey="I"
          expanded={expanded}
          verdict={view.ask({ type: 'inject.give', inject: inject.number })}
          onPress={() => openInject(view)}
        >
          Give inject…
        </Action>
      ) : null}
    </section>
  )
}
