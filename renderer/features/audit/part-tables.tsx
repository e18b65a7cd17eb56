import { useMemo, type ReactNode } from 'react'
import { durationText } from '../../../main/core/report/duration.ts'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { VERDICTS, verdictText } from '../../../main/core/report/outcome-words.ts'
import { exceptionsOf } from '../../../main/core/report/pack/exceptions.ts'
import type { AuditPack, PackRunbook } from '../../../main/core/report/pack/pack.ts'
import { recoveryCharts } from '../../../main/core/report/pack/recovery-charts.ts'
import { modesText } from '../../../main/core/report/pack/words.ts'
import { ModeBadge } from '../../ui/mode-badge.tsx'
import { TreeView } from '../../ui/tree.tsx'
import styles from './audit.module.css'
import { Moment, Quoted, RunLink, Toned } from './cells.tsx'
import { LongTable } from './long-table.tsx'

/** The parts of a pack beside the list of runs, each a table. */

interface Part {
  readonly pack: AuditPack
}

/** Deviations, outcomes that nobody saw, times without Muster. */
export function Exceptions({ pack }: Part): ReactNode {
  const rows = useMemo(
    () => pack.runs.flatMap((run) => exceptionsOf(run).map((one, index) => ({ run, one, index }))),
    [pack],
  )
  return (
    <LongTable
      label="Exceptions"
      columns={['When', 'What', 'Run', 'By whom, and why']}
      template="minmax(8rem, 1fr) minmax(10rem, 1.3fr) minmax(12rem, 1.6fr) minmax(16rem, 3fr)"
      rows={rows}
      keyOf={({ run, one, index }) => `${run.run} ${one.seq} ${index}`}
      empty="Nothing was out of the ordinary in any run."
      cells={({ run, one }) => [
        <>
          <Moment at={one.at} zone={pack.zone} />
          <div className={styles.quiet}>event {one.seq}</div>
        </>,
        <Toned key="what" tone={one.tone}>
          {one.what}
        </Toned>,
        <RunLink key="run" run={run} step={one.step} />,
        <>
          {shownLine(one.says)}
          {one.step !== undefined && `, step ${one.step}`}
          {one.unsettled && (
            <>
              . <Toned tone="bad">Not settled.</Toned>
            </>
          )}
          {one.reason !== undefined && <Quoted text={one.reason} />}
        </>,
      ]}
    />
  )
}

/** Each run that had an objective, or a limit on what may be lost. */
export function Recovery({ pack }: Part): ReactNode {
  const rows = useMemo(
    () =>
      pack.runs.filter(
        ({ recovery, recoveryPoint }) =>
          recovery.targetMs !== undefined || recoveryPoint.targetMs !== undefined,
      ),
    [pack],
  )
  const charts = useMemo(() => recoveryCharts(pack), [pack])
  return (
    <>
      <LongTable
        label="Recovery against objectives"
        columns={['Run', 'Mode', 'Objective', 'Took', 'Verdict', 'What was lost']}
        template="minmax(13rem, 2fr) 8rem minmax(6rem, 0.8fr) minmax(7rem, 1fr) minmax(9rem, 1.2fr) minmax(11rem, 1.6fr)"
        rows={rows}
        keyOf={({ run }) => run}
        empty="No run of this period has an objective for recovery."
        cells={(run) => {
          const { recovery, recoveryPoint } = run
          const [, tone] = VERDICTS[recovery.verdict]
          return [
            <RunLink key="run" run={run} />,
            <ModeBadge key="mode" mode={run.mode} />,
            recovery.targetMs === undefined ? 'none' : durationText(recovery.targetMs),
            <>
              {durationText(recovery.actualMs)}
              <div className={styles.quiet}>
                from {recovery.basis === 'declared' ? 'the declaration' : 'the start'}
              </div>
            </>,
            <Toned key="verdict" tone={tone}>
              {verdictText(run)}
            </Toned>,
            <>
              {recoveryPoint.written === undefined ? (
                <span className={styles.quiet}>not written</span>
              ) : (
                <Quoted text={recoveryPoint.written} />
              )}
              {recoveryPoint.targetMs !== undefined && (
                <div className={styles.quiet}>
                  objective: at most {durationText(recoveryPoint.targetMs)}
                </div>
              )}
            </>,
          ]
        }}
      />
      {charts.map(({ run, heading, chart }) => (
        <section key={run} className={styles.chart} aria-label={heading}>
          <h3>{heading}</h3>
          <TreeView of={chart} />
        </section>
      ))}
    </>
  )
}

