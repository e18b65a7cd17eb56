import type { ReactNode } from 'react'
import type { RunSummary } from '../../main/contract/requests.ts'
import styles from './app.module.css'
import { useApp } from './app-store.ts'
import { addressOf, useRoute } from './route.ts'
import { clockText } from '../ui/time.ts'
import { useNow } from '../ui/use-now.ts'

/** A run that is going on, with its clock, on every screen that is not the run itself. */
function RunBanner({ run }: { readonly run: RunSummary }): ReactNode {
  const now = useNow(1000)
  return (
    <div className={styles.banner} data-tone="live">
      <span className={styles.dot} data-mode={run.mode} aria-hidden />
      <span>
        {run.mode} · {run.severity ?? run.phase} ·{' '}
        <a href={addressOf({ screen: 'run', run: run.run })}>{run.title}</a>
      </span>
      <span className={styles.clock}>{clockText(now - run.startedAt)}</span>
    </div>
  )
}

/** What must not be overlooked, whatever screen is shown. */
export function Banners(): ReactNode {
  const { connected, connection, trouble, info, unfinished } = useApp((state) => state)
  const route = useRoute()
  const here = route.screen === 'run' ? route.run : undefined
  return (
    <div>
      <div role="alert">
        {!connected && (
          <div className={styles.banner} data-tone="bad">
            {connection ?? 'Connecting to Muster…'}
          </div>
        )}
        {trouble !== undefined && (
          <div className={styles.banner} data-tone="bad">
            Not everything is being recorded. {trouble}
          </div>
        )}
      </div>
      {info?.readOnly !== undefined && (
        <div className={styles.banner} data-tone="warning" role="status">
          {info.readOnly}
        </div>
      )}
      {unfinished
        .filter((run) => run.open && run.run !== here)
        .map((run) => (
          <RunBanner key={run.run} run={run} />
        ))}
    </div>
  )
}
