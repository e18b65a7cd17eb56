import { Pause, Play, SkipBack, SkipForward } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Key } from '../../ui/key.tsx'
import { clockText, dateTimeText, utcText } from '../../ui/time.ts'
import { SPEEDS, type PlayerView } from './model/player.ts'
import styles from './recording.module.css'

const HOUR_MS = 3_600_000

const localTime = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** The slider moves by this, in milliseconds. */
function stepOf(endMs: number): number {
  return endMs > HOUR_MS ? 10_000 : endMs > 60_000 ? 1_000 : 100
}

/** With tenths of a second where there are few seconds. */
function timeText(at: number, endMs: number): string {
  const tenths = Math.floor((at % 1000) / 100)
  return endMs < 60_000 ? `${clockText(at)}.${tenths}` : clockText(at)
}

/** What moves a player. */
export function Controls(props: {
  readonly view: PlayerView
  readonly endMs: number
  /** Epoch milliseconds. */
  readonly began: number
  readonly onToggle: () => void
  readonly onSeek: (at: number) => void
  readonly onStep: (by: 1 | -1) => void
  readonly onSpeed: (speed: number) => void
  readonly onShortens: (shortens: boolean) => void
}): ReactNode {
  const { view, endMs, began, onStep } = props
  const moment = began + view.at
  const step = stepOf(endMs)
  // Whole steps, so that its end is the end.
  const most = Math.max(1, Math.ceil(endMs / step)) * step
  return (
    <div className={styles.controls} role="group" aria-label="Player">
      <input
        type="range"
        className={styles.slider}
        aria-label="Time"
        aria-valuetext={`${timeText(view.at, endMs)} of ${timeText(endMs, endMs)}`}
        min={0}
        max={most}
        step={step}
        value={view.at >= endMs ? most : view.at}
        onChange={(event) => props.onSeek(Number(event.currentTarget.value))}
      />
      <div className={styles.bar}>
        <Button look="primary" onClick={props.onToggle}>
          {view.playing ? <Pause size="1em" aria-hidden /> : <Play size="1em" aria-hidden />}{' '}
          {view.playing ? 'Pause' : 'Play'} <Key>Space</Key>
        </Button>
        <Button onClick={() => onStep(-1)} aria-label="Previous mark">
          <SkipBack size="1em" aria-hidden /> <Key>[</Key>
        </Button>
        <Button onClick={() => onStep(1)} aria-label="Next mark">
          <SkipForward size="1em" aria-hidden /> <Key>]</Key>
        </Button>
        <span className={styles.clock}>
          {timeText(view.at, endMs)} / {timeText(endMs, endMs)}
        </span>
        <span className={styles.moment} title={`${dateTimeText(moment)} here`}>
          <time dateTime={new Date(moment).toISOString()}>{utcText(moment)}</time>
          <span className={styles.quiet}> · {localTime.format(moment)} here</span>
        </span>
        <label className={styles.choice}>
          Speed{' '}
          <select
            value={view.speed}
            onChange={(event) => props.onSpeed(Number(event.currentTarget.value))}
          >
            {SPEEDS.map((speed) => (
              <option key={speed} value={speed}>
                {speed}×
              </option>
            ))}
          </select>
        </label>
        <label className={styles.choice}>
          <input
            type="checkbox"
            checked={view.shortens}
            onChange={(event) => props.onShortens(event.currentTarget.checked)}
          />{' '}
          Shorten silence
        </label>
        {!view.complete && (
          <span className={styles.quiet} role="status">
            Reading…
          </span>
        )}
      </div>
    </div>
  )
}
