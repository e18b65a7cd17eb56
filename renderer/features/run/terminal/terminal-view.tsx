import { Search } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { bytesText } from '../../../../main/core/report/duration.ts'
import { preparePaste, type Paste } from '../model/paste.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import { WatchLink } from '../parts/watch-link.tsx'
import { FindField } from './find-field.tsx'
import { PasteQuestion } from './paste-question.tsx'
import type { TerminalTab } from './terminal-store.ts'
import styles from './terminal.module.css'

/** The screen of the shown tab, and what can be done with it. */
export function TerminalView({ tab }: { readonly tab: TerminalTab }): ReactNode {
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
    <div className={styles.body} role="tabpanel" aria-label={tab.title}>
      {paste === undefined ? null : (
        <PasteQuestion
          paste={paste}
          onPaste={() => insert(paste.text)}
          onCancel={() => {
            setPaste(undefined)
            screen.terminal.focus()
          }}
        />
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
        {tab.kind === 'terminal' && closed ? <WatchLink label={id} /> : null}
        {tab.kind === 'recorded' ? <WatchLink label={id.slice('recorded:'.length)} /> : null}
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
