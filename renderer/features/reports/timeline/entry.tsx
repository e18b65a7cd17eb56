import { Pin, PinOff } from 'lucide-react'
import type { ReactNode } from 'react'
import type { TimelineEntry } from '../../../../main/core/report/timeline.ts'
import type { ReportClock } from '../../../../main/core/report/zone.ts'
import type { RunEvent } from '../../../../main/core/run/events.ts'
import shared from '../../../ui/timeline.module.css'
import styles from './timeline.module.css'

/** One event: when, in UTC and here; its sentence; and, where it is looked at, what the record has of it. */
export function Entry(props: {
  readonly entry: TimelineEntry
  /** Given where it is looked at. */
  readonly event: RunEvent | undefined
  readonly clock: ReportClock
  readonly pinned: boolean
  readonly address: string
  readonly onShow: (seq: number | undefined) => void
  readonly onPin: ((seq: number, pinned: boolean) => void) | undefined
}): ReactNode {
  const { entry, event, clock, pinned, address, onShow, onPin } = props
  const { seq, at, text, quote, tone, strong } = entry
  return (
    <div
      className={`${shared.entry} ${styles.entry}`}
      data-tone={tone}
      data-strong={strong === true ? '' : undefined}
      data-shown={event === undefined ? undefined : ''}
    >
      <time className={styles.time} dateTime={new Date(at).toISOString()} title={clock.both(at)}>
        {clock.utcTime(at)}
        {clock.localTime !== undefined && <small>{clock.localTime(at)}</small>}
      </time>
      <div className={shared.words}>
        <span>{text}</span>
        {quote !== undefined && <q className={shared.quote}>{quote}</q>}
        {event !== undefined && <Record event={event} clock={clock} />}
      </div>
      <div className={styles.marks}>
        <a
          data-event={seq}
          href={address}
          aria-label={`Event ${seq}`}
          aria-expanded={event !== undefined}
          title={event === undefined ? 'What the record has of it' : 'Close'}
          onClick={(click) => {
            if (event === undefined) return
            click.preventDefault()
            onShow(undefined)
          }}
        >
          {seq}
        </a>
        {onPin !== undefined && (
          <button
            type="button"
            className={styles.pin}
            aria-pressed={pinned}
            aria-label={`Event ${seq} in the summary`}
            title={pinned ? 'Take it out of the summary (p)' : 'Put it into the summary (p)'}
            onClick={() => onPin(seq, !pinned)}
          >
            {pinned ? <PinOff size={14} aria-hidden /> : <Pin size={14} aria-hidden />}
          </button>
        )}
        {onPin === undefined && pinned && <Pin size={14} role="img" aria-label="In the summary" />}
      </div>
    </div>
  )
}

/** The event itself: what its sentence is made from. */
function Record(props: { readonly event: RunEvent; readonly clock: ReportClock }): ReactNode {
  const { event, clock } = props
  return (
    <div className={styles.record} data-record={event.seq}>
      <dl>
        <dt>Event</dt>
        <dd>
          {event.seq}, {event.type}
        </dd>
        <dt>By</dt>
        <dd>
          {event.actor}, on {event.device}
        </dd>
        <dt>At</dt>
        <dd>{clock.both(event.wall)}</dd>
        <dt>Hash</dt>
        <dd>
          <code>{event.hash}</code>
        </dd>
      </dl>
      <pre tabIndex={0} aria-label={`What event ${event.seq} says`}>
        {JSON.stringify(event.data, undefined, 1)}
      </pre>
    </div>
  )
}
