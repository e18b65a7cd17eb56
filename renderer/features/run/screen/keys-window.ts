import { go } from '../../../app/route.ts'
import { TIMELINE_FILTERS } from '../../../../main/core/report/timeline.ts'
import { hostsOf } from '../../../../main/core/run/fan-out.ts'
import { openTerminal } from '../terminal/open-terminal.ts'
import type { Key } from './key.ts'

/** Keys that arrange the window. */
export const WINDOW_KEYS: readonly Key[] = [
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
      if (view.state.mode === 'walkthrough') return
      const name = target?.name ?? 'local'
      const several = hostsOf(view.state, name).length > 0
      const looked = step?.blocks.map(({ id }) => view.screen.getState().hosts[id]).find(Boolean)
      // Without a choice the engine says which hosts there are.
      void openTerminal(view, name, several ? looked : undefined)
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
    key: 'R',
    does: 'Read the report of this run',
    group: 'Window',
    reading: true,
    press: ({ view }) => go({ screen: 'report', run: view.run }),
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
