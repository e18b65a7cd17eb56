import type { Key, Moment } from './key.ts'
import { perform } from './perform-next.ts'

function move({ view, step }: Moment, by: number): void {
  const { steps } = view.state.plan
  const at = steps.findIndex((one) => one.id === step?.id)
  const to = steps[Math.min(steps.length - 1, Math.max(0, at + by))]
  if (to !== undefined) view.screen.getState().select(to.id)
}

/** Keys that act on the step that is shown. */
export const STEP_KEYS: readonly Key[] = [
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
]
