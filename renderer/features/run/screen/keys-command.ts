import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import { approvalsFor, runBlock, targetFor } from '../step/block-commands.ts'
import { openRecorded } from '../terminal/open-recorded.ts'
import type { Key, Moment } from './key.ts'

/** The block a key means: the one with the focus, else the one that is next, else the last one that ran. */
function blockOf({ view, step, next }: Moment): PlanBlock | undefined {
  const blocks = step?.blocks ?? []
  const focused = document.activeElement?.closest('[data-block]')?.getAttribute('data-block')
  const nextId = 'block' in next ? next.block : undefined
  const ran = blocks.findLast((block) => (view.state.blocks[block.id]?.attempts.length ?? 0) > 0)
  return (
    blocks.find((block) => block.id === focused) ??
    blocks.find((block) => block.id === nextId) ??
    ran ??
    blocks[0]
  )
}

function withBlock(moment: Moment, act: (block: PlanBlock, step: PlanStep) => void): void {
  const block = blockOf(moment)
  if (block !== undefined && moment.step !== undefined) act(block, moment.step)
}

/** Keys that act on a command of the step. */
export const COMMAND_KEYS: readonly Key[] = [
  {
    key: 'r',
    does: 'Run the command',
    group: 'Command',
    press: (moment) =>
      withBlock(moment, (block, step) => {
        if (moment.view.state.blocks[block.id]?.status !== 'running')
          runBlock(moment.view, step, block)
      }),
  },
  {
    key: 'e',
    does: 'Edit the command, then run it',
    group: 'Command',
    press: (moment) =>
      withBlock(moment, (block, step) => {
        const { open } = moment.view.screen.getState()
        open(
          targetFor(moment.view, step, block) === undefined
            ? { kind: 'target', block: block.id }
            : { kind: 'edit', block: block.id },
        )
      }),
  },
  {
    key: 's',
    does: 'Stop the running command',
    group: 'Command',
    press: ({ view, step }) => {
      const running = [
        ...(step?.blocks ?? []),
        ...view.state.plan.steps.flatMap((one) => one.blocks),
      ].find((block) => view.state.blocks[block.id]?.status === 'running')
      if (running === undefined) return
      const owner = view.state.blocks[running.id]?.step
      const { select, open } = view.screen.getState()
      if (owner !== undefined && owner !== step?.id) select(owner)
      open({ kind: 'stop', block: running.id })
    },
  },
  {
    key: 'a',
    does: 'Approve the command',
    group: 'Command',
    press: (moment) =>
      withBlock(moment, (block, step) => {
        if (approvalsFor(moment.view, step, block) !== undefined)
          moment.view.screen.getState().open({ kind: 'approve', block: block.id })
      }),
  },
  {
    key: 'u',
    does: 'Settle an unknown or failed outcome',
    group: 'Command',
    press: (moment) =>
      withBlock(moment, (block) => {
        const status = moment.view.state.blocks[block.id]?.status
        if (status === 'unknown' || status === 'failed')
          moment.view.screen.getState().open({ kind: 'resolve', block: block.id })
      }),
  },
  {
    key: 'o',
    does: 'Open the recorded output',
    group: 'Command',
    reading: true,
    press: (moment) =>
      withBlock(moment, (block) => {
        const attempt = moment.view.state.blocks[block.id]?.attempts.findLast(
          (one) => one.stdout !== undefined || one.stderr !== undefined,
        )
        if (attempt !== undefined) openRecorded(moment.view, attempt, block.id)
      }),
  },
  {
    key: 'w',
    does: 'Wrap long lines, or not',
    group: 'Command',
    reading: true,
    press: ({ view }) => view.screen.getState().set({ wrap: !view.screen.getState().wrap }),
  },
]
