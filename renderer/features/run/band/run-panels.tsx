import { useState, type ReactNode } from 'react'
import { SEVERITIES } from '../../../../main/core/run/events.ts'
import { isSettled } from '../../../../main/core/run/state.ts'
import { AttachPanel } from '../attachments/attach-panel.tsx'
import { WordsPanel } from '../evidence/words-panel.tsx'
import { reasonTitle } from '../model/reason.ts'
import { rollbackCandidates } from '../model/position.ts'
import { Action } from '../parts/action.tsx'
import { Panel, RefusalLine } from '../parts/panel.tsx'
import { PersonField } from '../parts/person-field.tsx'
import { ReasonPanel } from '../screen/reason-panel.tsx'
import { changeSeverity } from '../screen/run-actions.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import { InjectPanel } from './inject-panel.tsx'
import { RolesPanel } from './roles-panel.tsx'
import styles from './band.module.css'

/** Panels that belong to the run: they open below the band, so that the clocks stay in sight. */
export function RunPanels(): ReactNode {
  const panel = useScreen((screen) => screen.panel)
  const refusal = useScreen((screen) => screen.refusal)
  const noteOpen = useScreen((screen) => screen.noteOpen)
  const here = refusal?.at.kind === 'run' && !noteOpen
  const body = ((): ReactNode => {
    switch (panel?.kind) {
      case 'severity':
        return <SeverityPanel />
      case 'roles':
        return <RolesPanel />
      case 'person':
        return <PersonPanel />
      case 'end':
        return <EndPanel />
      case 'rollback':
        return <RollbackPanel />
      case 'inject':
        return <InjectPanel />
      case 'words':
        return <WordsPanel />
      case 'attach':
        return <AttachPanel files={panel.files} />
      case 'reason':
        return panel.at.kind === 'run' ? <ReasonPanel panel={panel} /> : null
      default:
        return null
    }
  })()
  if (body === null && !here) return null
  return (
    <div className={styles.panels}>
      {here ? <RefusalLine message={refusal.message} /> : null}
      {body}
    </div>
  )
}

function SeverityPanel(): ReactNode {
  const view = useRun()
  const close = useScreen((screen) => screen.close)
  return (
    <Panel level={2} title="Severity" onClose={close}>
      <p className={styles.says}>SEV1 is the worst. Raising is immediate; lowering asks why.</p>
      <div className={styles.row}>
        {SEVERITIES.map((severity, index) => (
          <Action
            key={severity}
            hotkey={String(index + 1)}
            look={severity === view.state.severity ? 'primary' : 'plain'}
            pressed={severity === view.state.severity}
            onPress={() => {
              if (severity === view.state.severity) close()
              else changeSeverity(view, severity)
            }}
          >
            {severity}
          </Action>
        ))}
        <Action look="quiet" hotkey="Escape" onPress={close}>
          Cancel
        </Action>
      </div>
    </Panel>
  )
}

function PersonPanel(): ReactNode {
  const { actor, screen } = useRun()
  const [name, setName] = useState('')
  const { close, set, people } = screen.getState()
  const choose = (): void => {
    const person = name.trim()
    if (person === '') return
    set({ actor: person, people: [...new Set([...people, person])] })
    close()
  }
  return (
    <Panel level={2} title={`Acting as ${actor}`} onClose={close}>
      <form
        className={styles.row}
        onSubmit={(event) => {
          event.preventDefault()
          choose()
        }}
      >
        <PersonField
          label="Who acts at this window from now on"
          value={name}
          onChange={setName}
          autoFocus
        />
        <Action look="primary" hotkey="Enter" busy={name.trim() === ''} onPress={choose}>
          Act as {name.trim() === '' ? 'this person' : name.trim()}
        </Action>
        <Action look="quiet" hotkey="Escape" onPress={close}>
          Cancel
        </Action>
      </form>
    </Panel>
  )
}

function EndPanel(): ReactNode {
  const { state, perform, ask, screen } = useRun()
  const { close, open } = screen.getState()
  const left = state.plan.steps.filter(
    (step) => !isSettled(state.steps[step.id]?.status ?? 'pending'),
  )
  const finish = { type: 'run.finish' } as const
  const abort = { type: 'run.abort', reason: 'reason' } as const
  const at = { kind: 'run' } as const
  const rollbacks = rollbackCandidates(state)
  return (
    <Panel level={2} title="End the run" onClose={close}>
      <p className={styles.says}>
        {left.length === 0
          ? 'Every step is settled.'
          : `${left.length} ${left.length === 1 ? 'step is' : 'steps are'} still open: ${left
              .slice(0, 4)
              .map((step) => `“${step.title}”`)
              .join(', ')}${left.length > 4 ? ' and more' : ''}. Finishing now asks why.`}
      </p>
      <div className={styles.row}>
        <Action
          look={left.length === 0 ? 'primary' : 'plain'}
          hotkey="1"
          verdict={ask(finish)}
          onPress={() => {
            if (left.length === 0) void perform(finish, at)
            else
              open({
                kind: 'reason',
                title: reasonTitle(finish),
                command: finish,
                at,
                action: 'Finish the run',
              })
          }}
        >
          Finish
        </Action>
        <Action
          look="danger"
          hotkey="2"
          verdict={ask(abort)}
          onPress={() =>
            open({
              kind: 'reason',
              title: reasonTitle(abort),
              says: 'Nothing more will be run. What is running is stopped or becomes unknown. Why?',
              command: abort,
              at,
              action: 'Abort the run',
            })
          }
        >
          Abort…
        </Action>
        {rollbacks.length === 0 ? null : (
          <Action hotkey="3" onPress={() => open({ kind: 'rollback' })}>
            Roll back instead…
          </Action>
        )}
        <Action look="quiet" hotkey="Escape" onPress={close}>
          Go on
        </Action>
      </div>
    </Panel>
  )
}

function RollbackPanel(): ReactNode {
  const { state, ask, screen, names } = useRun()
  const { close, open, select } = screen.getState()
  const steps = rollbackCandidates(state)
  return (
    <Panel level={2} title="Roll back" onClose={close}>
      <p className={styles.says}>
        {steps.length === 0
          ? 'No step that was begun has a rollback.'
          : 'The last one begun first. Nothing runs until you run it.'}
      </p>
      <ol className={styles.rollbacks}>
        {steps.map((step, index) => {
          const command = { type: 'rollback.begin', step: step.id, reason: 'reason' } as const
          return (
            <li key={step.id}>
              <Action
                look={index === 0 ? 'primary' : 'plain'}
                hotkey={String(index + 1)}
                verdict={ask(command)}
                onPress={() => {
                  select(step.id)
                  open({
                    kind: 'reason',
                    title: reasonTitle(command),
                    command,
                    at: { kind: 'step', id: step.id },
                    action: 'Begin the rollback',
                  })
                }}
              >
                {names.number(step.id)}. {step.title}…
              </Action>
              {index === 0 ? null : (
                <span className={styles.says}> what was begun after it still stands</span>
              )}
            </li>
          )
        })}
      </ol>
      <Action look="quiet" hotkey="Escape" onPress={close}>
        Cancel
      </Action>
    </Panel>
  )
}
