import { useEffect, useEffectEvent, useState } from 'react'
import type { Report } from '../../../main/core/report/report.ts'
import type { ReportKind } from '../../../main/core/run/reports.ts'
import { client, RequestError } from '../../api/index.ts'
import { useApp } from '../../app/app-store.ts'
import { wordsOf } from '../../ui/words.ts'

/** While a run goes on its report is made anew at most this often. */
const PAUSE_MS = 1_000

export interface LoadedReport {
  readonly report: Report | undefined
  readonly problem: string | undefined
  /** The record is being checked. */
  readonly verifying: boolean
  readonly verify: () => void
}

/** The computed report of a run, made anew when the run has moved on to event `seq`: one question at a time. */
export function useReport(run: string, kind: ReportKind, seq: number): LoadedReport {
  const connected = useApp((state) => state.connected)
  const [report, setReport] = useState<Report>()
  const [problem, setProblem] = useState<string>()
  /** The event after which a check was last asked for. */
  const [checked, setChecked] = useState<number>()
  const isShown = report?.kind === kind
  const verifying = checked === seq && (!isShown || report.verification === undefined)
  const ask = useEffectEvent((_key: string): (() => void) | undefined => {
    if (!connected) return undefined
    let current = true
    const verify = checked === seq
    const load = async (): Promise<void> => {
      try {
        const made = await client.request('reports.get', { run, report: kind, verify })
        if (!current) return
        setReport(made)
        setProblem(undefined)
      } catch (error) {
        if (!current || (error instanceof RequestError && error.code === 'disconnected')) return
        setProblem(wordsOf(error))
        setChecked(undefined)
      }
    }
    // The first one at once; those after it wait until it is quiet for a moment.
    const timer = setTimeout(() => void load(), isShown && !verify ? PAUSE_MS : 0)
    return () => {
      current = false
      clearTimeout(timer)
    }
  })
  // Plain data: the same text is the same question.
  const key = JSON.stringify([run, kind, seq, connected, checked])
  useEffect(() => ask(key), [key])
  return {
    report: isShown ? report : undefined,
    problem,
    verifying,
    verify: () => setChecked(seq),
  }
}
