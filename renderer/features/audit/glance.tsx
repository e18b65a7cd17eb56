import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { shownLine } from '../../../main/core/report/hostile.ts'
import type { AuditPack } from '../../../main/core/report/pack/pack.ts'
import { modesText } from '../../../main/core/report/pack/words.ts'
import { addressOf } from '../../app/route.ts'
import { counted } from '../../ui/counted.ts'
import styles from './audit.module.css'
import type { PackTab, PackView } from './audit-store.ts'
import type { RunFilter } from './run-filter.ts'

const MOST_PROBLEMS = 20

interface Tile {
  readonly name: string
  readonly value: string | number
  readonly note: string
  readonly tone?: 'bad' | 'warning' | 'unknown' | 'good' | undefined
  readonly tab: PackTab
  readonly filter?: RunFilter
}

function tilesOf({ totals }: AuditPack): readonly Tile[] {
  const some = <T extends string>(number: number, tone: T): T | undefined =>
    number > 0 ? tone : undefined
  const judged = totals.met + totals.missed + totals.notCompleted
  const lost = totals.deleted + totals.unreadable
  return [
    {
      name: 'Runs that began',
      value: totals.population,
      note: `${modesText(totals)}${totals.carriedOver === 0 ? '' : `; ${totals.carriedOver} more carried over`}`,
      tab: 'runs',
    },
    {
      name: 'Completed',
      value: totals.completed,
      note: 'no step failed or left undone',
      tab: 'runs',
      filter: 'completed',
    },
    {
      name: 'Not everything done',
      value: totals.notEverything,
      note: 'finished, a step failed or undone',
      tone: some(totals.notEverything, 'bad'),
      tab: 'runs',
      filter: 'not-everything',
    },
    {
      name: 'Aborted',
      value: totals.aborted,
      note: 'before the end',
      tone: some(totals.aborted, 'bad'),
      tab: 'runs',
      filter: 'aborted',
    },
    {
      name: 'Not ended',
      value: totals.open,
      note: 'going on, or interrupted',
      tone: some(totals.open, 'warning'),
      tab: 'runs',
      filter: 'open',
    },
    {
      name: 'Without a record',
      value: lost,
      note: `${totals.deleted} deleted, ${totals.unreadable} unreadable`,
      tone: totals.unreadable > 0 ? 'bad' : some(lost, 'warning'),
      tab: 'gone',
    },
    {
      name: 'Recovery objective met',
      value: judged === 0 ? 'none set' : `${totals.met} of ${judged}`,
      note:
        judged === 0
          ? 'in runs that have ended'
          : `${totals.missed} missed, ${totals.notCompleted} in time, not completed`,
      tone: some(totals.missed + totals.notCompleted, 'bad'),
      tab: 'recovery',
    },
    {
      name: 'Outcomes nobody saw',
      value: totals.unknowns,
      note: `${totals.unsettled} not settled`,
      tone: some(totals.unknowns, 'unknown'),
      tab: 'exceptions',
    },
    {
      name: 'Deviations',
      value: totals.deviations,
      note: 'each with its reason',
      tone: some(totals.deviations, 'warning'),
      tab: 'exceptions',
    },
    {
      name: 'Approvals',
      value: totals.granted,
      note: `${totals.refused} refused`,
      tone: some(totals.refused, 'warning'),
      tab: 'approvals',
    },
    {
      name: 'Redactions',
      value: totals.redactions,
      note: 'outputs taken out',
      tone: some(totals.redactions, 'warning'),
      tab: 'redactions',
    },
    {
      name: 'Records verified',
      value: `${totals.verified} of ${totals.verified + totals.notVerified}`,
      note: `${totals.notVerified} with problems, ${totals.witnessed} with a witness`,
      tone: totals.notVerified > 0 ? 'bad' : some(totals.verified, 'good'),
      tab: 'runs',
      filter: totals.notVerified > 0 ? 'not-verified' : 'all',
    },
  ]
}

/** The figures of a pack; each leads to what it counts. */
export function Glance(props: {
  readonly pack: AuditPack
  readonly onShow: (view: PackView) => void
}): ReactNode {
  return (
    <ul className={styles.tiles} aria-label="At a glance">
      {tilesOf(props.pack).map(({ name, value, note, tone, tab, filter = 'all' }) => (
        <li key={name}>
          <button type="button" onClick={() => props.onShow({ tab, filter, query: '' })}>
            <span className={styles.quiet}>{name}</span>
            <strong data-tone={tone}>{value}</strong>
            <span className={styles.quiet}>{note}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What is odd about the population as a whole: what nobody may overlook. */
export function Problems({ pack }: { readonly pack: AuditPack }): ReactNode {
  const { problems, runs, unreadable } = pack
  if (problems.length === 0) return null
  const known = [...runs, ...unreadable].map(({ run }) => run)
  return (
    <section className={styles.problems} aria-labelledby="population-problems">
      <h3 id="population-problems">
        <TriangleAlert size={18} aria-hidden />
        {counted(problems.length, 'problem')} with this population
      </h3>
      <ul>
        {problems.slice(0, MOST_PROBLEMS).map((problem) => {
          const run = known.find((id) => problem.includes(id))
          return (
            <li key={problem}>
              {shownLine(problem)}{' '}
              {run !== undefined && (
                <a
                  className={styles.link}
                  href={addressOf({ screen: 'verify', run })}
                  aria-label={`Verify ${run}`}
                >
                  What is wrong
                </a>
              )}
            </li>
          )
        })}
      </ul>
      {problems.length > MOST_PROBLEMS && (
        <p>… and {problems.length - MOST_PROBLEMS} more. The file has all of them.</p>
      )}
    </section>
  )
}
