import { useDeferredValue, useState, type ReactNode } from 'react'
import type { RequestResult, RunSummary, SearchHit } from '../../../main/contract/requests.ts'
import { client } from '../../api/index.ts'
import { useApp } from '../../app/app-store.ts'
import { addressOf, go } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { clockText, dateTimeText, utcText } from '../../ui/time.ts'
import { excerptParts } from './excerpt.ts'
import styles from './history.module.css'

const PAGE = 200

function stateWords(run: RunSummary): string {
  if (run.phase === 'finished') return run.deviations > 0 ? 'finished, with deviations' : 'finished'
  if (run.phase === 'aborted') return 'aborted'
  if (!run.open) return 'interrupted'
  return run.phase
}

function tone(run: RunSummary): string {
  if (run.phase === 'aborted') return 'bad'
  if (run.phase === 'finished') return run.deviations > 0 ? 'warning' : 'good'
  return run.open ? 'info' : 'unknown'
}

type Verified = RequestResult<'runs.verify'>

function VerifyResult({ result }: { readonly result: Verified | string }): ReactNode {
  if (typeof result === 'string') return <span data-tone="bad">{result}</span>
  if (result.ok) {
    return (
      <span data-tone="good">
        Intact: {result.events} events, {result.blobs} outputs, head{' '}
        <code>{result.head.slice(0, 16)}…</code>
      </span>
    )
  }
  return (
    <span data-tone="bad">
      {result.problems.length} problem{result.problems.length === 1 ? '' : 's'}:{' '}
      {result.problems[0]?.message}
    </span>
  )
}

function Row({ run }: { readonly run: RunSummary }): ReactNode {
  const [verified, setVerified] = useState<Verified | string>()
  const interrupted = !run.open && (run.phase === 'running' || run.phase === 'paused')
  const readOnly = useApp((state) => state.info?.readOnly)
  async function verify(): Promise<void> {
    try {
      setVerified(await client.request('runs.verify', { run: run.run }))
    } catch (error) {
      setVerified(error instanceof Error ? error.message : String(error))
    }
  }
  async function resume(): Promise<void> {
    try {
      await client.request('runs.open', { run: run.run, resume: true })
      go({ screen: 'run', run: run.run })
    } catch (error) {
      setVerified(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <tr>
      <td>
        <a href={addressOf({ screen: 'run', run: run.run })}>{run.title}</a>
        <div className={styles.quiet}>
          {run.system} · {run.commander}
        </div>
      </td>
      <td>
        <span className={styles.state} data-tone={tone(run)}>
          {stateWords(run)}
        </span>
        <div className={styles.quiet}>
          {run.mode}
          {run.severity === undefined ? '' : ` · ${run.severity}`}
        </div>
      </td>
      <td title={utcText(run.startedAt)}>{dateTimeText(run.startedAt)}</td>
      <td className={styles.number}>
        {run.endedAt === undefined ? '—' : clockText(run.endedAt - run.startedAt)}
      </td>
      <td className={styles.number}>
        {run.steps.settled}/{run.steps.total}
      </td>
      <td className={styles.number}>{run.deviations}</td>
      <td className={styles.actions}>
        {interrupted && readOnly === undefined && (
          <Button look="primary" onClick={() => void resume()}>
            Resume
          </Button>
        )}
        <Button look="quiet" onClick={() => void verify()}>
          Verify
        </Button>
        <div role="status">{verified !== undefined && <VerifyResult result={verified} />}</div>
      </td>
    </tr>
  )
}

function Hit({ hit }: { readonly hit: SearchHit }): ReactNode {
  return (
    <li>
      <a href={addressOf({ screen: 'run', run: hit.run })}>{hit.title}</a>{' '}
      <span className={styles.quiet}>
        {dateTimeText(hit.startedAt)} · in {hit.where}
        {hit.step === undefined ? '' : ` · step ${hit.step}`}
      </span>
      <p className={styles.excerpt}>
        {excerptParts(hit.excerpt).map((part, index) =>
          part.match ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
        )}
      </p>
    </li>
  )
}

/** Every run there has been, and a search through all of their words. */
export function HistoryScreen(): ReactNode {
  const version = useApp((state) => state.runsVersion)
  const [query, setQuery] = useState('')
  const asked = useDeferredValue(query.trim())
  const [before, setBefore] = useState<number>()
  const runs = useRequest(
    'runs.list',
    { limit: PAGE, ...(before !== undefined && { before }) },
    version,
  )
  const hits = useRequest(
    'runs.search',
    asked === '' ? undefined : { query: asked, limit: 50 },
    version,
  )
  const list = runs.value ?? []
  const interrupted = list.filter(
    (run) => !run.open && (run.phase === 'running' || run.phase === 'paused'),
  )
  const sorted = [...interrupted, ...list.filter((run) => !interrupted.includes(run))]
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>Runs</h1>
        <input
          data-search
          type="search"
          aria-label="Search runs, notes and output"
          placeholder="Search runs, notes and output  ( / )"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </header>
      <div className={styles.body} role="region" aria-label="Runs" tabIndex={0}>
        {runs.status === 'failed' && <p role="alert">{runs.problem}</p>}
        {asked !== '' ? (
          <>
            <p role="status" className={styles.quiet}>
              {hits.status === 'failed' ? hits.problem : `${hits.value?.length ?? 0} found`}
            </p>
            <ul className={styles.hits}>
              {(hits.value ?? []).map((hit, index) => (
                <Hit key={index} hit={hit} />
              ))}
            </ul>
          </>
        ) : sorted.length === 0 ? (
          <p className={styles.quiet}>
            {runs.status === 'loading'
              ? 'Reading the list of runs…'
              : 'No run yet. Start one from the library.'}
          </p>
        ) : (
          <>
            <table>
              <thead>
                <tr>
                  <th>Runbook</th>
                  <th>State</th>
                  <th>Started</th>
                  <th className={styles.number}>Duration</th>
                  <th className={styles.number}>Steps</th>
                  <th className={styles.number}>Deviations</th>
                  <th>
                    <span className="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {sorted.map((run) => (
                  <Row key={run.run} run={run} />
                ))}
              </tbody>
            </table>
            <div className={styles.pages}>
              {before !== undefined && <Button onClick={() => setBefore(undefined)}>Newest</Button>}
              {list.length === PAGE && (
                <Button onClick={() => setBefore(list.at(-1)?.startedAt)}>Older</Button>
              )}
            </div>
          </>
        )}
      </div>
    </div>
  )
}
