import type { AnyCommand } from './commands.ts'
import { accept, refuse, refusedBy, type Decision } from './decision.ts'
import { hostsOf } from './fan-out.ts'
import { isMuster, samePerson } from './people.ts'
import { approvalFor, findBlock, targetOf } from './rules.ts'
import type { RunState } from './state.ts'
import { BLOCK_TABLE, STEP_TABLE } from './table.ts'

type ApprovalCommand = Extract<AnyCommand, { type: 'approval.grant' | 'approval.refuse' }>

/** Approvals bind to the exact text and target, and are used up by one start. */
export function decideApproval(state: RunState, command: ApprovalCommand): Decision {
  const found = findBlock(state, command.block)
  if (found === undefined)
    return refuse('no-block', `There is no block ${command.block} in this run.`)
  const { step, block, current } = found
  const refused =
    refusedBy(STEP_TABLE[command.type][state.steps[step.id]?.status ?? 'pending']) ??
    refusedBy(BLOCK_TABLE[command.type][current.status])
  if (refused) return refused
  if (isMuster(command.by)) {
    return refuse('not-a-person', 'Only a person can approve: the program may not, under any name.')
  }
  const needed = approvalFor(step, block)
  if (needed === undefined) return refuse('no-approval', 'This block needs no approval.')
  const target = targetOf(step, block)
  if (target === undefined)
    return refuse('no-target', 'This block names no target, so there is nothing to approve.')
  const text = command.text ?? block.code
  const hosts = hostsOf(state, target)
  const where = {
    step: step.id,
    block: block.id,
    by: command.by,
    target,
    text,
    ...(hosts.length > 0 && { hosts: [...hosts] }),
  }
  if (command.type === 'approval.refuse') {
    return accept({ type: 'approval.refused', data: { ...where, reason: command.reason } })
  }
  const already = current.approvals.some(
    (approval) =>
      samePerson(approval.by, command.by) && approval.target === target && approval.text === text,
  )
  if (already)
    return refuse(
      'approved-already',
      `${command.by} has approved this already. Another person must be the next.`,
    )
  return accept({ type: 'approval.granted', data: where })
}
