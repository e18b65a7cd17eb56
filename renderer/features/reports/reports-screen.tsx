import { useEffect, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { ReportKind } from '../../../main/core/run/reports.ts'
import { client } from '../../api/index.ts'
import { createRunStore, type RunStore } from '../../api/run-store.ts'
import { addressOf } from '../../app/route.ts'
import { ReportView } from './report-view.tsx'
import styles from './reports.module.css'

/** The reports of a run: what was computed of it, and what people write about it. */
export function ReportsScreen(props: {
  readonly run: string
  /** Which report; the one that fits the run where none is named. */
  readonly report: ReportKind | undefined
  /** What of it is shown first: `e12`, `f-owner`. */
  readonly place: string | undefined
}): ReactNode {
  const { run } = props
  const [store, setStore] = useState<RunStore>()
  useEffect(() => {
    const opened = createRunStore(client, run)
    // What is followed belongs to this effect: it opens and closes with it.
    // oxlint-disable-next-line react/set-state-in-effect
    setStore(opened)
    return () => opened.getState().dispose()
  }, [run])
  return store === undefined ? (
    <Reading />
  ) : (
    <Followed store={store} report={props.report} place={props.place} />
  )
}

function Reading(): ReactNode {
  return (
    <p role="status" className={styles.alone}>
      Reading the record…
    </p>
  )
}

function Followed(props: {
  readonly store: RunStore
  readonly report: ReportKind | undefined
  readonly place: string | undefined
}): ReactNode {
  const { run, status, problem, summary, state, events } = useStore(props.store)
  if (status === 'failed')
    return (
      <p role="alert" className={styles.alone}>
        This record cannot be read: {problem} <a href={addressOf({ screen: 'runs' })}>All runs</a>
      </p>
    )
  if (status === 'loading' || summary === undefined || state === undefined) return <Reading />
  const kind = props.report ?? (state.mode === 'live' ? 'post-mortem' : 'after-action')
  return (
    <ReportView
      key={kind}
      run={run}
      kind={kind}
      place={props.place}
      state={state}
      events={events}
    />
  )
}
