import type { PlanBlock, PlanStep } from '../../../../main/core/run/plan.ts'
import type { Next } from '../model/next.ts'
import { currentStep } from '../model/position.ts'
import { TIMELINE_FILTERS } from '../model/timeline.ts'
import { openRecorded } from '../terminal/open-recorded.ts'
import { openTerminal } from '../terminal/open-terminal.ts'
import { approvalsFor, runBlock, targetFor } from '../step/block-commands.ts'
import { perform } from './perform-next.ts'
import { changeSeverity, higherSeverity, lowerSeverity, togglePause } from './run-actions.ts'
import type { RunView } from './run-context.ts'

/** The keys of the run screen: what the list under `?` shows and what the window listens to are one table. */
export interface Key {
  /** `KeyboardEvent.key`. */
  readonly key: string
  readonly does: string
  readonly group: 'Step' | 'Command' | 'Run' | 'Window'
  /** Keys that only look around work in a read-only view too. */
  readonly reading?: true
  readonly press: (moment: Moment) => void
}

/** What a key acts on. */
export interface Moment {
  readonly view: RunView
  readonly step: PlanStep | undefined
  readonly next: Next
}

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

function move({ view, step }: Moment, by: number): void {
  const { steps } = view.state.plan
  const at = steps.findIndex((one) => one.id === step?.id)
  const to = steps[Math.min(steps.length - 1, Math.max(0, at + by))]
  if (to !== undefined) view.screen.getState().select(to.id)
}

function withBlock(moment: Moment, act: (block: PlanBlock, step: PlanStep) => void): void {
  const block = blockOf(moment)
  if (block !== undefined && moment.step !== undefined) act(block, moment.step)
}

export const KEYS: readonly Key[] = [
  { key: 'Enter', does: 'Do the next thing', group: 'Step', press: (moment) => perform(moment) },
  {
    key: 'j',
    does: 'Show the next step',
    group: 'Step',
    reading: true,
    press: (moment) => move(moment, 1),
  },
  {
    key: 'k',
    does: 'Show the previous step',
    group: 'Step',
    reading: true,
    press: (moment) => move(moment, -1),
  },
  {
    key: '.',
    does: 'Go to the step the run is at',
    group: 'Step',
    reading: true,
    press: ({ view }) => view.screen.getState().select(undefined),
  },
  {
    key: 'c',
    does: 'Confirm the next item',
    group: 'Step',
    press: ({ view, step }) => {
      const item = step?.items.find((one) => view.state.items[one.id]?.confirmed === undefined)
      if (item !== undefined)
        void view.perform({ type: 'item.confirm', item: item.id }, { kind: 'item', id: item.id })
    },
  },
  {
    key: 'd',
    does: 'Go to the decision',
    group: 'Step',
    press: () => document.querySelector<HTMLElement>('[data-decision]')?.focus(),
  },
  {
    key: 'x',
    does: 'Other ways to settle the step: skip, mark, reopen, roll back',
    group: 'Step',
    press: ({ view, step }) => {
      if (step !== undefined) view.screen.getState().open({ kind: 'more', step: step.id })
    },
  },
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
  {
    key: 'n',
    does: 'Write a note',
    group: 'Run',
    press: ({ view }) => view.screen.getState().set({ noteOpen: true, timelineOpen: true }),
  },
  {
    key: '+',
    does: 'Raise the severity',
    group: 'Run',
    press: ({ view }) => {
      const to = higherSeverity(view.state.severity)
      if (to !== undefined) changeSeverity(view, to)
    },
  },
  {
    key: '-',
    does: 'Lower the severity (asks why)',
    group: 'Run',
    press: ({ view }) => {
      const to = lowerSeverity(view.state.severity)
      if (to !== undefined) changeSeverity(view, to)
    },
  },
  {
    key: 'h',
    does: 'Roles and handover',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'roles' }),
  },
  {
    key: 'i',
    does: 'Change who acts at this window',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'person' }),
  },
  {
    key: 'b',
    does: 'Roll back',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'rollback' }),
  },
  {
    key: 'p',
    does: 'Pause or resume the run',
    group: 'Run',
    press: ({ view }) => togglePause(view),
  },
  {
    key: 'q',
    does: 'End the run: finish or abort',
    group: 'Run',
    press: ({ view }) => view.screen.getState().open({ kind: 'end' }),
  },
  {
    key: 't',
    does: 'Fold or unfold the terminal',
    group: 'Window',
    reading: true,
    press: ({ view }) => {
      const { dock, dockBefore, set } = view.screen.getState()
      set(dock === 0 ? { dock: dockBefore } : { dock: 0, dockBefore: dock })
    },
  },
  {
    key: 'T',
    does: 'Type into a terminal on the step’s target',
    group: 'Window',
    press: ({ view, step }) => {
      const shells = view.state.plan.targets.filter(
        (target) => target.kind === 'local' || target.kind === 'ssh',
      )
      const target = shells.find((one) => one.name === step?.target) ?? shells[0]
      if (view.state.mode !== 'walkthrough') void openTerminal(view, target?.name ?? 'local')
    },
  },
  {
    key: 'l',
    does: 'Fold or unfold the timeline',
    group: 'Window',
    reading: true,
    press: ({ view }) =>
      view.screen.getState().set({ timelineOpen: !view.screen.getState().timelineOpen }),
  },
  {
    key: 'f',
    does: 'Show all, people, commands or deviations in the timeline',
    group: 'Window',
    reading: true,
    press: ({ view }) => {
      const { timelineFilter, set } = view.screen.getState()
      const at = TIMELINE_FILTERS.indexOf(timelineFilter)
      set({
        timelineFilter: TIMELINE_FILTERS[(at + 1) % TIMELINE_FILTERS.length] ?? 'all',
        timelineOpen: true,
      })
    },
  },
  {
    key: '?',
    does: 'This list',
    group: 'Window',
    reading: true,
    press: ({ view }) => {
      const { panel, open, close } = view.screen.getState()
      if (panel?.kind === 'keys') close()
      else open({ kind: 'keys' })
    },
  },
]

/** The step that is shown: the selected one, else the one the run is at, else the last. */
export function shownStep(
  view: Pick<RunView, 'state'>,
  selected: string | undefined,
): PlanStep | undefined {
  const { steps } = view.state.plan
  return steps.find((step) => step.id === selected) ?? currentStep(view.state) ?? steps.at(-1)
}
