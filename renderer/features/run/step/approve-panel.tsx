import { useState, type ReactNode } from 'react'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import { hostsOf } from '../../../../main/core/run/fan-out.ts'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { Action } from '../parts/action.tsx'
import { Panel, ReasonForm } from '../parts/panel.tsx'
import { PersonField } from '../parts/person-field.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { approvalsFor, leftFor, runCommand, targetFor } from './block-commands.ts'
import styles from './step.module.css'

/** Approval of exactly one text on exactly one target, by a named person. */
export function ApprovePanel(props: {
  readonly step: PlanStep
  readonly block: PlanBlock
}): ReactNode {
  const { block, step } = props
  const view = useRun()
  const close = useScreen((screen) => screen.close)
  const edit = useScreen((screen) => screen.edits[block.id])
  const [by, setBy] = useState('')
  const [refusing, setRefusing] = useState(false)
  const text = edit?.text ?? block.code
  const target = targetFor(view, step, block) ?? ''
  const hosts = hostsOf(view.state, target)
  const left = leftFor(view, step, block)
  const progress = approvalsFor(view, step, block)
  const place = { kind: 'block', id: block.id } as const
  const person = by.trim()
  const edited = edit === undefined ? {} : { text }
  const complete = progress?.complete === true

  const approve = async (): Promise<void> => {
    if (person === '') return
    const done = await view.perform(
      { type: 'approval.grant', block: block.id, by: person, ...edited },
      place,
      { keepPanel: true },
    )
    if (done) setBy('')
  }

  return (
    <Panel level={4} title={`Approve this text on ${target}`} onClose={close}>
      <p className={styles.hint}>
        The approval holds for exactly this text on exactly this target
        {progress === undefined
          ? '.'
          : `, by ${progress.needed.quorum === 1 ? 'one person' : `${progress.needed.quorum} different people`}, the ${progress.needed.role} among them where somebody holds that role.`}
      </p>
      {hosts.length === 0 ? null : (
        <p>
          {target} is <strong>{hosts.length} hosts</strong>
          {left === undefined
            ? ', and it runs on each of them'
            : `; ${left.length} of them are left`}
          : <span className={styles.hosts}>{shownLine((left ?? hosts).join(', '))}</span>.
        </p>
      )}
      <pre className={styles.expected} tabIndex={0} aria-label="Text to approve">
        {text}
      </pre>
      {progress === undefined ? null : (
        <p aria-live="polite">
          <strong>
            {progress.by.length} of {progress.needed.quorum}
          </strong>{' '}
          approved{progress.by.length === 0 ? '' : `: ${progress.by.join(', ')}`}.
          {progress.missing === '' ? '' : ` Still missing: ${progress.missing}.`}
        </p>
      )}
      {complete ? (
        <div className={styles.actions}>
          <Action
            look="danger"
            hotkey="r"
            onPress={() => void view.perform(runCommand(view, step, block), place)}
          >
            Run it on {target}
          </Action>
          <Action look="quiet" hotkey="Escape" onPress={close}>
            Not now
          </Action>
        </div>
      ) : refusing ? (
        <ReasonForm
          label={`Why does ${person === '' ? 'this person' : person} refuse?`}
          action="Refuse"
          look="danger"
          onCancel={() => setRefusing(false)}
          onSubmit={(reason) => {
            if (person === '') return
            void view.perform(
              { type: 'approval.refuse', block: block.id, by: person, reason, ...edited },
              place,
            )
          }}
        >
          <PersonField label="Who refuses" value={by} onChange={setBy} />
        </ReasonForm>
      ) : (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            void approve()
          }}
        >
          <PersonField label="Who approves" value={by} onChange={setBy} autoFocus />
          <div className={styles.actions}>
            <Action
              look="primary"
              hotkey="Enter"
              busy={person === ''}
              onPress={() => void approve()}
            >
              Approve{person === '' ? '' : ` as ${person}`}
            </Action>
            <Action look="plain" onPress={() => setRefusing(true)}>
              Refuse…
            </Action>
            <Action look="quiet" hotkey="Escape" onPress={close}>
              Cancel
            </Action>
          </div>
        </form>
      )}
    </Panel>
  )
}
