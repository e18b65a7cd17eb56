import { AlertTriangle, Clock, OctagonAlert, ShieldCheck } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import type { PlanStep } from '../../../../main/core/run/plan.ts'
import { Markdown } from '../../../ui/markdown.tsx'
import { partsOf, sourceStep, type Part } from '../model/content.ts'
import { timeText } from '../model/duration.ts'
import { durationText, utcText } from '../../../../main/core/report/duration.ts'
import type { Next } from '../model/next.ts'
import { RISK_WORDS } from '../../../../main/core/report/words.ts'
import { Code } from '../parts/code.tsx'
import { Mark, StepMark } from '../parts/mark.tsx'
import { RefusalLine } from '../parts/panel.tsx'
import { ReasonPanel } from '../screen/reason-panel.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { StepAttachments } from '../attachments/step-attachments.tsx'
import { BlockCard } from './block-card.tsx'
import { DecisionView } from './decision-view.tsx'
import { ItemList } from './item-list.tsx'
import { MorePanel, RollbackResultPanel } from './step-panels.tsx'
import styles from './step.module.css'

/** The step in the middle of the screen, in the order of its source. */
export function StepView(props: { readonly step: PlanStep; readonly next: Next }): ReactNode {
  const { step, next } = props
  const { state, runbook, names } = useRun()
  const nextId = 'block' in next ? next.block : next.kind === 'send' ? next.of : undefined
  useEffect(() => {
    if (nextId === undefined) return undefined
    const show = (): void => {
      document
        .querySelector('[data-region="step"] [data-next]')
        ?.scrollIntoView({ block: 'nearest' })
    }
    show()
    // Output that is read back above it moves it once more.
    const again = [150, 400].map((delay) => setTimeout(show, delay))
    return () => {
      for (const timer of again) clearTimeout(timer)
    }
  }, [nextId])
  const at = state.steps[step.id]
  const status = at?.status ?? 'pending'
  const phase = step.phase
  const number = names.number(step.id)
  return (
    <section
      // A section of its own for each step: it opens at its top.
      key={step.id}
      className={styles.view}
      data-region="step"
      data-status={status}
      tabIndex={-1}
      aria-label={`Step ${number ?? ''}: ${step.title}`}
    >
      <header className={styles.head}>
        <p className={styles.crumb}>
          Step {number} of {state.plan.steps.length}
          {phase === '' ? '' : ` · ${phase}`}
        </p>
        <div className={styles.titleRow}>
          <h2 className={styles.title}>{step.title}</h2>
          <StepMark status={status} />
        </div>
        <p className={styles.meta}>
          <Mark
            icon={step.risk === 'safe' ? ShieldCheck : AlertTriangle}
            word={RISK_WORDS[step.risk].word}
            tone={RISK_WORDS[step.risk].tone}
            quiet={step.risk === 'safe'}
          />
          {step.pointOfNoReturn ? (
            <Mark icon={OctagonAlert} word="Point of no return" tone="bad" />
          ) : null}
          {step.target === undefined ? null : (
            <span className={styles.chip}>
              on <strong>{step.target}</strong>
            </span>
          )}
          {step.budgetMs === undefined ? null : (
            <span className={styles.chip}>
              <Clock aria-hidden size="1em" /> planned for {durationText(step.budgetMs)}
            </span>
          )}
          {step.approve === undefined ? null : (
            <span className={styles.chip}>
              {step.approve.quorum} {step.approve.quorum === 1 ? 'approval' : 'approvals'} (
              {step.approve.role})
            </span>
          )}
          {at?.begunAt === undefined ? null : (
            <span className={styles.when} title={utcText(at.begunAt)}>
              begun {timeText(at.begunAt)}
              {at.endedAt === undefined ? '' : `, took ${durationText(at.endedAt - at.begunAt)}`}
            </span>
          )}
        </p>
        {at?.reason === undefined ? null : <p className={styles.reason}>Reason: “{at.reason}”</p>}
        {at?.because === undefined || status !== 'not-needed' ? null : (
          <p className={styles.reason}>
            Not needed because of what {names.quoted(at.because)} decided.
          </p>
        )}
        <StepPanel step={step} />
      </header>
      {partsOf(step, sourceStep(runbook, step.id)).map((part) => (
        <PartView key={part.key} part={part} step={step} next={next} />
      ))}
      {step.decide === undefined ? null : <DecisionView step={step} decide={step.decide} />}
      <StepAttachments step={step.id} />
    </section>
  )
}

function PartView(props: {
  readonly part: Part
  readonly step: PlanStep
  readonly next: Next
}): ReactNode {
  const { part, step, next } = props
  switch (part.kind) {
    case 'prose':
      return (
        <div className={styles.prose}>
          <Markdown source={part.markdown} />
        </div>
      )
    case 'snippet':
      return (
        <Code
          text={part.code}
          label={`${part.language === '' ? 'Text' : part.language} to read or copy; it is never run`}
        />
      )
    case 'items':
      return <ItemList items={part.items} next={next.kind === 'send' ? next.of : undefined} />
    case 'block':
      return (
        <BlockCard
          step={step}
          block={part.block}
          next={'block' in next && next.block === part.block.id}
        />
      )
  }
}

/** Panels and refusals that belong to the step as a whole. */
function StepPanel({ step }: { readonly step: PlanStep }): ReactNode {
  const panel = useScreen((screen) => screen.panel)
  const refusal = useScreen((screen) => screen.refusal)
  const here = refusal?.at.kind === 'step' && refusal.at.id === step.id
  return (
    <>
      {here ? <RefusalLine message={refusal.message} /> : null}
      {panel?.kind === 'reason' && panel.at.kind === 'step' && panel.at.id === step.id ? (
        <ReasonPanel panel={panel} />
      ) : null}
      {panel?.kind === 'more' && panel.step === step.id ? <MorePanel step={step} /> : null}
      {panel?.kind === 'roll-back-result' && panel.step === step.id ? (
        <RollbackResultPanel step={step} />
      ) : null}
    </>
  )
}
