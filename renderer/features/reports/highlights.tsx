import { PinOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { MOST_HIGHLIGHTS, type TimelineEntry } from '../../../main/core/report/timeline.ts'
import type { ReportClock } from '../../../main/core/report/zone.ts'
import type { Places } from '../../ui/tree.tsx'
import styles from './reports.module.css'

/** What mattered: the events that people chose, else those that stand out. Each leads to its event. */
export function Highlights(props: {
  readonly of: readonly TimelineEntry[]
  readonly chosen: boolean
  readonly clock: ReportClock
  readonly places: Places
  readonly onUnpin: ((seq: number) => void) | undefined
}): ReactNode {
  const { of, chosen, clock, places, onUnpin } = props
  return (
    <div className={styles.highlights}>
      <h3>{chosen ? 'What mattered, as chosen' : 'What stood out'}</h3>
      {of.length === 0 && <p>Nothing.</p>}
      <ol aria-label={chosen ? 'What mattered, as chosen' : 'What stood out'}>
        {of.map(({ seq, at, text, quote, tone }) => (
          <li key={seq} data-tone={tone} data-highlight={seq}>
            <time dateTime={new Date(at).toISOString()} title={clock.both(at)}>
              {clock.utcTime(at)}
              {clock.localTime !== undefined && <small>{clock.localTime(at)}</small>}
            </time>
            <div className={styles.words}>
              <a
                href={places.addressOf(`#e${seq}`)}
                onClick={() => places.onFollow?.(`#e${seq}`)}
                title={`Event ${seq} in the timeline`}
              >
                {text}
              </a>
              {quote !== undefined && <div className={styles.quote}>{quote}</div>}
            </div>
            {chosen && onUnpin !== undefined && (
              <button
                type="button"
                className={styles.unpin}
                aria-label={`Take event ${seq} out of the summary`}
                title="Take it out of the summary"
                onClick={() => onUnpin(seq)}
              >
                <PinOff size={14} aria-hidden />
              </button>
            )}
          </li>
        ))}
      </ol>
      {!chosen && of.length >= MOST_HIGHLIGHTS && (
        <p className={styles.quiet}>
          The first {MOST_HIGHLIGHTS} that stand out. “Stands out” in the timeline has all of them;
          what is chosen there takes their place here.
        </p>
      )}
    </div>
  )
}
