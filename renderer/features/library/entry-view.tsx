import { Clock3, FileWarning, ShieldAlert, ShieldQuestion, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { LibraryEntry } from '../../../main/contract/requests.ts'
import { counted } from '../../ui/counted.ts'
import { agoText } from '../../ui/time.ts'
import { isDue } from './grouping.ts'
import styles from './library.module.css'

function Marks({ entry, now }: { readonly entry: LibraryEntry; readonly now: number }): ReactNode {
  return (
    <span className={styles.marks}>
      {entry.errors > 0 && (
        <span data-tone="bad">
          <FileWarning size={14} aria-hidden /> {counted(entry.errors, 'error')}
        </span>
      )}
      {entry.errors === 0 && entry.warnings > 0 && (
        <span data-tone="warning">
          <TriangleAlert size={14} aria-hidden /> {counted(entry.warnings, 'warning')}
        </span>
      )}
      {entry.destructive > 0 && (
        <span data-tone="bad">
          <ShieldAlert size={14} aria-hidden /> {entry.destructive} destructive
        </span>
      )}
      {isDue(entry, now) && (
        <span data-tone="warning">
          <Clock3 size={14} aria-hidden /> due ({entry.cadence})
        </span>
      )}
      {entry.trust === 'changed' && (
        <span data-tone="warning">
          <ShieldQuestion size={14} aria-hidden /> changed
        </span>
      )}
    </span>
  )
}

/** One runbook in the list: what it is, what it holds, when it last ran, what to be careful about. */
export function EntryView(props: {
  readonly entry: LibraryEntry
  readonly now: number
}): ReactNode {
  const { entry, now } = props
  const facts = [
    entry.kind,
    counted(entry.steps, 'step'),
    ...(entry.blocks > 0 ? [counted(entry.blocks, 'command')] : []),
    ...(entry.items > 0 ? [counted(entry.items, 'item')] : []),
  ]
  return (
    <>
      <span className={styles.title}>{entry.title}</span>
      <span className={styles.facts}>
        {facts.join(' · ')}
        {entry.lastRun === undefined
          ? ''
          : ` · ${entry.lastRun.mode} ${agoText(entry.lastRun.startedAt, now)}`}
      </span>
      <Marks entry={entry} now={now} />
    </>
  )
}
