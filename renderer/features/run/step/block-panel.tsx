import { useEffect, type ReactNode } from 'react'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { SettlePanel } from '../hosts/settle-panel.tsx'
import { toSettle } from '../model/hosts.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import { ReasonPanel } from '../screen/reason-panel.tsx'
import { ApprovePanel } from './approve-panel.tsx'
import { EditPanel } from './edit-panel.tsx'
import { ResolvePanel } from './resolve-panel.tsx'
import { StopPanel } from './stop-panel.tsx'
import { TargetPanel } from './target-panel.tsx'

/** The panel that is open for this block, if any. */
export function BlockPanel(props: {
  readonly step: PlanStep
  readonly block: PlanBlock
}): ReactNode {
  const panel = useScreen((screen) => screen.panel)
  const { block, step } = props
  const { state, screen } = useRun()
  const status = state.blocks[block.id]?.status
  const hosts = state.blocks[block.id]?.attempts.at(-1)?.hosts
  const statusOf = (name: string | undefined): string | undefined =>
    name === undefined ? status : hosts?.find(({ host }) => host === name)?.status
  const mine = panel !== undefined && 'block' in panel && panel.block === block.id
  // What a panel was opened for may be over before it is used.
  const stale =
    mine &&
    ((panel.kind === 'stop' && statusOf(panel.host) !== 'running') ||
      (panel.kind === 'resolve' && status !== 'unknown' && status !== 'failed'))
  useEffect(() => {
    if (stale) screen.getState().close()
  }, [stale, screen])
  if (panel === undefined || stale) return null
  if (panel.kind === 'reason') {
    return panel.at.kind === 'block' && panel.at.id === block.id ? (
      <ReasonPanel panel={panel} />
    ) : null
  }
  if (!('block' in panel) || panel.block !== block.id) return null
  switch (panel.kind) {
    case 'edit':
      return <EditPanel step={step} block={block} />
    case 'stop':
      return <StopPanel block={block} host={panel.host} />
    case 'approve':
      return <ApprovePanel step={step} block={block} />
    case 'resolve':
      return toSettle(state, block.id).length > 0 ? (
        <SettlePanel step={step} block={block} host={panel.host} />
      ) : (
        <ResolvePanel step={step} block={block} />
      )
    case 'target':
      return <TargetPanel block={block} />
  }
}
