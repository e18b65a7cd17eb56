import type { Command } from '../../../../main/core/run/commands.ts'
import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import {
  approvalProgress,
  targetOf,
  type ApprovalProgress,
} from '../../../../main/core/run/rules.ts'
import { hostsLeft } from '../model/hosts.ts'
import type { RunView } from '../screen/run-context.ts'

type RunCommand = Extract<Command, { type: 'block.run' }>

/** The target a block would run on: its own, its step's, or the one chosen for a guide's fence. */
export function targetFor(view: RunView, step: PlanStep, block: PlanBlock): string | undefined {
  return targetOf(step, block, view.screen.getState().targets[block.id])
}

/** How far the approvals are for what would run now: the runbook's text, or an edited one that waits. */
export function approvalsFor(
  view: RunView,
  step: PlanStep,
  block: PlanBlock,
): ApprovalProgress | undefined {
  const text = view.screen.getState().edits[block.id]?.text ?? block.code
  return approvalProgress(view.state, step, block, targetFor(view, step, block) ?? '', text)
}

/** The hosts a block still has to pass on, where that is not all of them. */
export function leftFor(
  view: RunView,
  step: PlanStep,
  block: PlanBlock,
): readonly string[] | undefined {
  const target = targetFor(view, step, block)
  const text = view.screen.getState().edits[block.id]?.text ?? block.code
  return target === undefined ? undefined : hostsLeft(view.state, block.id, target, text)
}

/**
 * The command that runs a block, edited where an edited text waits for it. What has passed on some of its hosts is not
 * done to them again, unless `everywhere`.
 */
export function runCommand(
  view: RunView,
  step: PlanStep,
  block: PlanBlock,
  everywhere = false,
): RunCommand {
  const { targets, edits } = view.screen.getState()
  const chosen = targets[block.id]
  const edit = edits[block.id]
  const left = everywhere ? undefined : leftFor(view, step, block)
  return {
    type: 'block.run',
    block: block.id,
    ...(targetOf(step, block) === undefined && chosen !== undefined ? { target: chosen } : {}),
    ...(edit === undefined ? {} : { edit }),
    ...(left === undefined ? {} : { hosts: [...left] }),
  }
}

/** Runs a block, by way of whatever it still needs: a target, an approval, a reason. */
export function runBlock(
  view: RunView,
  step: PlanStep,
  block: PlanBlock,
  everywhere = false,
): void {
  const { open } = view.screen.getState()
  const approvals = approvalsFor(view, step, block)
  if (targetFor(view, step, block) === undefined) open({ kind: 'target', block: block.id })
  else if (approvals?.complete === false) open({ kind: 'approve', block: block.id })
  else void view.perform(runCommand(view, step, block, everywhere), { kind: 'block', id: block.id })
}
