import { Database, FileCode2, FileUp, Globe, SquareTerminal, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ExecutorKind } from '../../../../main/core/runbook/model.ts'
import { hostsOf } from '../../../../main/core/run/fan-out.ts'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { durationText } from '../../../../main/core/report/duration.ts'
import { VERB_WORDS, expectationTexts } from '../../../../main/core/report/words.ts'
import { Action } from '../parts/action.tsx'
import { Code } from '../parts/code.tsx'
import { Diff } from '../parts/diff.tsx'
import { BlockMark } from '../parts/mark.tsx'
import { RefusalLine } from '../parts/panel.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { placeKey } from '../screen/screen-store.ts'
import { Attempts } from './attempts.tsx'
import { BlockActions } from './block-actions.tsx'
import { BlockPanel } from './block-panel.tsx'
import { BoundValues } from './bound-values.tsx'
import styles from './step.module.css'
import { TransferPlan } from './transfer-plan.tsx'

const EXECUTOR_ICONS: Readonly<Record<ExecutorKind, LucideIcon>> = {
  shell: SquareTerminal,
  sql: Database,
  redis: Database,
  http: Globe,
  files: FileUp,
}

/** One block: what it is, where it goes, what it must give, how it went, and what can be done with it. */
export function BlockCard(props: {
  readonly step: PlanStep
  readonly block: PlanBlock
  readonly next: boolean
}): ReactNode {
  const { block, step } = props
  const { state, abandoned } = useRun()
  const refusal = useScreen((screen) => screen.refusal)
  const at = state.blocks[block.id]
  // A block of a run that nobody has open is not running any more, whatever its last event says.
  const status = at?.status === 'running' && abandoned ? 'unknown' : (at?.status ?? 'idle')
  const Icon = EXECUTOR_ICONS[block.executor] ?? FileCode2
  const label = `${VERB_WORDS[block.verb]} on ${targetWord(block)}`
  return (
    <article
      className={styles.block}
      data-block={block.id}
      data-status={status}
      data-next={props.next ? '' : undefined}
      data-verb={block.verb}
      aria-label={label}
      tabIndex={-1}
    >
      <header className={styles.blockHead}>
        <Icon aria-hidden size="1.1em" />
        <h3 className={styles.blockTitle}>
          {block.implicit ? 'Command in the guide' : VERB_WORDS[block.verb]}
        </h3>
        <TargetChip block={block} />
        {block.session === undefined ? null : (
          <span className={styles.chip} title="Blocks of one session share a live shell.">
            session {block.session}
          </span>
        )}
        {block.capture === undefined ? null : (
          <span
            className={styles.chip}
            title="Its output is kept under this name for later commands."
          >
            keeps {block.capture}
          </span>
        )}
        <TimeoutChip block={block} step={step} />
        <span className={styles.grow} />
        <BlockMark status={status} />
      </header>
      <Code text={block.code} label={`Exact ${block.language} text of this ${block.verb}`} />
      <PendingEdit block={block} />
      {block.verb === 'upload' || block.verb === 'download' ? (
        <TransferPlan block={block} verb={block.verb} />
      ) : null}
      {status === 'passed' || status === 'done' ? null : <BoundValues block={block} />}
      {block.verb === 'terminal' || block.implicit ? null : <Expectations block={block} />}
      {state.mode === 'walkthrough' ? (
        <p className={styles.hint}>Walkthrough: this is shown and never executed.</p>
      ) : null}
      <Attempts block={block} />
      <BlockActions block={block} step={step} next={props.next} />
      {refusal !== undefined && placeKey(refusal.at) === `block:${block.id}` ? (
        <RefusalLine message={refusal.message} />
      ) : null}
      <BlockPanel block={block} step={step} />
    </article>
  )
}

/** An edited text that waits for its approvals, and the way to drop it. */
function PendingEdit({ block }: { readonly block: PlanBlock }): ReactNode {
  const edits = useScreen((screen) => screen.edits)
  const set = useScreen((screen) => screen.set)
  const edit = edits[block.id]
  if (edit === undefined) return null
  const drop = (): void => {
    const { [block.id]: _dropped, ...rest } = edits
    set({ edits: rest })
  }
  return (
    <div className={styles.pending}>
      <p>
        <strong>Edited, and not run yet:</strong> “{edit.reason}”
      </p>
      <Diff before={block.code} after={edit.text} />
      <Action look="quiet" onPress={drop}>
        Drop the edit
      </Action>
    </div>
  )
}

function targetWord(block: PlanBlock): string {
  return block.target ?? 'a target you choose'
}

function TargetChip({ block }: { readonly block: PlanBlock }): ReactNode {
  const { state } = useRun()
  const chosen = useScreen((screen) => screen.targets[block.id])
  const name = block.target ?? chosen
  if (name === undefined) {
    return (
      <span className={styles.chip} data-tone="warning">
        no target chosen
      </span>
    )
  }
  const declared = state.plan.targets.find((target) => target.name === name)
  const resolved = state.connections?.[name]
  const hosts = hostsOf(state, name)
  const where =
    resolved !== undefined
      ? `${resolved.profile === name ? '' : `${resolved.profile}: `}${resolved.summary}`
      : declared === undefined
        ? name
        : declared.kind === 'local'
          ? 'this laptop'
          : `${declared.kind} ${declared.hosts.length > 1 ? declared.hosts.join(', ') : declared.connection}`
  return (
    <span className={styles.chip} data-kind="target" title={`Runs on ${name}: ${where}`}>
      on <strong>{name}</strong>{' '}
      {where === name ? null : (
        <span className={styles.where}>
          ({hosts.length === 0 ? '' : `${hosts.length} hosts, `}
          {where})
        </span>
      )}
    </span>
  )
}

function TimeoutChip(props: { readonly block: PlanBlock; readonly step: PlanStep }): ReactNode {
  const limit = props.block.timeoutMs ?? props.step.timeoutMs
  return limit === undefined ? null : (
    <span className={styles.chip} title="It is stopped after this time.">
      timeout {durationText(limit)}
    </span>
  )
}

function Expectations({ block }: { readonly block: PlanBlock }): ReactNode {
  return (
    <ul className={styles.expectations} aria-label="Passes when">
      {expectationTexts(block).map((expectation) => (
        <li key={`${expectation.says}${expectation.text ?? ''}`}>
          <span className={styles.expects}>{expectation.says}</span>
          {expectation.text === undefined ? null : (
            <pre className={styles.expected}>{expectation.text}</pre>
          )}
        </li>
      ))}
    </ul>
  )
}
