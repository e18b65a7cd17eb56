import type { RunView } from '../screen/run-context.ts'

/** Opens an interactive terminal on a target, or shows the one that is open. Its tab comes with the stream's push. */
export async function openTerminal(
  view: RunView,
  target: string,
  /** Where the target is several hosts: on which of them. */
  host?: string,
): Promise<void> {
  const { set, dock, dockBefore } = view.screen.getState()
  if (dock === 0) set({ dock: dockBefore })
  const { tabs, show } = view.terminals.getState()
  const open = tabs.find(
    (tab) => tab.kind === 'terminal' && tab.target === target && tab.host === host && !tab.closed,
  )
  if (open !== undefined) {
    show(open.id)
    open.screen.terminal.focus()
    return
  }
  try {
    const { stream } = await view.request('terminal.open', {
      run: view.run,
      actor: view.actor,
      target,
      ...(host === undefined ? {} : { host }),
      columns: 100,
      rows: 24,
    })
    set({ focusStream: stream })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    set({
      refusal: { at: { kind: 'run' }, message: `No terminal on ${host ?? target}: ${message}` },
    })
  }
}