/** Who agreed to exactly what, or did not. */
export function Approvals({ pack }: Part): ReactNode {
  const rows = useMemo(
    () => pack.runs.flatMap((run) => run.approvals.map((one) => ({ run, one }))),
    [pack],
  )
  return (
    <LongTable
      label="Approvals"
      columns={['When', 'Who', 'Run', 'For']}
      template="minmax(8rem, 1fr) minmax(10rem, 1.2fr) minmax(12rem, 1.5fr) minmax(16rem, 3fr)"
      rows={rows}
      keyOf={({ run, one }) => `${run.run} ${one.seq}`}
      empty="Nothing in these runs needed an approval."
      cells={({ run, one }) => [
        <>
          <Moment at={one.at} zone={pack.zone} />
          <div className={styles.quiet}>event {one.seq}</div>
        </>,
        <>
          {shownLine(one.by)}{' '}
          <Toned tone={one.granted ? 'good' : 'bad'}>{one.granted ? 'approved' : 'refused'}</Toned>
          {one.reason !== undefined && <Quoted text={one.reason} />}
        </>,
        <RunLink key="run" run={run} step={one.step} />,
        <>
          step {one.step} on {shownLine(one.target)}
          <Quoted code text={one.text} />
        </>,
      ]}
    />
  )
}

/** What was taken out of records. */
export function Redactions({ pack }: Part): ReactNode {
  const rows = useMemo(
    () => pack.runs.flatMap((run) => run.redactions.map((one) => ({ run, one }))),
    [pack],
  )
  return (
    <LongTable
      label="Redactions"
      columns={['When', 'Who', 'Run', 'What', 'Why']}
      template="minmax(8rem, 1fr) minmax(8rem, 1fr) minmax(12rem, 1.5fr) minmax(10rem, 1.4fr) minmax(12rem, 2fr)"
      rows={rows}
      keyOf={({ run, one }) => `${run.run} ${one.sha256}`}
      empty="No output was taken out of these runs."
      cells={({ run, one }) => [
        <Moment key="at" at={one.at} zone={pack.zone} />,
        shownLine(one.by),
        <RunLink key="run" run={run} />,
        `output of event ${one.event}, ${one.kind}`,
        <Quoted key="why" text={one.reason} />,
      ]}
    />
  )
}

/** Each runbook that was run. */
export function Runbooks({ pack }: Part): ReactNode {
  const judged = ({ met, missed }: PackRunbook): string =>
    met + missed === 0 ? 'no objective, or not completed' : `${met} of ${met + missed}`
  return (
    <LongTable
      label="Runbooks"
      columns={['Runbook', 'Runs', 'Completed', 'Objective met', 'Last run', 'Last completed']}
      template="minmax(14rem, 2.4fr) minmax(10rem, 1.4fr) 6rem minmax(7rem, 1fr) minmax(8rem, 1fr) minmax(8rem, 1fr)"
      rows={pack.runbooks}
      keyOf={({ path }) => path}
      empty="No runbook was run."
      cells={(one) => [
        <>
          <strong>{shownLine(one.title)}</strong>
          <div className={styles.quiet}>
            {one.kind}
            {one.system === undefined ? '' : `, ${shownLine(one.system)}`}
            {one.versions.length > 1 && `, ${one.versions.length} versions of the file`}
          </div>
          <div className={styles.quiet}>{shownLine(one.path)}</div>
        </>,
        <>
          {one.runs}
          <div className={styles.quiet}>{modesText(one)}</div>
        </>,
        one.completed,
        judged(one),
        <Moment key="last" at={one.last} zone={pack.zone} />,
        one.lastCompleted === undefined ? (
          'never in this period'
        ) : (
          <Moment at={one.lastCompleted} zone={pack.zone} />
        ),
      ]}
    />
  )
}
