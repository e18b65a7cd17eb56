import type { ReactNode } from 'react'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { isSettled } from '../../../../main/core/run/state.ts'
import { hostsOf } from '../../../../main/core/run/fan-out.ts'
import { counted } from '../../../ui/counted.ts'
import { Action } from '../parts/action.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { placeKey } from '../screen/screen-store.ts'
import { approvalsFor, leftFor, runBlock, runCommand, targetFor } from './block-commands.ts'
import styles from './step.module.css'

const RUN_LABELS = {
  run: 'Run',
  check: 'Run the check',
  rollback: 'Run the rollback',
  terminal: 'Open the terminal',
  upload: 'Upload',
  download: 'Download',
} as const

/** What may be done with a block now. The engine's word decides; what it refuses says why. */
export function BlockActions(props: {
  readonly step: PlanStep
  readonly block: PlanBlock
  readonly next: boolean
}): ReactNode {
  const { block, step } = props
  const view = useRun()
  const open = useScreen((screen) => screen.open)
  const panel = useScreen((screen) => screen.panel)
  const sending = useScreen((screen) => screen.sending)
  // A guide's target is chosen in the screen's own store: its change asks again.
  useScreen((screen) => screen.targets[block.id])
  const edit = useScreen((screen) => screen.edits[block.id])
  const { state } = view
  const status = state.blocks[block.id]?.status ?? 'idle'
  const stepStatus = state.steps[step.id]?.status ?? 'pending'
  if (view.readOnly !== undefined || state.mode === 'walkthrough') return null
  const isOpen = (kind: string): boolean =>
    panel !== undefined && panel.kind === kind && 'block' in panel && panel.block === block.id

  if (status === 'running') {
    return (
      <div className={styles.actions}>
        <Action
          look="danger"
          hotkey="s"
          expanded={isOpen('stop')}
          onPress={() => open({ kind: 'stop', block: block.id })}
        >
          {state.blocks[block.id]?.attempts.at(-1)?.hosts === undefined
            ? 'Stop…'
            : 'Stop all hosts…'}
        </Action>
      </div>
    )
  }
  if (status === 'unknown') {
    return (
      <div className={styles.actions}>
        <Action
          look="primary"
          hotkey="u"
          expanded={isOpen('resolve')}
          onPress={() => open({ kind: 'resolve', block: block.id })}
        >
          Settle the unknown outcome…
        </Action>
      </div>
    )
  }
  if (block.verb === 'rollback' && stepStatus !== 'rolling-back') {
    return <p className={styles.hint}>Runs only when this step is rolled back.</p>
  }
  if (isSettled(stepStatus)) return null

  const verdict = view.ask(runCommand(view, step, block))
  const needsTarget = targetFor(view, step, block) === undefined
  const progress = approvalsFor(view, step, block)
  const approve = progress?.complete === false
  const again = status !== 'idle'
  const left = leftFor(view, step, block)
  const all = hostsOf(state, targetFor(view, step, block) ?? '').length
  const where = left === undefined ? '' : ` on ${counted(left.length, 'host')} that did not pass`
  const label =
    edit !== undefined
      ? 'Run the edited text'
      : again
        ? status === 'failed'
          ? `Run again${where}`
          : 'Run again…'
        : RUN_LABELS[block.verb]
  return (
    <div className={styles.actions}>
      {needsTarget ? (
        <Action
          look={props.next ? 'primary' : 'plain'}
          hotkey="r"
          expanded={isOpen('target')}
          onPress={() => open({ kind: 'target', block: block.id })}
        >
          Choose where to run it…
        </Action>
      ) : approve ? (
        <Action
          look={props.next ? 'primary' : 'plain'}
          hotkey="a"
          expanded={isOpen('approve')}
          onPress={() => open({ kind: 'approve', block: block.id })}
        >
          Approve… ({progress.by.length} of {progress.needed.quorum})
        </Action>
      ) : (
        <Action
          look={props.next ? (step.risk === 'destructive' ? 'danger' : 'primary') : 'plain'}
          hotkey="r"
          verdict={verdict}
          busy={sending.some(({ place }) => place === placeKey({ kind: 'block', id: block.id }))}
          onPress={() => runBlock(view, step, block)}
        >
          {label}
        </Action>
      )}
      {left === undefined || approve ? null : (
        <Action look="quiet" onPress={() => runBlock(view, step, block, true)}>
          On all {all} hosts again
        </Action>
      )}
      {needsTarget || stepStatus === 'pending' ? null : (
        <Action
          look="quiet"
          hotkey="e"
          expanded={isOpen('edit')}
          onPress={() => open({ kind: 'edit', block: block.id })}
        >
          Edit, then run…
        </Action>
      )}
      {status === 'failed' ? (
        <Action
          look="quiet"
          hotkey="u"
          expanded={isOpen('resolve')}
          onPress={() => open({ kind: 'resolve', block: block.id })}
        >
          Settle by hand…
        </Action>
      ) : null}
      {!verdict.allowed && !verdict.needsReason && !approve && !needsTarget ? (
        <span className={styles.hint}>{verdict.message}</span>
      ) : null}
    </div>
  )
}
