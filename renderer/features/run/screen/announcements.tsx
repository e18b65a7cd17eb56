import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { RunEvent } from '../../../../main/core/run/events.ts'
import { dateTimeText } from '../model/duration.ts'
import { entryOf, type TimelineEntry } from '../../../../main/core/report/timeline.ts'
import { useRun } from './run-context.ts'
import styles from './screen.module.css'

/** Events whose sentence is spoken: outcomes, and what other people did that changes what is next. */
const SPOKEN: ReadonlySet<RunEvent['type']> = new Set([
  'block.finished',
  'block.batch-checked',
  'step.finished',
  'step.not-needed',
  'approval.granted',
  'approval.refused',
  'role.offered',
  'role.accepted',
  'severity.changed',
  'inject.given',
  'run.paused',
  'run.resumed',
  'run.finished',
  'run.aborted',
])

/** The first hosts that fail are news; of a hundred, the sentence about all of them says enough. */
const SPOKEN_HOSTS = 3

function failsOnHost(event: RunEvent): boolean {
  return event.type === 'block.host-finished' && !event.data.passed
}

function hostsBefore(entries: readonly TimelineEntry[], index: number): number {
  return entries.slice(0, index).filter(({ host }) => host !== undefined).length
}

/** Says outcomes to screen readers: failures at once, the rest when there is a pause. */
export function Announcements(): ReactNode {
  const { events, names } = useRun()
  const seen = useRef(events.at(-1)?.seq ?? 0)
  const [polite, setPolite] = useState('')
  const [assertive, setAssertive] = useState('')
  useEffect(() => {
    const fresh = events.filter((event) => event.seq > seen.current)
    seen.current = events.at(-1)?.seq ?? seen.current
    const spoken = fresh
      .filter((event) => SPOKEN.has(event.type) || failsOnHost(event))
      .map((event) => entryOf(event, names, dateTimeText))
    const urgent = spoken
      .filter((entry) => entry.tone === 'bad' || entry.tone === 'unknown')
      .filter(
        (entry, index, all) => entry.host === undefined || hostsBefore(all, index) < SPOKEN_HOSTS,
      )
    const calm = spoken.filter((entry) => entry.tone !== 'bad' && entry.tone !== 'unknown')
    if (urgent.length > 0) setAssertive(urgent.map((entry) => entry.text).join(' '))
    if (calm.length > 0) setPolite(calm.map((entry) => entry.text).join(' '))
  }, [events, names])
  return (
    <>
      <div className={styles.hidden} role="status" aria-live="polite" data-announce="polite">
        {polite}
      </div>
      <div className={styles.hidden} role="alert" aria-live="assertive" data-announce="assertive">
        {assertive}
      </div>
    </>
  )
}
