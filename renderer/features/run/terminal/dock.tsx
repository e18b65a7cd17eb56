import { ChevronDown, ChevronUp, Plus, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { hostsOf } from '../../../../main/core/run/fan-out.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import { openTerminal } from './open-terminal.ts'
import { Resizer } from './resizer.tsx'
import { offeredTabs, tabsOfPlace, type TerminalTab } from './terminal-store.ts'
import { TerminalView } from './terminal-view.tsx'
import styles from './terminal.module.css'

/** The terminal area: a tab for each running block, interactive terminal and recorded output. */
export function Dock(): ReactNode {
  const view = useRun()
  const all = useStore(view.terminals, (state) => state.tabs)
  const shown = useStore(view.terminals, (state) => state.shown)
  const dock = useScreen((screen) => screen.dock)
  const before = useScreen((screen) => screen.dockBefore)
  const set = useScreen((screen) => screen.set)
  const tabs = offeredTabs(all, shown)
  const tab = tabs.find((one) => one.id === shown)
  // Nothing to show takes no room.
  const folded = dock === 0 || tabs.length === 0
  return (
    <section
      className={styles.dock}
      aria-label="Terminal"
      data-region="terminal"
      data-folded={folded ? '' : undefined}
      tabIndex={-1}
      style={folded ? {} : { flexBasis: `${Math.round(dock * 100)}%` }}
    >
      <Resizer />
      <div className={styles.bar}>
        <div
          className={styles.tabs}
          role="tablist"
          aria-label="Terminals"
          onKeyDown={(event) => {
            const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
            const at = tabs.findIndex((one) => one.id === shown)
            const next = by === 0 ? undefined : tabs[(at + by + tabs.length) % tabs.length]
            if (next === undefined) return
            event.preventDefault()
            view.terminals.getState().show(next.id)
            const heads = event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')
            heads[tabs.indexOf(next)]?.focus()
          }}
        >
          {tabs.map((one) => (
            <TabHead key={one.id} tab={one} shown={one.id === shown} />
          ))}
        </div>
        {tab === undefined ? null : <CloseTab tab={tab} />}
        <NewTerminal />
        {tabs.length === 0 ? (
          <span className={styles.empty}>
            Output of commands appears here; every byte of it is recorded.
          </span>
        ) : (
          <button
            type="button"
            className={styles.tool}
            aria-label={folded ? 'Unfold the terminal' : 'Fold the terminal'}
            aria-expanded={!folded}
            title="Fold or unfold (t)"
            onClick={() => set(folded ? { dock: before } : { dock: 0, dockBefore: dock })}
          >
            {folded ? (
              <ChevronUp aria-hidden size="1.1em" />
            ) : (
              <ChevronDown aria-hidden size="1.1em" />
            )}
          </button>
        )}
      </div>
      {folded || tab === undefined ? null : <TerminalView key={tab.id} tab={tab} />}
    </section>
  )
}

function TabHead({
  tab,
  shown,
}: {
  readonly tab: TerminalTab
  readonly shown: boolean
}): ReactNode {
  const { terminals } = useRun()
  return (
    <button
      type="button"
      role="tab"
      aria-selected={shown}
      tabIndex={shown ? 0 : -1}
      className={styles.tab}
      title={tab.title}
      onClick={() => terminals.getState().show(tab.id)}
    >
      {tab.title}
      {tab.closed && tab.kind !== 'recorded' ? ' (ended)' : ''}
    </button>
  )
}

/** Closes the shown tab; a terminal that is still open is hung up. A running command's tab stays. */
function CloseTab({ tab }: { readonly tab: TerminalTab }): ReactNode {
  const { terminals, request } = useRun()
  if (tab.kind === 'block' && !tab.closed) return null
  return (
    <button
      type="button"
      className={styles.tool}
      aria-label={`Close ${tab.title}`}
      title={`Close ${tab.title}`}
      onClick={() => {
        if (tab.kind === 'terminal' && !tab.closed) {
          request('terminal.close', { stream: tab.id }).catch(() => undefined)
        }
        const { close, tabs } = terminals.getState()
        close(...tabsOfPlace(tabs, tab))
      }}
    >
      <X aria-hidden size="1em" />
    </button>
  )
}

/** Offers a terminal on each target that has a shell. */
function NewTerminal(): ReactNode {
  const view = useRun()
  if (view.readOnly !== undefined || view.state.mode === 'walkthrough') return null
  // Of several hosts one is chosen where they are listed.
  const targets = view.state.plan.targets.filter(
    (target) =>
      (target.kind === 'local' || target.kind === 'ssh') &&
      hostsOf(view.state, target.name).length === 0,
  )
  const names =
    targets.length === 0 && view.state.plan.kind === 'guide'
      ? ['local']
      : targets.map((target) => target.name)
  return (
    <div className={styles.newTerminals}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          className={styles.tool}
          title={`Open an interactive terminal on ${name}; it is recorded`}
          onClick={() => void openTerminal(view, name)}
        >
          <Plus aria-hidden size="1em" /> {name}
        </button>
      ))}
    </div>
  )
}
