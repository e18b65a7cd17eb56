import { ChevronDown, ChevronUp, Plus, Search, X } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { bytesText } from '../model/duration.ts'
import { preparePaste, type Paste } from '../model/paste.ts'
import { Action } from '../parts/action.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { DOCK_DEFAULT } from '../screen/screen-store.ts'
import { openTerminal } from './open-terminal.ts'
import type { TerminalTab } from './terminal-store.ts'
import styles from './terminal.module.css'

/** The terminal area: a tab for each running block, interactive terminal and recorded output. */
export function Dock(): ReactNode {
  const view = useRun()
  const tabs = useStore(view.terminals, (state) => state.tabs)
  const shown = useStore(view.terminals, (state) => state.shown)
  const dock = useScreen((screen) => screen.dock)
  const before = useScreen((screen) => screen.dockBefore)
  const set = useScreen((screen) => screen.set)
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
        <div className={styles.tabs} role="tablist" aria-label="Terminals">
          {tabs.map((one) => (
            <TabHead key={one.id} tab={one} shown={one.id === shown} />
          ))}
        </div>
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
  const { terminals, request } = useRun()
  return (
    <div
      className={styles.tab}
      data-shown={shown ? '' : undefined}
      data-closed={tab.closed ? '' : undefined}
    >
      <button
        type="button"
        role="tab"
        aria-selected={shown}
        className={styles.tabName}
        title={tab.title}
        onClick={() => terminals.getState().show(tab.id)}
      >
        {tab.title}
        {tab.closed && tab.kind !== 'recorded' ? (
          <span className={styles.ended}> (ended)</span>
        ) : null}
      </button>
      {tab.kind === 'block' && !tab.closed ? null : (
        <button
          type="button"
          className={styles.tabClose}
          aria-label={`Close ${tab.title}`}
          onClick={() => {
            if (tab.kind === 'terminal' && !tab.closed) {
              request('terminal.close', { stream: tab.id }).catch(() => undefined)
            }
            terminals.getState().close(tab.id)
          }}
        >
          <X aria-hidden size="0.9em" />
        </button>
      )}
    </div>
  )
}

