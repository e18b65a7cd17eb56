import { useEffect, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { client } from '../../api/index.ts'
import { createRunStore, type RunStore } from '../../api/run-store.ts'
import { useApp } from '../../app/app-store.ts'
import { addressOf } from '../../app/route.ts'
import { counted } from '../../ui/counted.ts'
import { Attachments } from './attachments.tsx'
import { Checkpoints } from './checkpoints.tsx'
import { DeleteRun } from './delete-run.tsx'
import styles from './evidence.module.css'
import { Outputs } from './outputs.tsx'

/** What stands behind a run: words for somebody outside, who has them, what was taken out, and its deletion. */
export function EvidenceScreen({ run }: { readonly run: string }): ReactNode {
  const [store, setStore] = useState<RunStore>()
  useEffect(() => {
    const opened = createRunStore(client, run)
    // What is followed belongs to this effect: it opens and closes with it.
    // oxlint-disable-next-line react/set-state-in-effect
    setStore(opened)
    return () => opened.getState().dispose()
  }, [run])
  return store === undefined ? <Reading /> : <Evidence store={store} />
}

function Reading(): ReactNode {
  return (
    <p role="status" className={styles.alone}>
      Reading the record…
    </p>
  )
}

function Evidence({ store }: { readonly store: RunStore }): ReactNode {
  const isReadOnly = useApp((app) => app.info?.readOnly !== undefined)
  const { run, status, problem, summary, state, events, missingSecrets } = useStore(store)
  if (status === 'failed')
    return (
      <p role="alert" className={styles.alone}>
        This record cannot be read: {problem} <a href={addressOf({ screen: 'runs' })}>All runs</a>
      </p>
    )
  if (status === 'loading' || summary === undefined || state === undefined) return <Reading />
  return (
    <div className={styles.screen} data-evidence={run} data-events={state.seq}>
      <header className={styles.head}>
        <h1>Evidence</h1>
        <p>
          <a href={addressOf({ screen: 'run', run })}>{summary.title}</a>{' '}
          <span className={styles.quiet}>
            {run} · {counted(state.seq, 'event')}
          </span>{' '}
          <a href={addressOf({ screen: 'verify', run })}>Verify this record</a>
        </p>
      </header>
      <Checkpoints run={run} state={state} isReadOnly={isReadOnly} />
      <Attachments
        run={run}
        state={state}
        unknownSecrets={summary.open ? missingSecrets : state.secretInputs}
        isReadOnly={isReadOnly}
      />
      <Outputs run={run} state={state} events={events} isReadOnly={isReadOnly} />
      <DeleteRun run={run} title={summary.title} phase={state.phase} isReadOnly={isReadOnly} />
    </div>
  )
}
