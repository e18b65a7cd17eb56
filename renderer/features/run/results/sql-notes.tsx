import { CircleX, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SqlError, SqlFacts } from '../../../../main/core/run/sql-facts.ts'
import { shownText } from '../../../../main/core/report/hostile.ts'
import styles from './results.module.css'

const MOST_NOTICES = 20

/** What the server says beside rows: the error with its place, notices, and a transaction that is still open. */
export function SqlNotes(props: {
  readonly facts: SqlFacts
  /** What was sent, to show the line that an error is about. */
  readonly text: string
  /** The attempt's own notice tells of the transaction already. */
  readonly said: boolean
}): ReactNode {
  const { error, notices, transaction } = props.facts
  return (
    <>
      {error === undefined ? null : <ErrorNote error={error} text={props.text} />}
      {transaction === 'none' || props.said ? null : (
        <p className={styles.note} data-tone="warning">
          <TriangleAlert aria-hidden size="1.1em" />
          <span>
            {transaction === 'open' ? (
              <>
                <strong>A transaction is still open.</strong> Nothing of it is permanent, and its
                locks are held, until a later block says <code>commit</code> or{' '}
                <code>rollback</code>.
              </>
            ) : (
              <>
                <strong>The open transaction has failed.</strong> The server refuses everything in
                it until a later block says <code>rollback</code>; nothing of it takes effect.
              </>
            )}
          </span>
        </p>
      )}
      {notices.length === 0 ? null : (
        <ul className={styles.notices} aria-label="Notices">
          {notices.slice(0, MOST_NOTICES).map(({ severity, message }, index) => (
            // A server may say the same thing twice.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              <Info aria-hidden size="1em" /> <strong>{severity}</strong>{' '}
              <bdi>{shownText(message)}</bdi>
            </li>
          ))}
          {notices.length > MOST_NOTICES ? (
            <li>and {notices.length - MOST_NOTICES} more in the recorded output</li>
          ) : null}
        </ul>
      )}
    </>
  )
}

function ErrorNote(props: { readonly error: SqlError; readonly text: string }): ReactNode {
  const { error } = props
  const line = error.line === undefined ? undefined : props.text.split('\n')[error.line - 1]
  return (
    <div className={styles.note} data-tone="bad">
      <CircleX aria-hidden size="1.1em" />
      <div>
        <p>
          <strong>
            {error.severity}: <bdi>{shownText(error.message)}</bdi>
          </strong>{' '}
          <span className={styles.quiet}>
            {error.code}, statement {error.statement}
            {error.line === undefined ? '' : `, line ${error.line}`}
            {error.column === undefined ? '' : `:${error.column}`}
          </span>
        </p>
        {line === undefined ? null : (
          <pre>
            {line}
            {error.column === undefined ? '' : `\n${' '.repeat(error.column - 1)}^`}
          </pre>
        )}
        {error.detail === undefined ? null : <p>{shownText(error.detail)}</p>}
        {error.hint === undefined ? null : <p>Hint: {shownText(error.hint)}</p>}
        {error.where === undefined ? null : <pre>{shownText(error.where)}</pre>}
      </div>
    </div>
  )
}