/** Offers a terminal on each target that has a shell. */
function NewTerminal(): ReactNode {
  const view = useRun()
  if (view.readOnly !== undefined || view.state.mode === 'walkthrough') return null
  const targets = view.state.plan.targets.filter(
    (target) => target.kind === 'local' || target.kind === 'ssh',
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

/** Drag, or arrow keys, to give the terminal more or less of the height. */
function Resizer(): ReactNode {
  const dock = useScreen((screen) => screen.dock)
  const set = useScreen((screen) => screen.set)
  const resize = (share: number): void => {
    const next = Math.min(0.8, Math.max(0.15, share))
    set({ dock: next, dockBefore: next })
  }
  return (
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the terminal"
      aria-valuemin={15}
      aria-valuemax={80}
      aria-valuenow={Math.round((dock === 0 ? DOCK_DEFAULT : dock) * 100)}
      tabIndex={0}
      className={styles.resizer}
      onKeyDown={(event) => {
        if (event.key === 'ArrowUp') resize(dock + 0.05)
        else if (event.key === 'ArrowDown') resize(dock - 0.05)
        else return
        event.preventDefault()
      }}
      onPointerDown={(event) => {
        const parent = event.currentTarget.parentElement?.parentElement
        if (parent === null || parent === undefined) return
        event.currentTarget.setPointerCapture(event.pointerId)
        event.preventDefault()
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        const area = event.currentTarget.parentElement?.parentElement?.getBoundingClientRect()
        if (area !== undefined && area.height > 0)
          resize((area.bottom - event.clientY) / area.height)
      }}
    />
  )
}

function TerminalView({ tab }: { readonly tab: TerminalTab }): ReactNode {
  const view = useRun()
  const focusStream = useScreen((screen) => screen.focusStream)
  const set = useScreen((screen) => screen.set)
  const parent = useRef<HTMLDivElement>(null)
  const [finding, setFinding] = useState(false)
  const [paste, setPaste] = useState<Paste | undefined>()
  const { request } = view
  const { screen, id, interactive, closed } = tab
  const typing = interactive && !closed

  useEffect(() => {
    const element = parent.current
    if (element === null) return
    screen.attach(element)
    let sent = ''
    const fit = (): void => {
      const size = screen.fit()
      if (size === undefined || !typing) return
      const key = `${size.columns}x${size.rows}`
      if (key === sent) return
      sent = key
      request('terminal.resize', { stream: id, ...size }).catch(() => undefined)
    }
    fit()
    const observer = new ResizeObserver(fit)
    observer.observe(element)
    return () => {
      observer.disconnect()
      screen.detach()
    }
  }, [screen, id, typing, request])

  useEffect(() => {
    if (focusStream !== id) return
    screen.terminal.focus()
    set({ focusStream: undefined })
  }, [focusStream, id, screen, set])

  const insert = (text: string): void => {
    setPaste(undefined)
    screen.terminal.focus()
    screen.terminal.paste(text)
  }

  return (
    <div className={styles.body}>
      {paste === undefined ? null : (
        <div className={styles.paste} role="alertdialog" aria-label="Paste several lines">
          <p>
            {paste.lines} lines: each may be executed as it arrives.
            {paste.removed > 0 ? ` ${paste.removed} control characters were taken out.` : ''}
          </p>
          <pre tabIndex={0}>{paste.text.replace(/\r/g, '\n')}</pre>
          <div className={styles.pasteActions}>
            <Action look="danger" onPress={() => insert(paste.text)}>
              Paste {paste.lines} lines
            </Action>
            <Action
              look="primary"
              onPress={() => {
                setPaste(undefined)
                screen.terminal.focus()
              }}
            >
              Do not paste
            </Action>
          </div>
        </div>
      )}
      <div
        ref={parent}
        className={styles.screen}
        onPasteCapture={(event) => {
          event.preventDefault()
          event.stopPropagation()
          if (!typing) return
          const prepared = preparePaste(event.clipboardData.getData('text/plain'))
          if (prepared.needsConfirmation) setPaste(prepared)
          else if (prepared.text !== '') insert(prepared.text)
        }}
      />
      <footer className={styles.foot}>
        {tab.skipped > 0 ? (
          <span className={styles.skipped}>{bytesText(tab.skipped)} not shown, all recorded</span>
        ) : null}
        {tab.kind === 'recorded' && tab.remaining > 0 ? (
          <button type="button" className={styles.tool} onClick={() => tab.more?.()}>
            Show more ({bytesText(tab.remaining)} left)
          </button>
        ) : null}
        <span className={styles.grow} />
        {typing ? <span className={styles.leave}>F6 leaves the terminal</span> : null}
        {finding ? (
          <FindField tab={tab} onClose={() => setFinding(false)} />
        ) : (
          <button
            type="button"
            className={styles.tool}
            onClick={() => setFinding(true)}
            title="Find in this output"
          >
            <Search aria-hidden size="1em" /> Find
          </button>
        )}
        <CopyButton tab={tab} />
      </footer>
    </div>
  )
}

function FindField({
  tab,
  onClose,
}: {
  readonly tab: TerminalTab
  readonly onClose: () => void
}): ReactNode {
  const [text, setText] = useState('')
  const [found, setFound] = useState(true)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  return (
    <span className={styles.find}>
      <input
        ref={field}
        aria-label="Find in this output"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setFound(event.target.value === '' || tab.screen.find(event.target.value, false))
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') setFound(tab.screen.find(text, event.shiftKey))
          if (event.key === 'Escape') {
            event.stopPropagation()
            tab.screen.clearFind()
            onClose()
          }
        }}
      />
      <span role="status">{found ? '' : 'Not found in what is shown'}</span>
    </span>
  )
}

function CopyButton({ tab }: { readonly tab: TerminalTab }): ReactNode {
  const [word, setWord] = useState('Copy')
  const copy = (): void => {
    const { terminal } = tab.screen
    if (!terminal.hasSelection()) {
      setWord('Select something first')
      return
    }
    navigator.clipboard.writeText(terminal.getSelection()).then(
      () => setWord('Copied'),
      () => setWord('Not copied'),
    )
  }
  return (
    <button
      type="button"
      className={styles.tool}
      title="Copy the selection (Ctrl+Shift+C)"
      onClick={copy}
      onBlur={() => setWord('Copy')}
    >
      {word}
    </button>
  )
}
