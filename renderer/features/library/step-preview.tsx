import { ChevronRight, GitFork, ShieldAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  blocksOf,
  itemsOf,
  type Block,
  type Step,
  type StepContent,
} from '../../../main/core/runbook/model.ts'
import { counted } from '../../ui/counted.ts'
import { Markdown } from '../../ui/markdown.tsx'
import { durationText } from '../../ui/time.ts'
import styles from './library.module.css'

function BlockPreview({ block }: { readonly block: Block }): ReactNode {
  const facts = [
    `${block.verb} · ${block.language}`,
    block.target === undefined ? 'on a target you choose' : `on ${block.target}`,
    ...(block.everyMs === undefined ? [] : [`every ${durationText(block.everyMs)}`]),
    ...(block.forMs === undefined ? [] : [`for ${durationText(block.forMs)}`]),
    ...(block.capture === undefined ? [] : [`kept as ${block.capture}`]),
  ]
  return (
    <figure className={styles.block} data-verb={block.verb}>
      <figcaption>{facts.join(' · ')}</figcaption>
      <pre tabIndex={0}>{block.code}</pre>
      {block.expectations.map((expectation, index) => (
        <div key={index} className={styles.expect}>
          <span>must be ({expectation.mode})</span>
          <pre tabIndex={0}>{expectation.text}</pre>
        </div>
      ))}
    </figure>
  )
}

function Part({ part }: { readonly part: StepContent }): ReactNode {
  switch (part.kind) {
    case 'prose':
      return <Markdown source={part.markdown} />
    case 'items':
      return (
        <ul className={styles.items}>
          {part.items.map((item) => (
            <li key={item.id}>
              <Markdown source={item.text} inline />
            </li>
          ))}
        </ul>
      )
    case 'block':
      return <BlockPreview block={part} />
    case 'snippet':
      return (
        <pre tabIndex={0} className={styles.snippet}>
          {part.code}
        </pre>
      )
  }
}

/** A step in a line; unfolded, everything it says and would execute. */
export function StepPreview(props: {
  readonly step: Step
  readonly number: number
  readonly open: boolean
}): ReactNode {
  const { step } = props
  const items = itemsOf(step).length
  const blocks = blocksOf(step).length
  return (
    <details className={styles.step} open={props.open}>
      <summary>
        <ChevronRight size={16} aria-hidden className={styles.chevron} />
        <span className={styles.number}>{props.number}</span>
        <span className={styles.stepTitle}>{step.title}</span>
        <span className={styles.stepFacts}>
          {step.risk !== 'safe' && (
            <span data-risk={step.risk}>
              {step.risk === 'destructive' ? (
                <ShieldAlert size={14} aria-hidden />
              ) : (
                <TriangleAlert size={14} aria-hidden />
              )}{' '}
              {step.risk}
            </span>
          )}
          {step.approve && (
            <span>{step.approve.quorum > 1 ? `${step.approve.quorum} approvals` : 'approval'}</span>
          )}
          {step.decide && (
            <span>
              <GitFork size={14} aria-hidden /> decision
            </span>
          )}
          {items > 0 && <span>{counted(items, 'item')}</span>}
          {blocks > 0 && <span>{counted(blocks, 'command')}</span>}
        </span>
      </summary>
      <div className={styles.stepBody}>
        {step.content.map((part, index) => (
          <Part key={index} part={part} />
        ))}
        {step.decide && (
          <p>
            <strong>{step.decide.question}</strong>{' '}
            {step.decide.options.map(({ label }) => label).join(' / ')}
          </p>
        )}
      </div>
    </details>
  )
}
