import { durationText } from '../duration.ts'
import { DEVIATIONS } from '../outcome-words.ts'
import { outcomeText } from '../words.ts'
import type { PackRun } from './pack.ts'

/** Deviations, outcomes that nobody saw, and times without Muster, in the words that are the same everywhere. */
export interface PackException {
  /** Epoch milliseconds. */
  readonly at: number
  /** The event that says it. */
  readonly seq: number
  readonly tone: 'unknown' | 'warning'
  readonly what: string
  readonly step?: string
  /** By whom, or to what. */
  readonly says: string
  /** Nobody has settled it. */
  readonly unsettled: boolean
  /** What a person gave as the reason. */
  readonly reason?: string
}

/** What was out of the ordinary in a run, in the order in which it happened. */
export function exceptionsOf(run: PackRun): readonly PackException[] {
  return [
    ...run.unknowns.map(({ seq, at, target, host, outcome, settled }): PackException => {
      const where = `${target}${host === undefined ? '' : `, ${host}`}: it ${outcomeText(outcome)}`
      return {
        at,
        seq,
        tone: 'unknown',
        what: 'Outcome that nobody saw',
        says: settled === undefined ? where : `${where}; ${settled.by} settled it as ${settled.as}`,
        unsettled: settled === undefined,
        ...(settled !== undefined && { reason: settled.reason }),
      }
    }),
    ...run.deviations.map(({ seq, at, by, kind, step, reason }): PackException => ({
      at,
      seq,
      tone: 'warning',
      what: DEVIATIONS[kind] ?? kind,
      ...(step !== undefined && { step }),
      says: by === 'muster' ? 'Muster' : by,
      unsettled: false,
      reason,
    })),
    ...run.gaps.map(({ seq, from, to, after }): PackException => ({
      at: from,
      seq,
      tone: 'warning',
      what: after === 'crash' ? 'Muster ended without closing the run' : 'Muster was closed',
      says:
        to === undefined ? 'not resumed' : `resumed after ${durationText(Math.max(0, to - from))}`,
      unsettled: false,
    })),
  ].toSorted((left, right) => left.at - right.at || left.seq - right.seq)
}
