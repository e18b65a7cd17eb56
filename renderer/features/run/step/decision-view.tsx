import { useId, useState, type ReactNode } from 'react'
import { own } from '../../../../main/core/own.ts'
import type { PlanStep } from '../../../../main/core/run/plan.ts'
import { timeText } from '../model/duration.ts'
import { utcText } from '../../../../main/core/report/duration.ts'
import { Action } from '../parts/action.tsx'
import { useRun } from '../screen/run-context.ts'
import styles from './step.module.css'

/** A decision: the question, its options and what each makes unnecessary, the reason and what was said against it. */
export function DecisionView(props: {
  readonly step: PlanStep
  readonly decide: NonNullable<PlanStep['decide']>
}): ReactNode {
  const { step, decide } = props
  const { state, ask, perform, readOnly } = useRun()
  const [option, setOption] = useState<string | undefined>()
  const [reason, setReason] = useState('')
  const [objections, setObjections] = useState('')
  const [again, setAgain] = useState(false)
  const id = useId()
  const made = own(state.decisions, step.id)
  const label = (chosen: string): string =>
    decide.options.find((one) => one.id === chosen)?.label ?? chosen
  const active = state.steps[step.id]?.status === 'active' && readOnly === undefined
  if (made !== undefined && !again) {
    return (
      <section className={styles.decision} data-made="" aria-label="Decision">
        <h3 className={styles.question}>{decide.question}</h3>
        <p>
          <strong>{label(made.option)}</strong>, decided by {made.by}{' '}
          <span title={utcText(made.at)}>at {timeText(made.at)}</span>
          {made.reason === undefined ? '.' : `: “${made.reason}”`}
        </p>
        {active ? (
          <div className={styles.actions}>
            <Action look="quiet" onPress={() => setAgain(true)}>
              Decide anew…
            </Action>
          </div>
        ) : null}
      </section>
    )
  }
  const verdict =
    option === undefined
      ? undefined
      : ask({ type: 'decision.make', step: step.id, option, reason: 'reason' })
  const submit = (): void => {
    if (option === undefined) return
    void perform(
      {
        type: 'decision.make',
        step: step.id,
        option,
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        ...(objections.trim() === '' ? {} : { objections: objections.trim() }),
      },
      { kind: 'step', id: step.id },
    )
  }
  return (
    <form
      className={styles.decision}
      aria-label="Decision"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <fieldset className={styles.options} disabled={!active}>
        <legend className={styles.question}>{decide.question}</legend>
        {decide.options.map((one) => {
          const needed = neededFor(state.plan.steps, step.id, one.id)
          return (
            <label
              key={one.id}
              className={styles.option}
              data-chosen={option === one.id ? '' : undefined}
            >
              <input
                type="radio"
                name={`${id}-option`}
                data-decision=""
                checked={option === one.id}
                onChange={() => setOption(one.id)}
              />
              <span>
                <strong>{one.label}</strong>
                {needed.length === 0 ? null : (
                  <span className={styles.hint}> then also: {needed.join(', ')}</span>
                )}
              </span>
            </label>
          )
        })}
      </fieldset>
      {active ? (
        <>
          <label className={styles.label} htmlFor={`${id}-reason`}>
            Reason
          </label>
          <textarea
            id={`${id}-reason`}
            className={styles.field}
            rows={2}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <label className={styles.label} htmlFor={`${id}-objections`}>
            Objections, and whose (optional)
          </label>
          <textarea
            id={`${id}-objections`}
            className={styles.field}
            rows={1}
            value={objections}
            onChange={(event) => setObjections(event.target.value)}
          />
          <div className={styles.actions}>
            <Action
              look="primary"
              {...(verdict === undefined ? {} : { verdict })}
              busy={option === undefined}
              onPress={submit}
            >
              {option === undefined ? 'Choose an option first' : `Decide: ${label(option)}`}
            </Action>
          </div>
        </>
      ) : (
        <p className={styles.hint}>Begin the step to decide.</p>
      )}
    </form>
  )
}

/** Titles of the steps that only this option makes necessary. */
function neededFor(
  steps: readonly PlanStep[],
  decision: string,
  option: string,
): readonly string[] {
  return steps
    .filter((step) => step.when.includes(option) || step.when.includes(`${decision}/${option}`))
    .map((step) => `“${step.title}”`)
}
