import type { Attempt } from '../../../../main/core/run/state.ts'
import type { RunView } from '../screen/run-context.ts'
import { openRecorded } from './open-recorded.ts'

/** Shows what a host of a running attempt writes, where it is still to be seen. True when it is. */
export function showLive(view: RunView, block: string, attempt: Attempt, host: string): boolean {
  const { tabs, show } = view.terminals.getState()
  const live = tabs.find(
    (tab) =>
      tab.kind === 'block' &&
      tab.block === block &&
      tab.attempt === attempt.number &&
      tab.host === host,
  )
  if (live === undefined) return false
  show(live.id)
  return true
}

/** Opens the output of one host: live while it runs, else as it was recorded. */
export function openHost(view: RunView, block: string, attempt: Attempt, host: string): void {
  const state = attempt.hosts?.find((one) => one.host === host)
  if (state === undefined) return
  const { dock, dockBefore, set } = view.screen.getState()
  if (state.outcome === undefined) {
    if (showLive(view, block, attempt, host) && dock === 0) set({ dock: dockBefore })
  } else if (state.stdout !== undefined || state.stderr !== undefined) {
    openRecorded(view, attempt, block, state)
  }
}
