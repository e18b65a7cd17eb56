import { useCallback, useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import { useApp } from '../../app/app-store.ts'
import { addressOf } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import styles from './history.module.css'
import { rowsOf } from './run-rows.ts'
import { RunList } from './run-list.tsx'
import { SearchHits } from './search-hits.tsx'

const PAGE = 200
/** What one answer may hold; older runs than these are on a page of their own. */
const MOST = 1000
const MOST_HITS = 100

/** Every run there has been, and a search through all of their words. */
export function HistoryScreen(): ReactNode {
  const version = useApp((state) => state.runsVersion)
  const readOnly = useApp((state) => state.info?.readOnly !== undefined)
  const [query, setQuery] = useState('')
  const asked = useDeferredValue(query.trim())
  const [limit, setLimit] = useState(PAGE)
  const [before, setBefore] = useState<number>()
  const runs = useRequest('runs.list', { limit, ...(before !== undefined && { before }) }, version)
  const hits = useRequest(
    'runs.search',
    asked === '' ? undefined : { query: asked, limit: MOST_HITS },
    version,
  )
  const list = runs.value
  const rows = useMemo(() => rowsOf(list ?? []), [list])
  const isFull = list !== undefined && list.length >= limit
  const more = useCallback(() => {
    if (isFull) setLimit((known) => Math.min(MOST, known + PAGE))
  }, [isFull])
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>Runs</h1>
        {before !== undefined && <Button onClick={() => setBefore(undefined)}>Newest</Button>}
        {isFull && limit === MOST && (
          <Button onClick={() => setBefore(list.at(-1)?.startedAt)}>Older</Button>
        )}
        <a className={styles.pack} href={addressOf({ screen: 'audit' })} title="Audit pack (g a)">
          Audit pack
        </a>
        <input
          data-search
          type="search"
          aria-label="Search runs, notes and output"
          placeholder="Search runs, notes and output  ( / )"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return
            event.preventDefault()
            document.querySelector<HTMLElement>('[data-list] a, [role="region"] a')?.focus()
          }}
        />
      </header>
      {runs.status === 'failed' && (
        <p role="alert" className={styles.problem}>
          The list of runs cannot be read. {runs.problem}
        </p>
      )}
      {asked !== '' ? (
        <SearchHits hits={hits} query={asked} />
      ) : rows.length === 0 ? (
        <p role="status" className={styles.empty}>
          {runs.status === 'loading'
            ? 'Reading the list of runs…'
            : 'No run yet. Start one from the library.'}
        </p>
      ) : (
        <RunList rows={rows} readOnly={readOnly} onEnd={more} />
      )}
    </div>
  )
}
