import { CircleAlert, Eye, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RunSummary } from '../../main/contract/requests.ts'
import { ModeBadge } from '../ui/mode-badge.tsx'
import { clockText, durationText } from '../ui/time.ts'
import { useNow } from '../ui/use-now.ts'
import styles from './app.module.css'
import { useApp } from './app-store.ts'
import { addressOf, useRoute } from './route.ts'

function clockOf(
  run: RunSummary,
  now: number,
): {
  readonly label: string
  readonly text: string
  readonly late: string | undefined
} {
  const passed = now - (run.declaredAt ?? run.startedAt)
  return {
    label: run.declaredAt === undefined ? 'since start' : 'since declared',
    text: clockText(passed),
    late:
      run.rtoMs !== undefined && passed > run.rtoMs
        ? `over the objective of ${durationText(run.rtoMs)}`
        : undefined,
  }
}

/** A run that is going on, with its clock, on every screen that is not the run itself. */
function RunBanner(props: {
  readonly run: RunSummary
  /** Which of how many it is, from 1. */
  readonly at: number
  readonly of: number
}): ReactNode {
  const { run, at, of } = props
  const now = useNow(1000)
  const clock = clockOf(run, now)
  return (
    <section
      className={styles.going}
      data-mode={run.mode}
      // Two runs of one runbook are two places of the page.
      aria-label={`Going on${of > 1 ? `, ${at} of ${of}` : ''}: ${run.title}`}
    >
      <ModeBadge mode={run.mode} />
      {run.severity !== undefined && <strong>{run.severity}</strong>}
      <a
        href={addressOf({ screen: 'run', run: run.run })}
        className={styles.goingTitle}
        title={run.title}
      >
        {run.title}
      </a>
      <span
        className={styles.goingWho}
        title={`${run.steps.settled} of ${run.steps.total} steps settled, commanded by ${run.commander}`}
      >
        {run.phase === 'paused' ? 'paused · ' : ''}
        {run.steps.settled}/{run.steps.total} steps · {run.commander}
      </span>
      <span className={styles.goingClock} role="timer" data-late={clock.late !== undefined}>
        <strong className={styles.clock}>{clock.text}</strong> {clock.label}
        {clock.late === undefined ? '' : `, ${clock.late}`}
      </span>
    </section>
  )
}

/** What must not be overlooked, whatever screen is shown. */
export function Banners(): ReactNode {
  const connected = useApp((state) => state.connected)
  const connection = useApp((state) => state.connection)
  const trouble = useApp((state) => state.trouble)
  const readOnly = useApp((state) => state.info?.readOnly)
  const unfinished = useApp((state) => state.unfinished)
  const route = useRoute()
  const here = route.screen === 'run' ? route.run : undefined
  return (
    <div className={styles.banners} data-banners="">
      {unfinished
        .filter((run) => run.open && run.run !== here)
        .map((run, index, all) => (
          <RunBanner key={run.run} run={run} at={index + 1} of={all.length} />
        ))}
      <div role="alert">
        {trouble !== undefined && (
          <div className={styles.banner} data-tone="trouble">
            <CircleAlert size={22} aria-hidden />
            <p>
              <strong>Not everything is being recorded.</strong> {trouble}
            </p>
          </div>
        )}
        {!connected && (
          <div className={styles.banner} data-tone="bad">
            <Unplug size={18} aria-hidden />
            <p>{connection ?? 'Connecting to Muster…'}</p>
          </div>
        )}
      </div>
      {readOnly !== undefined && (
        <div className={styles.banner} data-tone="warning" role="status">
          <Eye size={18} aria-hidden />
          <p>
            <strong>Read only.</strong> {readOnly}
          </p>
        </div>
      )}
    </div>
  )
}
