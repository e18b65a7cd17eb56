import type { ReactNode } from 'react'
import { utcText } from '../../../../main/core/report/duration.ts'
import type { TimelineEntry } from '../../../../main/core/report/timeline.ts'
import { addressOf } from '../../../app/route.ts'
import { timeText } from '../model/duration.ts'
import { useRun } from '../screen/run-context.ts'
import { openRecorded } from '../terminal/open-recorded.ts'
import shared from '../../../ui/timeline.module.css'
import styles from './timeline.module.css'

/** Events from which on something can be watched: a recording, or what was recorded around that moment. */
const WATCHED: ReadonlySet<TimelineEntry['type']> = new Set([
  'block.finished',
  'block.host-finished',
  'block.batch-checked',
  'block.resolved',
  'terminal.closed',
  'step.begun',
  'step.finished',
  'decision.made',
  'severity.changed',
  'note.added',
  'inject.given',
])

/** An event as a sentence, with what can be looked at. */
export function EntryLine({ entry }: { readonly entry: TimelineEntry }): ReactNode {
  const view = useRun()
  const { block } = entry
  const attempt =
    block === undefined
      ? undefined
      : view.state.blocks[block]?.attempts.find((one) => one.number === entry.attempt)
  const host =
    entry.host === undefined ? undefined : attempt?.hosts?.find((one) => one.host === entry.host)
  const output = (host ?? attempt)?.stdout ?? (host ?? attempt)?.stderr
  return (
    <div
      className={`${shared.entry} ${styles.entry}`}
      data-tone={entry.tone}
      data-strong={entry.strong === true ? '' : undefined}
      data-type={entry.type}
    >
      <time
        className={styles.time}
        dateTime={new Date(entry.at).toISOString()}
        title={`${utcText(entry.at)}, event ${entry.seq}`}
      >
        {timeText(entry.at)}
      </time>
      <div className={shared.words}>
        <span>{entry.text}</span>
        {entry.quote === undefined ? null : <q className={shared.quote}>{entry.quote}</q>}
        {entry.type === 'attachment.added' ? (
          <button
            type="button"
            className={styles.open}
            onClick={() => view.screen.getState().set({ viewing: entry.seq })}
          >
            Look at it
          </button>
        ) : null}
        {view.state.mode !== 'walkthrough' && WATCHED.has(entry.type) && (
          <a
            className={styles.open}
            href={addressOf({ screen: 'recording', run: view.run, of: entry.seq })}
            aria-label={`Watch from event ${entry.seq} on`}
          >
            Watch
          </a>
        )}
        {attempt === undefined || output === undefined || block === undefined ? null : (
          <button
            type="button"
            className={styles.open}
            onClick={() => openRecorded(view, attempt, block, host)}
          >
            Output
          </button>
        )}
      </div>
    </div>
  )
}
