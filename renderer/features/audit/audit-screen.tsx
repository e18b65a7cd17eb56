import { useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { addressOf } from '../../app/route.ts'
import { Button } from '../../ui/button.tsx'
import styles from './audit.module.css'
import { auditStore, cancelWork, makePack } from './audit-store.ts'
import { ScrollerContext } from './long-table.tsx'
import { PackView } from './pack-view.tsx'
import { PeriodFields } from './period-fields.tsx'
import { chosenPeriod, commandLine, currentQuarter } from './period-choice.ts'
import { WorkProgress } from './work-progress.tsx'

/** All runs of a period in one document: looked at here, and written as a file. */
export function AuditScreen(): ReactNode {
  const { choice: kept, making, pack, view } = useStore(auditStore)
  const [first] = useState(() =>
    currentQuarter(Date.now(), Intl.DateTimeFormat().resolvedOptions().timeZone),
  )
  /** Somebody waits for the answer: a pack that was made before is not announced again. */
  const [asked, setAsked] = useState(false)
  // State, not a reference: on the way back to a pack the tables are there before their scroller is.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const choice = kept ?? first
  const chosen = chosenPeriod(choice)
  const isWorking = making.kind === 'working'
  return (
    <div className={styles.screen} ref={setScroller}>
      <div>
        <header>
          <h1>Audit pack</h1>
          <p className={styles.quiet}>
            Every run of a period, whatever became of it: each is read from the log and verified.
            Nothing is changed by it. <a href={addressOf({ screen: 'runs' })}>All runs</a>
          </p>
        </header>
        <form
          className={styles.form}
          aria-label="The period"
          onSubmit={(event) => {
            event.preventDefault()
            if (!chosen.ok || isWorking) return
            setAsked(true)
            void makePack(chosen)
          }}
        >
          <PeriodFields
            choice={choice}
            chosen={chosen}
            onChange={(next) => auditStore.setState({ choice: next })}
          />
          <div className={styles.actions}>
            <Button type="submit" look="primary" disabled={!chosen.ok || isWorking}>
              Make the pack
            </Button>
            {isWorking ? (
              <WorkProgress
                label="Reading the runs"
                progress={making.progress}
                cancelling={making.cancelling}
                onCancel={() => void cancelWork('making')}
              />
            ) : (
              chosen.ok && (
                <p className={styles.quiet}>
                  {chosen.title}. In a terminal: <code>{commandLine(choice)}</code>
                </p>
              )
            )}
          </div>
          <div role="status">
            {making.kind === 'cancelled' && <p>Cancelled. Nothing was changed.</p>}
          </div>
          <div role="alert">
            {making.kind === 'failed' && <p className={styles.problem}>{making.message}</p>}
          </div>
        </form>
        <ScrollerContext value={scroller}>
          {scroller !== null && pack !== undefined && (
            <PackView
              key={`${pack.digest} ${pack.madeAt}`}
              pack={pack}
              view={view}
              announce={asked}
            />
          )}
        </ScrollerContext>
      </div>
    </div>
  )
}
