import type { ReactNode } from 'react'
import { diffLines } from '../model/diff.ts'
import styles from './parts.module.css'

/** What an edit takes away from the runbook's text and what it adds. */
export function Diff(props: { readonly before: string; readonly after: string }): ReactNode {
  return (
    <pre className={styles.diff} aria-label="Difference from the runbook" tabIndex={0}>
      {diffLines(props.before, props.after).map((line, index) => (
        // Lines have no identity of their own.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index} data-kind={line.kind}>
          {line.kind === 'added' ? '+ ' : line.kind === 'removed' ? '- ' : '  '}
          {line.text}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}
