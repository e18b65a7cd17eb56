import type { ReactNode } from 'react'
import { shownLine } from '../../../main/core/report/hostile.ts'
import type { AuditPack, PackDeleted, PackUnreadable } from '../../../main/core/report/pack/pack.ts'
import { membershipText } from '../../../main/core/report/pack/words.ts'
import { counted } from '../../ui/counted.ts'
import styles from './audit.module.css'
import { Moment, Quoted, Toned } from './cells.tsx'
import { LongTable } from './long-table.tsx'

type Row =
  | { readonly kind: 'unreadable'; readonly of: PackUnreadable }
  | { readonly kind: 'deleted'; readonly of: PackDeleted }

/** Runs that have no record any more: those that cannot be read first. */
export function Gone({ pack }: { readonly pack: AuditPack }): ReactNode {
  const rows: readonly Row[] = [
    ...pack.unreadable.map((of) => ({ kind: 'unreadable' as const, of })),
    ...pack.deleted.map((of) => ({ kind: 'deleted' as const, of })),
  ]
  return (
    <LongTable
      label="Runs without a record"
      columns={['Run', 'Began', 'What became of it', 'By whom, and why']}
      template="minmax(14rem, 2fr) minmax(8rem, 1fr) minmax(12rem, 1.6fr) minmax(14rem, 2.4fr)"
      rows={rows}
      keyOf={({ kind, of }) => `${kind} ${of.run}`}
      empty="Every run of the period has its record; none was deleted in it."
      cells={({ kind, of }) =>
        kind === 'unreadable' ? unreadableCells(of, pack.zone) : deletedCells(of, pack.zone)
      }
    />
  )
}

function unreadableCells(
  { run, started, message }: PackUnreadable,
  zone: string,
): readonly ReactNode[] {
  return [
    run,
    started === undefined ? 'not known' : <Moment at={started} zone={zone} />,
    <Toned key="tone" tone="bad">
      cannot be read
    </Toned>,
    shownLine(message),
  ]
}

function deletedCells(run: PackDeleted, zone: string): readonly ReactNode[] {
  const membership = membershipText(run)
  return [
    <>
      <strong>{shownLine(run.title)}</strong>
      <div className={styles.quiet}>{run.run}</div>
      <div className={styles.quiet}>
        {run.mode}, {run.status}, {counted(run.events, 'event')}
      </div>
    </>,
    <>
      <Moment at={run.started} zone={zone} />
      <div className={styles.quiet}>{membership}</div>
    </>,
    <>
      deleted <Moment at={run.deleted} zone={zone} />
      <div>
        <Toned tone={run.signed ? 'good' : 'bad'}>
          {run.signed ? 'its tombstone is signed' : 'its tombstone is not signed by this laptop'}
        </Toned>
      </div>
    </>,
    <>
      {shownLine(run.by)}
      <Quoted text={run.reason} />
    </>,
  ]
}
