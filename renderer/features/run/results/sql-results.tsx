import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { SqlFacts, SqlResult } from '../../../../main/core/run/sql-facts.ts'
import type { Attempt } from '../../../../main/core/run/state.ts'
import { counted } from '../../../ui/counted.ts'
import { durationText } from '../../../../main/core/report/duration.ts'
import type { TableColumn } from '../model/table-text.ts'
import { useRun } from '../screen/run-context.ts'
import { readBlob } from '../../../api/read-blob.ts'
import { CopyResult } from './copy-result.tsx'
import { rangeOf } from './result-range.ts'
import { ResultTable } from './result-table.tsx'
import styles from './results.module.css'
import { RowSource } from './row-source.ts'
import { SqlNotes } from './sql-notes.tsx'

/** What a block of SQL gave: where it was asked, what went wrong, and each result as a table. */
export function SqlResults(props: {
  readonly facts: SqlFacts
  readonly attempt: Attempt
}): ReactNode {
  const { facts, attempt } = props
  const { results } = facts
  const [chosen, setChosen] = useState<number>()
  const fallback = results.findLastIndex((result) => result.columns !== undefined)
  const at = chosen ?? (fallback === -1 ? results.length - 1 : fallback)
  const result = results[at]
  const panel = `results-${attempt.startedAt}-${attempt.number}`
  return (
    <div role="group" className={styles.results} aria-label="Results">
      <p className={styles.where}>
        <strong>
          {facts.user}@{facts.database}
        </strong>{' '}
        on {facts.server}, PostgreSQL {facts.version}; {facts.security}
        {facts.readOnly ? '; read-only' : ''}
      </p>
      <SqlNotes facts={facts} text={attempt.text} said={attempt.notice !== undefined} />
      {results.length > 1 ? (
        <Tabs results={results} at={at} panel={panel} onChoose={setChosen} />
      ) : null}
      {facts.more === undefined ? null : (
        <p className={styles.quiet}>
          {counted(facts.more, 'more result')} are in the recorded output only.
        </p>
      )}
      {result === undefined ? null : (
        <div
          id={panel}
          role={results.length > 1 ? 'tabpanel' : undefined}
          aria-label={results.length > 1 ? tabLabel(result) : undefined}
        >
          <OneResult
            key={at}
            results={results}
            at={at}
            result={result}
            sha256={attempt.stdout?.sha256}
            bytes={attempt.stdout?.bytes ?? 0}
            said={attempt.notice !== undefined}
          />
        </div>
      )}
    </div>
  )
}

function tabLabel(result: SqlResult): string {
  return `Statement ${result.statement}: ${result.tag}`
}

function Tabs(props: {
  readonly results: readonly SqlResult[]
  readonly at: number
  readonly panel: string
  readonly onChoose: (index: number) => void
}): ReactNode {
  const { results, at } = props
  const press = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const next = (at + by + results.length) % results.length
    props.onChoose(next)
    event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]').item(next).focus()
  }
  return (
    <div role="tablist" aria-label="Results" className={styles.tabs} onKeyDown={press}>
      {results.map((result, index) => (
        <button
          // Results have no names, only their order.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          type="button"
          role="tab"
          aria-selected={index === at}
          aria-controls={index === at ? props.panel : undefined}
          tabIndex={index === at ? 0 : -1}
          onClick={() => props.onChoose(index)}
        >
          <span className={styles.quiet}>{result.statement}</span> {result.tag}
        </button>
      ))}
    </div>
  )
}

const number = new Intl.NumberFormat('en-GB')

/** How many rows there are, and how many of them are here. */
function countText(result: SqlResult): string {
  const { rows = 0, total, capped } = result
  const took = durationText(result.durationMs)
  if (capped === undefined) return `${number.format(rows)} ${rows === 1 ? 'row' : 'rows'}, ${took}`
  const limit =
    capped === 'rows' ? 'the limit of rows was reached' : 'the limit of bytes was reached'
  const of =
    total === undefined ? 'how many there are is not known' : `of exactly ${number.format(total)}`
  return `The first ${number.format(rows)} rows, ${of}: ${limit}. ${took}`
}

function OneResult(props: {
  readonly results: readonly SqlResult[]
  readonly at: number
  readonly result: SqlResult
  readonly sha256: string | undefined
  readonly bytes: number
  /** That a limit was reached is said above already. */
  readonly said: boolean
}): ReactNode {
  const { result, results, at, sha256, bytes } = props
  const { run, request } = useRun()
  const source = useMemo(
    () =>
      sha256 === undefined
        ? undefined
        : new RowSource(
            (offset, length) => readBlob(request, run, sha256, offset, length),
            rangeOf(results, at, bytes),
          ),
    [request, run, sha256, results, at, bytes],
  )
  if (result.columns === undefined)
    return (
      <p className={styles.count}>
        <strong>{result.tag}</strong>, {durationText(result.durationMs)}. It gives no rows.
      </p>
    )
  const columns: readonly TableColumn[] =
    result.columns.length > 0 ? result.columns : [{ name: 'COPY', type: 'text' }]
  const rows = result.rows ?? 0
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.count} data-capped={result.capped !== undefined && !props.said}>
          {countText(result)}
        </p>
        {source === undefined ? null : <CopyResult columns={columns} rows={rows} source={source} />}
      </div>
      {source === undefined ? (
        <p className={styles.bad}>The rows were not recorded.</p>
      ) : (
        <ResultTable
          label={`Rows of statement ${result.statement}: ${result.tag}`}
          columns={columns}
          rows={rows}
          source={source}
        />
      )}
    </>
  )
}
