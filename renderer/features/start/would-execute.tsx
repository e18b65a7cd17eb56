import { ShieldAlert, ShieldCheck, ShieldQuestion, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Trust } from '../../../main/contract/requests.ts'
import type { Mode } from '../../../main/core/run/events.ts'
import { blocksOf, type Runbook, type Step } from '../../../main/core/runbook/model.ts'
import { counted } from '../../ui/counted.ts'
import styles from './start.module.css'

function lead(mode: Mode, trust: Trust): string {
  if (mode === 'walkthrough') return 'In a walkthrough none of this executes.'
  if (trust === 'trusted') return 'Exactly this content has been accepted before.'
  return trust === 'new'
    ? 'This file has not been run from here before. This is all it can execute:'
    : 'This file has changed since it was accepted. This is all it can execute:'
}

function Risk({ step }: { readonly step: Step }): ReactNode {
  if (step.risk === 'safe') return null
  const Icon = step.risk === 'destructive' ? ShieldAlert : TriangleAlert
  return (
    <span className={styles.risk} data-risk={step.risk}>
      <Icon size={14} aria-hidden /> {step.risk}
      {step.pointOfNoReturn ? ', no way back' : ''}
    </span>
  )
}

/** How much of what is in it, in a line. */
export function summaryOf(runbook: Runbook): string {
  const steps = runbook.steps.filter((step) => blocksOf(step).length > 0)
  const commands = steps.reduce((sum, step) => sum + blocksOf(step).length, 0)
  const destructive = steps
    .filter(({ risk }) => risk === 'destructive')
    .reduce((sum, step) => sum + blocksOf(step).length, 0)
  const where = new Set(
    steps.flatMap((step) => blocksOf(step).map((block) => block.target ?? 'a target you choose')),
  )
  return [
    counted(commands, 'command'),
    `on ${[...where].join(', ')}`,
    ...(destructive > 0 ? [`${destructive} in destructive steps`] : []),
  ].join(' · ')
}

/** Every command of the runbook with its place, so that accepting it is not a leap of faith. */
export function WouldExecute(props: {
  readonly runbook: Runbook
  readonly mode: Mode
  readonly trust: Trust
}): ReactNode {
  const { runbook, mode, trust } = props
  const steps = runbook.steps.filter((step) => blocksOf(step).length > 0)
  const Icon = mode === 'walkthrough' || trust === 'trusted' ? ShieldCheck : ShieldQuestion
  return (
    <section
      className={styles.execute}
      data-mode={mode}
      aria-label="What it would execute"
      tabIndex={0}
    >
      <h2>What it would execute</h2>
      <p className={styles.lead}>
        <Icon size={16} aria-hidden /> {lead(mode, trust)}
      </p>
      {steps.length === 0 ? (
        <p className={styles.targets}>
          Nothing: this runbook has no commands, only points for people.
        </p>
      ) : (
        <p className={styles.targets}>
          <strong>{summaryOf(runbook)}</strong>
        </p>
      )}
      {runbook.targets.length > 0 && (
        <dl className={styles.targets}>
          {runbook.targets.map((target) => (
            <div key={target.name}>
              <dt>{target.name}</dt>
              <dd>
                {target.kind === 'local'
                  ? 'this laptop'
                  : `${target.kind} · ${target.hosts.length > 1 ? target.hosts.join(', ') : target.connection}`}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {steps.map((step) => (
        <div key={step.id} className={styles.step}>
          <h3>
            {step.title} <Risk step={step} />
          </h3>
          {blocksOf(step).map((block) => (
            <figure key={block.id}>
              <figcaption>
                {block.verb} · {block.language} · on {block.target ?? 'a target you choose'}
              </figcaption>
              <pre>{block.code}</pre>
            </figure>
          ))}
        </div>
      ))}
    </section>
  )
}
