import type { ReactNode } from 'react'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { useApp } from '../../app/app-store.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { dateTimeText, utcText } from '../../ui/time.ts'
import styles from './device.module.css'
import { saveText } from './save-text.ts'

/** What is left of runs that were deleted. */
export function DeletedRuns(): ReactNode {
  const version = useApp((state) => state.runsVersion)
  const loaded = useRequest('runs.deleted', {}, version)
  const deleted = loaded.value ?? []
  if (deleted.length === 0) return null
  return (
    <details className={styles.details}>
      <summary>Deleted runs ({deleted.length})</summary>
      <ul>
        {deleted.toReversed().map(({ tombstone, note, signed }) => (
          <li key={tombstone.run}>
            <strong>{shownLine(tombstone.title)}</strong>{' '}
            <span className={styles.note}>
              {tombstone.run} · {tombstone.mode}, {tombstone.phase}, {tombstone.events} events
            </span>
            <div title={utcText(tombstone.wall)}>
              Deleted {dateTimeText(tombstone.wall)} by {shownLine(tombstone.by)}: “
              {shownLine(tombstone.reason)}”
            </div>
            {!signed && (
              <div className={styles.problem}>
                This note is not signed by a key of this laptop: it may have been written by
                anybody.
              </div>
            )}
            <Button
              look="quiet"
              aria-label={`Save the signed note of ${tombstone.run}`}
              onClick={() => saveText(`${tombstone.run}.tombstone`, note)}
            >
              Save the signed note
            </Button>
          </li>
        ))}
      </ul>
    </details>
  )
}
