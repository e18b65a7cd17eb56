import { useEffect, useRef, type ReactNode } from 'react'
import type { WatchedRecording } from '../../../main/contract/recordings.ts'
import { clockText, utcText } from '../../ui/time.ts'
import { markAt, type Stop } from './model/outline.ts'
import styles from './recording.module.css'

/** The recordings of a run, and the marks of the one that is shown. */
export function Outline(props: {
  readonly recordings: readonly WatchedRecording[]
  /** Number of the first one within the run, from 0. */
  readonly first: number
  readonly here: Stop
  readonly onChoose: (stop: Stop) => void
  readonly children: ReactNode
}): ReactNode {
  const { recordings, here, onChoose } = props
  return (
    <nav className={styles.outline} aria-label="Recordings of the run">
      <ol start={props.first + 1}>
        {recordings.map((recording, index) => (
          <li key={recording.label}>
            <button
              type="button"
              className={styles.chapter}
              aria-current={index === here.index ? 'true' : undefined}
              title={utcText(recording.began)}
              onClick={() => onChoose({ index, at: 0 })}
            >
              <span>{recording.title}</span>
              <span className={styles.quiet}>
                {recording.target} · {clockText(recording.durationMs)}
              </span>
            </button>
            {index === here.index && (
              <Marks
                recording={recording}
                at={here.at}
                onChoose={(at) => onChoose({ index, at })}
              />
            )}
          </li>
        ))}
      </ol>
      {props.children}
    </nav>
  )
}

function Marks(props: {
  readonly recording: WatchedRecording
  readonly at: number
  readonly onChoose: (at: number) => void
}): ReactNode {
  const { recording, onChoose } = props
  const { marks, moreMarks } = recording
  const passed = markAt(recording, props.at)
  const current = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (passed !== undefined) current.current?.scrollIntoView({ block: 'nearest' })
  }, [passed])
  if (marks.length === 0) return null
  return (
    <ol className={styles.marks} aria-label={`Marks in ${recording.title}`}>
      {marks.map((mark, index) => (
        <li key={mark.seq}>
          <button
            ref={index === passed ? current : undefined}
            type="button"
            className={styles.mark}
            aria-current={index === passed ? 'true' : undefined}
            onClick={() => onChoose(mark.at)}
          >
            <time>{clockText(mark.at)}</time> <span>{mark.text}</span>
          </button>
        </li>
      ))}
      {moreMarks > 0 && <li className={styles.quiet}>{moreMarks} more stand in the timeline.</li>}
    </ol>
  )
}
