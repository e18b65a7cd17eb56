import { FileWarning, ShieldAlert, Clock3 } from 'lucide-react'
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { LibraryEntry } from '../../../main/contract/requests.ts'
import { client } from '../../api/index.ts'
import { useApp } from '../../app/app-store.ts'
import { go } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { dateTimeText } from '../../ui/time.ts'
import { useNow } from '../../ui/use-now.ts'
import { groupEntries, isDue, type LibraryFilter } from './grouping.ts'
import styles from './library.module.css'
import { Preview } from './preview.tsx'

const MINUTE_MS = 60_000
const KINDS = ['all', 'failover', 'incident', 'maintenance', 'checklist', 'guide'] as const

function Marks({ entry }: { readonly entry: LibraryEntry }): ReactNode {
  const now = useNow(MINUTE_MS)
  return (
    <span className={styles.marks}>
      {entry.errors > 0 && (
        <span data-tone="bad">
          <FileWarning size={14} aria-hidden /> {entry.errors} error{entry.errors === 1 ? '' : 's'}
        </span>
      )}
      {entry.destructive > 0 && (
        <span data-tone="warning">
          <ShieldAlert size={14} aria-hidden /> {entry.destructive} destructive
        </span>
      )}
      {isDue(entry, now) && (
        <span data-tone="warning">
          <Clock3 size={14} aria-hidden /> due ({entry.cadence})
        </span>
      )}
      {entry.trust === 'changed' && <span data-tone="warning">changed since trusted</span>}
    </span>
  )
}

function Entry(props: {
  readonly entry: LibraryEntry
  readonly selected: boolean
  readonly onSelect: () => void
}): ReactNode {
  const { entry } = props
  return (
    <button
      type="button"
      className={styles.entry}
      data-entry
      aria-current={props.selected ? 'true' : undefined}
      onClick={props.onSelect}
    >
      <span className={styles.title}>{entry.title}</span>
      <span className={styles.facts}>
        {entry.kind} · {entry.steps} steps
        {entry.blocks > 0 && ` · ${entry.blocks} commands`}
        {entry.items > 0 && ` · ${entry.items} items`}
        {entry.lastRun && ` · last ${dateTimeText(entry.lastRun.startedAt)}`}
      </span>
      <Marks entry={entry} />
    </button>
  )
}

/** Adds a single file from anywhere on this laptop. */
function OpenFile(): ReactNode {
  const [path, setPath] = useState('')
  const [problem, setProblem] = useState<string>()
  async function add(): Promise<void> {
    try {
      const entry = await client.request('library.add', { path: path.trim() })
      setPath('')
      setProblem(undefined)
      go({ screen: 'library', path: entry.path })
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form
      className={styles.open}
      onSubmit={(event) => {
        event.preventDefault()
        if (path.trim() !== '') void add()
      }}
    >
      <input
        aria-label="Path of a Markdown file"
        placeholder="Open a Markdown file by its path…"
        value={path}
        onChange={(event) => setPath(event.target.value)}
      />
      <Button type="submit" disabled={path.trim() === ''}>
        Open
      </Button>
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </form>
  )
}

/** Moves the focus through the entries. */
function moveFocus(list: HTMLElement | null, event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0 || list === null) return
  const entries = [...list.querySelectorAll<HTMLElement>('[data-entry]')]
  const at = entries.findIndex((entry) => entry === document.activeElement)
  const next = entries[Math.max(0, Math.min(entries.length - 1, at + step))]
  if (next) {
    event.preventDefault()
    next.focus()
  }
}

/** All runbooks, and what the chosen one would do. */
export function LibraryScreen({ selected }: { readonly selected: string | undefined }): ReactNode {
  const version = useApp((state) => state.libraryVersion)
  const runsVersion = useApp((state) => state.runsVersion)
  const library = useRequest('library.list', {}, `${version}/${runsVersion}`)
  const [filter, setFilter] = useState<LibraryFilter>({ text: '', kind: 'all', attention: false })
  const list = useRef<HTMLDivElement>(null)
  const entries = library.value?.entries
  const now = useNow(MINUTE_MS)
  const groups = useMemo(() => groupEntries(entries ?? [], filter, now), [entries, filter, now])
  const chosen = entries?.find(({ path }) => path === selected) ?? groups[0]?.entries[0]

  return (
    <div className={styles.screen}>
      <section className={styles.side} aria-label="Runbooks">
        <div className={styles.tools}>
          <input
            data-search
            type="search"
            aria-label="Search runbooks"
            placeholder="Search runbooks  ( / )"
            value={filter.text}
            onChange={(event) => setFilter({ ...filter, text: event.target.value })}
            onKeyDown={(event) => moveFocus(list.current, event)}
          />
          <div className={styles.filters}>
            <select
              aria-label="Kind"
              value={filter.kind}
              onChange={(event) => setFilter({ ...filter, kind: event.target.value })}
            >
              {KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {kind === 'all' ? 'All kinds' : kind}
                </option>
              ))}
            </select>
            <label className={styles.check}>
              <input
                type="checkbox"
                checked={filter.attention}
                onChange={(event) => setFilter({ ...filter, attention: event.target.checked })}
              />
              Needs attention
            </label>
          </div>
        </div>
        <div
          ref={list}
          className={styles.list}
          onKeyDown={(event) => moveFocus(list.current, event)}
        >
          {library.status === 'failed' && (
            <p role="alert" className={styles.problem}>
              {library.problem}
            </p>
          )}
          {entries === undefined && library.status === 'loading' && (
            <p className={styles.quiet}>Reading runbooks…</p>
          )}
          {entries !== undefined && groups.length === 0 && (
            <p className={styles.quiet}>
              {entries.length === 0
                ? 'No runbook yet. Add a folder in the settings, or open a file below.'
                : 'No runbook matches. Clear the search to see all of them.'}
            </p>
          )}
          {groups.map((group) => (
            <section key={group.system} aria-label={group.system}>
              <h2 className={styles.system}>
                {group.system} <span>{group.entries.length}</span>
              </h2>
              {group.entries.map((entry) => (
                <Entry
                  key={entry.path}
                  entry={entry}
                  selected={entry.path === chosen?.path}
                  onSelect={() => go({ screen: 'library', path: entry.path })}
                />
              ))}
            </section>
          ))}
          {library.value?.problems.map(({ folder, message }) => (
            <p key={folder} className={styles.problem}>
              {message}
            </p>
          ))}
        </div>
        <OpenFile />
      </section>
      {chosen ? <Preview key={`${chosen.path}:${chosen.sha256}`} entry={chosen} /> : <div />}
    </div>
  )
}
