import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react'
import { bytesText } from '../../../main/core/report/duration.ts'
import { shownText } from '../../../main/core/report/hostile.ts'
import type { WatchedRecording } from '../../../main/contract/recordings.ts'
import { Controls } from './controls.tsx'
import type { Stop } from './model/outline.ts'
import { choose } from './model/choices.ts'
import { SPEEDS } from './model/player.ts'
import styles from './recording.module.css'
import { usePlayer, type Loading } from './use-player.ts'
import { usePlayerKeys } from './use-player-keys.ts'

const TOLD_MS = 100

/** One recording: what it is, its screen, and what moves it. */
export function PlayerView(props: {
  readonly run: string
  readonly recording: WatchedRecording
  /** Which of how many it is, from 1. */
  readonly number: number
  readonly total: number
  /** Another object is another wish to be there. */
  readonly start: { readonly stop: Stop; readonly playing: boolean }
  readonly onAt: (at: number) => void
  readonly onStep: (by: 1 | -1, playing: boolean) => void
  readonly onEnded: () => void
}): ReactNode {
  const { run, recording, start, onAt, onEnded } = props
  const box = useRef<HTMLDivElement>(null)
  const { player, view, loading } = usePlayer(
    run,
    recording,
    { at: start.stop.at, playing: start.playing },
    box,
  )
  const wished = useRef(start)
  useEffect(() => {
    if (wished.current === start) return
    wished.current = start
    player?.seek(start.stop.at)
    if (start.playing) player?.play()
  }, [start, player])
  const tellAt = useEffectEvent(onAt)
  // While it plays, the list beside it need not hear of every frame.
  const told = view.playing ? Math.ceil(view.at / TOLD_MS) * TOLD_MS : view.at
  useEffect(() => tellAt(told), [told])
  const tellEnd = useEffectEvent(onEnded)
  useEffect(() => {
    if (view.ended) tellEnd()
  }, [view.ended])
  const speed = (by: 1 | -1): void => {
    const at = SPEEDS.findIndex((one) => one === view.speed)
    const next = SPEEDS[at + by]
    if (next === undefined) return
    choose({ speed: next })
    player?.setSpeed(next)
  }
  const toggle = (): void => (view.playing ? player?.pause() : player?.play())
  const step = (by: 1 | -1): void => props.onStep(by, view.playing)
  usePlayerKeys({
    toggle,
    step,
    faster: speed,
    seekBy: (by) => player?.seek(view.at + by),
    seekTo: (end) => player?.seek(end === 'begin' ? 0 : player.endMs),
  })
  return (
    <section
      className={styles.player}
      data-complete={view.complete ? '' : undefined}
      aria-label={`Recording ${props.number} of ${props.total}`}
    >
      <header className={styles.what}>
        <h2>{recording.title}</h2>
        <p className={styles.quiet}>
          Recording {props.number} of {props.total}, on {recording.target}; {recording.outcome}
        </p>
        {recording.command !== undefined && (
          <pre className={styles.command} tabIndex={0} aria-label="What was sent">
            {shownText(recording.command.trimEnd())}
          </pre>
        )}
      </header>
      <Absences run={run} recording={recording} loading={loading} complete={view.complete} />
      <div className={styles.stage} data-sized={recording.forScreen ? '' : undefined}>
        <div ref={box} className={styles.terminal} data-at={Math.round(view.at)} />
      </div>
      <Controls
        view={view}
        endMs={player?.endMs ?? recording.durationMs}
        began={recording.began}
        onToggle={toggle}
        onSeek={(at) => player?.seek(at)}
        onStep={step}
        onSpeed={(to) => {
          choose({ speed: to })
          player?.setSpeed(to)
        }}
        onShortens={(shortens) => {
          choose({ shortens })
          player?.setShortens(shortens)
        }}
      />
    </section>
  )
}

/** What is not to be seen here, and why. */
function Absences(props: {
  readonly run: string
  readonly recording: WatchedRecording
  readonly loading: Loading
  readonly complete: boolean
}): ReactNode {
  const { run, recording, loading } = props
  const nothing = props.complete && !loading.shows && loading.problem === undefined
  const words = [
    ...recording.absences.map((absence) => `${absence}.`),
    ...(nothing && recording.absences.length === 0 ? ['It printed nothing.'] : []),
    ...(loading.withheld === undefined
      ? []
      : [
          `Only the beginning is shown here, ${bytesText(recording.bytes - loading.withheld)} of ${bytesText(recording.bytes)}. All of it is recorded: “muster export ${run} --format cast --recording ${recording.seq}” writes it whole.`,
        ]),
  ]
  return (
    <div role="status" className={styles.absences}>
      {words.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {loading.problem !== undefined && (
        <p className={styles.problem}>It cannot be read: {loading.problem}</p>
      )}
    </div>
  )
}
