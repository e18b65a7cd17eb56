import { useId, useState, type ReactNode } from 'react'
import { plannedText } from '../../../../main/core/report/report-injects.ts'
import { givenInject, injectsLeft, injectsOf } from '../../../../main/core/run/injects.ts'
import { Panel, ReasonForm } from '../parts/panel.tsx'
import { useRun } from '../screen/run-context.ts'
import styles from './inject.module.css'

/** Gives the next inject of an exercise, or another one, with a word on how it was played. */
export function InjectPanel(): ReactNode {
  const { state, perform, screen } = useRun()
  const { close } = screen.getState()
  const field = useId()
  const [chosen, setChosen] = useState(() => injectsLeft(state)[0]?.number)
  // One that somebody else gives meanwhile stays: the note that is being written is about it, and the engine refuses it.
  const offered = injectsOf(state).filter(
    ({ number }) => number === chosen || givenInject(state, number) === undefined,
  )
  const inject = offered.find(({ number }) => number === chosen)
  if (inject === undefined) return null
  return (
    <Panel level={2} title={`Give inject ${inject.number}`} onClose={close}>
      {offered.length > 1 ? (
        <p className={styles.choice}>
          <label htmlFor={field}>Which</label>
          <select
            id={field}
            value={inject.number}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {offered.map(({ number, atMs, fault }) => (
              <option key={number} value={number}>
                {number}, planned {plannedText({ atMs })}: {fault}
              </option>
            ))}
          </select>
        </p>
      ) : null}
      <dl className={styles.facts}>
        <dt>Fault</dt>
        <dd>{inject.fault}</dd>
        <dt>Expected action</dt>
        <dd>{inject.expected}</dd>
      </dl>
      <ReasonForm
        label="How it was played, or what was seen: optional, kept with the run"
        action="Give inject"
        required={false}
        onCancel={close}
        onSubmit={(note) => {
          void perform(
            {
              type: 'inject.give',
              inject: inject.number,
              ...(note !== '' && { note }),
            },
            { kind: 'run' },
          )
        }}
      />
    </Panel>
  )
}
