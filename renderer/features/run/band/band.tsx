import {
  ArrowUp,
  Eye,
  FlaskConical,
  Footprints,
  Paperclip,
  Pause,
  Play,
  Radio,
  TriangleAlert,
  Users,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { SEVERITIES, type Mode } from '../../../../main/core/run/events.ts'
import { countSteps } from '../model/position.ts'
import { MODE_WORDS, RUN_WORDS } from '../../../../main/core/report/words.ts'
import { openAttach } from '../attachments/open-attach.ts'
import { WordsAction } from '../evidence/words-action.tsx'
import { Action } from '../parts/action.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { changeSeverity, togglePause } from '../screen/run-actions.ts'
import { Clocks } from './clocks.tsx'
import styles from './band.module.css'

const MODE_ICONS: Readonly<Record<Mode, LucideIcon>> = {
  live: Radio,
  drill: FlaskConical,
  walkthrough: Footprints,
}

/** Mode, title, severity, clocks, people and the ends of the run. It is always in sight. */
export function Band(): ReactNode {
  const view = useRun()
  const { state, readOnly, takesFiles, actor } = view
  const open = useScreen((screen) => screen.open)
  const panel = useScreen((screen) => screen.panel)
  const ModeIcon = MODE_ICONS[state.mode]
  const mode = MODE_WORDS[state.mode]
  const counts = countSteps(state)
  return (
    <header className={styles.band} data-mode={state.mode} data-region="band">
      <div className={styles.mode} title={mode.says}>
        <ModeIcon aria-hidden size="1.2em" />
        <span>{mode.word}</span>
        <span className={styles.hidden}>: {mode.says}</span>
      </div>
      {state.environment === undefined ? null : (
        <div
          className={styles.environment}
          data-production={state.production === true}
          title={`The environment of this run is ${state.environment}${state.production === true ? ', which is production' : ''}.`}
        >
          {state.production === true ? <TriangleAlert aria-hidden size="1.1em" /> : null}
          <span>
            {state.environment}
            {state.production === true && state.environment.toLowerCase() !== 'production' ? (
              <small>production</small>
            ) : null}
          </span>
        </div>
      )}
      <div className={styles.about}>
        <h1 className={styles.title} title={state.plan.title}>
          {state.plan.title}
        </h1>
        <p className={styles.sub}>
          {readOnly === undefined ? null : (
            <span className={styles.readOnly}>
              <Eye aria-hidden size="1em" /> Read only
            </span>
          )}
          <span data-tone={RUN_WORDS[state.phase].tone}>{RUN_WORDS[state.phase].word}</span>
          <span>
            {counts.settled}/{counts.total} steps
          </span>
          <span>
            Commander <strong>{state.roles['commander'] ?? state.commander}</strong>
          </span>
          <Offers />
        </p>
      </div>
      <Severity />
      <Clocks />
      {readOnly !== undefined && takesFiles ? (
        <div className={styles.ends}>
          <AttachAction />
        </div>
      ) : null}
      {readOnly === undefined ? (
        <div className={styles.ends}>
          <Action
            look="quiet"
            hotkey="i"
            expanded={panel?.kind === 'person'}
            onPress={() => open({ kind: 'person' })}
            label={`Acting as ${actor}. Change who acts.`}
          >
            as <strong className={styles.actor}>{actor}</strong>
          </Action>
          <Action
            look="quiet"
            hotkey="h"
            expanded={panel?.kind === 'roles'}
            onPress={() => open({ kind: 'roles' })}
            label="Roles and handover"
          >
            <Users aria-hidden size="1.1em" />
          </Action>
          <WordsAction />
          {takesFiles ? <AttachAction /> : null}
          <Action
            look="quiet"
            hotkey="p"
            onPress={() => togglePause(view)}
            label={state.phase === 'paused' ? 'Resume the run' : 'Pause the run'}
          >
            {state.phase === 'paused' ? (
              <Play aria-hidden size="1.1em" />
            ) : (
              <Pause aria-hidden size="1.1em" />
            )}
          </Action>
          <Action
            look="plain"
            hotkey="q"
            expanded={panel?.kind === 'end'}
            onPress={() => open({ kind: 'end' })}
          >
            End…
          </Action>
        </div>
      ) : null}
    </header>
  )
}

function AttachAction(): ReactNode {
  const view = useRun()
  const panel = useScreen((screen) => screen.panel)
  return (
    <Action
      look="quiet"
      hotkey="A"
      expanded={panel?.kind === 'attach'}
      onPress={() => openAttach(view, [])}
      label="Attach a file"
    >
      <Paperclip aria-hidden size="1.1em" />
    </Action>
  )
}

function Offers(): ReactNode {
  const { state } = useRun()
  const open = useScreen((screen) => screen.open)
  const offers = Object.entries(state.offers)
  if (offers.length === 0) return null
  return (
    <button type="button" className={styles.offer} onClick={() => open({ kind: 'roles' })}>
      {offers.map(([role, offer]) => `${role} offered to ${offer.to}`).join('; ')}
    </button>
  )
}

function Severity(): ReactNode {
  const view = useRun()
  const { state, readOnly } = view
  const open = useScreen((screen) => screen.open)
  const panel = useScreen((screen) => screen.panel)
  const { severity } = state
  const index = severity === undefined ? SEVERITIES.length : SEVERITIES.indexOf(severity)
  const higher = SEVERITIES[index - 1]
  if (readOnly !== undefined && severity === undefined) return null
  return (
    <div className={styles.severity} data-severity={severity ?? 'none'}>
      {readOnly === undefined ? (
        <button
          type="button"
          className={styles.level}
          aria-expanded={panel?.kind === 'severity'}
          aria-label={`Severity ${severity ?? 'not set'}. Change it.`}
          onClick={() => open({ kind: 'severity' })}
        >
          {severity ?? 'No severity'}
        </button>
      ) : (
        <span className={styles.level}>{severity}</span>
      )}
      {readOnly === undefined && higher !== undefined ? (
        <button
          type="button"
          className={styles.raise}
          aria-keyshortcuts="+"
          title={`Raise to ${higher} (+)`}
          aria-label={`Raise the severity to ${higher}`}
          onClick={() => changeSeverity(view, higher)}
        >
          <ArrowUp aria-hidden size="1em" />
        </button>
      ) : null}
    </div>
  )
}
