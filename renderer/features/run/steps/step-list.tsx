import { AlertTriangle, CircleHelp, LoaderCircle, OctagonAlert } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import type { PlanStep } from '../../../../main/core/run/plan.ts'
import { phasesOf } from '../model/content.ts'
import { attentionOf, countSteps, currentStep, progressOf } from '../model/position.ts'
import { RISK_WORDS, STEP_WORDS } from '../../../../main/core/report/words.ts'
import { StepIcon } from '../parts/mark.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './steps.module.css'

/** Phases and steps, each with its state in an icon, a word and a colour. */
export function StepList({ shown }: { readonly shown: string | undefined }): ReactNode {
  const { state } = useRun()
  const counts = countSteps(state)
  const left = counts.total - counts.settled
  return (
    <nav className={styles.list} aria-label="Steps" data-region="steps">
      <p className={styles.counts}>
        <strong>
          {counts.settled} of {counts.total}
        </strong>{' '}
        steps settled{left === 0 ? '' : `, ${left} to go`}
        {counts.failed > 0 ? <span data-tone="bad"> · {counts.failed} failed</span> : null}
        {counts.unknown > 0 ? <span data-tone="unknown"> · {counts.unknown} unknown</span> : null}
      </p>
      {phasesOf(state.plan.steps).map((phase) => (
        <section
          key={phase.key}
          className={styles.phase}
          aria-label={phase.title === '' ? 'Steps' : phase.title}
        >
          {phase.title === '' ? null : <h2 className={styles.phaseTitle}>{phase.title}</h2>}
          <ol className={styles.steps}>
            {phase.steps.map((step) => (
              <StepLine key={step.id} step={step} shown={step.id === shown} />
            ))}
          </ol>
        </section>
      ))}
    </nav>
  )
}

function StepLine({
  step,
  shown,
}: {
  readonly step: PlanStep
  readonly shown: boolean
}): ReactNode {
  const { state, names } = useRun()
  const select = useScreen((screen) => screen.select)
  const ref = useRef<HTMLButtonElement>(null)
  const status = state.steps[step.id]?.status ?? 'pending'
  const progress = progressOf(state, step)
  const at = currentStep(state)?.id === step.id
  useEffect(() => {
    if (shown) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [shown])
  return (
    <li>
      <button
        ref={ref}
        type="button"
        className={styles.step}
        data-status={status}
        data-at={at ? '' : undefined}
        aria-current={shown ? 'step' : undefined}
        onClick={() => select(step.id)}
      >
        <StepIcon status={status} />
        <span className={styles.number}>{names.number(step.id)}</span>
        <span className={styles.title}>{step.title}</span>
        <span className={styles.facts}>
          <span className={styles.word} data-tone={STEP_WORDS[status].tone}>
            {STEP_WORDS[status].word}
          </span>
          <AttentionWord step={step} />
          {step.risk === 'safe' ? null : (
            <span className={styles.risk} data-tone={RISK_WORDS[step.risk].tone}>
              <AlertTriangle aria-hidden size="0.9em" /> {RISK_WORDS[step.risk].word}
            </span>
          )}
          {progress.of > 0 && status === 'active' ? (
            <span className={styles.progress}>
              {progress.done}/{progress.of}
            </span>
          ) : null}
        </span>
        {step.pointOfNoReturn ? (
          <span className={styles.noReturn}>
            <OctagonAlert aria-hidden size="1em" /> Point of no return
          </span>
        ) : null}
      </button>
    </li>
  )
}

function AttentionWord({ step }: { readonly step: PlanStep }): ReactNode {
  const { state, abandoned } = useRun()
  const found = attentionOf(state, step)
  // Nothing runs in a run that nobody has open.
  const attention = found === 'running' && abandoned ? 'unknown' : found
  switch (attention) {
    case 'unknown':
      return (
        <span className={styles.attention} data-tone="unknown">
          <CircleHelp aria-hidden size="0.9em" /> Outcome unknown
        </span>
      )
    case 'failed':
      return (
        <span className={styles.attention} data-tone="bad">
          <AlertTriangle aria-hidden size="0.9em" /> A command failed
        </span>
      )
    case 'running':
      return (
        <span className={styles.attention} data-tone="info">
          <LoaderCircle aria-hidden size="0.9em" /> Running
        </span>
      )
    case 'none':
      return null
  }
}
