import { useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import { useApp } from '../../app/app-store.ts'
import { go } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { useNow } from '../../ui/use-now.ts'
import { EntryList } from './entry-list.tsx'
import { groupEntries, rowsOf, STATES, type LibraryFilter, type StateFilter } from './grouping.ts'
import styles from './library.module.css'
import { OpenFile } from './open-file.tsx'
import { Preview } from './preview.tsx'

const MINUTE_MS = 60_000
const KINDS = ['all', 'failover', 'incident', 'maintenance', 'checklist', 'guide'] as const
const STATE_WORDS: Readonly<Record<StateFilter, string>> = {
  any: 'Any state',
  due: 'Due',
  untrusted: 'New or changed',
  problems: 'With problems',
}
const EVERYTHING: LibraryFilter = { text: '', kind: 'all', state: 'any' }

function Tools(props: {
  readonly filter: LibraryFilter
  readonly onFilter: (filter: LibraryFilter) => void
}): ReactNode {
  const { filter, onFilter } = props
  return (
    <div className={styles.tools}>
      <input
        data-search
        type="search"
        aria-label="Search runbooks"
        placeholder="Search runbooks  ( / )"
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'Enter') return
          event.preventDefault()
          document.querySelector<HTMLElement>('[data-list]')?.focus()
        }}
      />
      <div className={styles.filters}>
        <select
          aria-label="Kind"
          value={filter.kind}
          onChange={(event) => onFilter({ ...filter, kind: event.target.value })}
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {kind === 'all' ? 'All kinds' : kind}
            </option>
          ))}
        </select>
        <select
          aria-label="State"
          value={filter.state}
          onChange={(event) =>
            onFilter({
              ...filter,
              state: STATES.find((known) => known === event.target.value) ?? 'any',
            })
          }
        >
          {STATES.map((state) => (
            <option key={state} value={state}>
              {STATE_WORDS[state]}
            </option>
          ))}
        </select>
      </div>
    </div>
  )
}

/** All runbooks, and what the chosen one would do. */
export function LibraryScreen({ selected }: { readonly selected: string | undefined }): ReactNode {
  const version = useApp((state) => state.libraryVersion)
  // When an entry last ran changes as runs begin and end, not with each of their events.
  const unfinished = useApp((state) => state.unfinished.map(({ run }) => run).join())
  const library = useRequest('library.list', {}, `${version}/${unfinished}`)
  const [filter, setFilter] = useState(EVERYTHING)
  const asked = useDeferredValue(filter)
  const now = useNow(MINUTE_MS)
  const entries = library.value?.entries
  const rows = useMemo(() => rowsOf(groupEntries(entries ?? [], asked, now)), [entries, asked, now])
  const shown = rows.flatMap((row) => (row.kind === 'entry' ? [row.entry] : []))
  // What was asked for by name is shown even where the filter hides it in the list.
  const chosen = entries?.find(({ path }) => path === selected) ?? shown[0]
  function changeFilter(next: LibraryFilter): void {
    setFilter(next)
    if (selected !== undefined) go({ screen: 'library' }, 'replace')
  }

  return (
    <div className={styles.screen}>
      <section className={styles.side} aria-label="Runbooks">
        <Tools filter={filter} onFilter={changeFilter} />
        <div className={styles.middle}>
          {library.status === 'failed' && (
            <p role="alert" className={styles.problem}>
              The library cannot be read. {library.problem}
            </p>
          )}
          {library.value?.problems.map(({ folder, message }) => (
            <p key={folder} role="status" className={styles.problem}>
              {message}
            </p>
          ))}
          {entries === undefined && library.status === 'loading' && (
            <p role="status" className={styles.quiet}>
              Reading runbooks…
            </p>
          )}
          {entries !== undefined && shown.length === 0 && (
            <div role="status" className={styles.quiet}>
              {entries.length === 0 ? (
                <p>No runbook yet. Add a folder in the settings, or open a file below.</p>
              ) : (
                <>
                  <p>None of {entries.length} runbooks matches.</p>
                  <button
                    type="button"
                    className={styles.link}
                    onClick={() => changeFilter(EVERYTHING)}
                  >
                    Show all of them
                  </button>
                </>
              )}
            </div>
          )}
          {shown.length > 0 && (
            <EntryList
              rows={rows}
              chosen={chosen?.path}
              now={now}
              onChoose={(path) => go({ screen: 'library', path }, 'replace')}
              onStart={() => {
                if (chosen?.errors === 0) go({ screen: 'start', path: chosen.path })
              }}
            />
          )}
        </div>
        <OpenFile />
      </section>
      {chosen ? <Preview key={`${chosen.path}:${chosen.sha256}`} entry={chosen} now={now} /> : null}
    </div>
  )
}
