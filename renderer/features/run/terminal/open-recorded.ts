import type { Attempt, HostState } from '../../../../main/core/run/state.ts'
import type { RunView } from '../screen/run-context.ts'
import { readBlob } from '../../../api/read-blob.ts'
import { recordedReader } from './recorded.ts'
import { createScreen } from '../../../ui/terminal/screen.ts'

/** How much of a recorded output is shown at first, and by each further step. Bytes. */
export const FIRST_PAGE = 1_048_576

/**
 * Opens the recorded output of an ended attempt, or of one of its hosts, in a tab of its own: up to 1 MB of it, the rest
 * on demand.
 */
export function openRecorded(
  view: RunView,
  attempt: Attempt,
  block: string,
  host?: HostState,
): void {
  const { terminals } = view
  const on = host === undefined ? '' : `@${host.host}`
  const id = `recorded:${block}#${attempt.number}${on}`
  const store = terminals.getState()
  if (view.screen.getState().dock === 0)
    view.screen.getState().set({ dock: view.screen.getState().dockBefore })
  if (store.tabs.some((tab) => tab.id === id)) {
    store.show(id)
    return
  }
  const who = host === undefined ? '' : `${host.host}: `
  const title = `${who}${view.names.blockName(block)}, attempt ${attempt.number}, recorded`
  const screen = createScreen({
    appearance: store.appearance,
    interactive: false,
    pipe: true,
    label: `Recorded output of ${title}`,
  })
  const reader = recordedReader(host ?? attempt, (sha256, offset, length) =>
    readBlob(view.request, view.run, sha256, offset, length),
  )
  let loading = false
  const load = async (): Promise<void> => {
    if (loading) return
    loading = true
    try {
      for (const piece of await reader.next(FIRST_PAGE)) screen.write(piece)
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      screen.terminal.write(`\r\n[This output cannot be read: ${words}]\r\n`)
    }
    loading = false
    terminals.getState().change(id, { remaining: reader.remaining() })
  }
  store.add(
    {
      id,
      kind: 'recorded',
      title,
      target: attempt.target,
      block,
      attempt: attempt.number,
      ...(host === undefined ? {} : { host: host.host }),
      interactive: false,
      closed: true,
      skipped: 0,
      remaining: reader.total,
      more: () => void load(),
      screen,
    },
    true,
  )
  void load()
}
