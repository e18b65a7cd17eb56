import type { ReactNode } from 'react'
import type { Trust } from '../../../main/contract/requests.ts'
import type { Mode } from '../../../main/core/run/events.ts'
import { blocksOf, type Runbook } from '../../../main/core/runbook/model.ts'
import styles from './start.module.css'

function lead(mode: Mode, trust: Trust): string {
  if (mode === 'walkthrough') return 'In a walkthrough none of this executes.'
  if (trust === 'trusted') return 'Exactly this content has been accepted before.'
  return trust === 'new'
    ? 'This file has not been run from here before. This is all it can execute:'
    : 'This file has changed since it was accepted. This is all it can execute:'
}

/** Every command of the runbook with its place, so that accepting it is not a leap of faith. */
export function WouldExecute(props: {
  readonly runbook: Runbook
  readonly mode: Mode
  readonly trust: Trust
}): ReactNode {
  const { runbook } = props
  const steps = runbook.steps.filter((step) => blocksOf(step).length > 0)
  return (
    <section className={styles.execute} aria-label="What it would execute" tabIndex={0}>
      <h2>What it would execute</h2>
      <p className={styles.quiet}>{lead(props.mode, props.trust)}</p>
      {runbook.targets.length > 0 && (
        <ul className={styles.targets}>
          {runbook.targets.map((target) => (
            <li key={target.name}>
              <strong>{target.name}</strong> {target.kind}
              {target.kind !== 'local' &&
                ` · ${target.hosts.length > 1 ? target.hosts.join(', ') : target.connection}`}
            </li>
          ))}
        </ul>
      )}
      {steps.length === 0 && <p>Nothing: this runbook has no commands, only points for people.</p>}
      {steps.map((step) => (
        <div key={step.id} className={styles.step}>
          <h3>
            {step.title} {step.risk !== 'safe' && <span data-risk={step.risk}>{step.risk}</span>}
          </h3>
          {blocksOf(step).map((block) => (
            <figure key={block.id}>
              <figcaption>
                {block.verb} · {block.language} · {block.target ?? 'a target you choose'}
              </figcaption>
              <pre>{block.code}</pre>
            </figure>
          ))}
        </div>
      ))}
    </section>
  )
}
