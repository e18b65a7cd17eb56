import {
  CircleCheck,
  CircleDot,
  CircleHelp,
  CircleX,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { RunSummary } from '../../../main/contract/requests.ts'
import { addressOf } from '../../app/route.ts'
import { Button } from '../../ui/button.tsx'
import { counted } from '../../ui/counted.ts'
import { ModeBadge } from '../../ui/mode-badge.tsx'
import { clockText, dateTimeText, utcText } from '../../ui/time.ts'
import styles from './history.module.css'
import { groupOf, stateOf, type Tone } from './run-rows.ts'
import { VerifyResult, type Verification } from './verify-result.tsx'

const ICONS: Readonly<Record<Tone, LucideIcon>> = {
  good: CircleCheck,
  warning: TriangleAlert,
  bad: CircleX,
  info: CircleDot,
  unknown: CircleHelp,
}

/** One run: what it was, how it ended, and what can be done with it. */
export function RunLine(props: {
  readonly run: RunSummary
  readonly readOnly: boolean
  readonly verification: Verification | undefined
  readonly onVerify: () => void
  readonly onResume: () => void
}): ReactNode {
  const { run, verification } = props
  const state = stateOf(run)
  const Icon = ICONS[state.tone]
  return (
    <>
      <div className={styles.cells} role="presentation">
        <div role="cell" className={styles.name}>
          <a href={addressOf({ screen: 'run', run: run.run })}>{run.title}</a>
          <div className={styles.quiet}>
            {run.system === undefined ? '' : `${run.system} · `}
            {run.commander}
          </div>
        </div>
        <div role="cell">
          <span className={styles.state} data-tone={state.tone}>
            <Icon size={15} aria-hidden /> {state.word}
          </span>
        </div>
        <div role="cell" className={styles.mode}>
          <ModeBadge mode={run.mode} /> {run.severity}
        </div>
        <div role="cell" title={utcText(run.startedAt)}>
          {dateTimeText(run.startedAt)}
          {run.endedAt !== undefined && (
            <div className={styles.quiet}>took {tookText(run.endedAt - run.startedAt)}</div>
          )}
        </div>
        <div role="cell">
          {run.steps.settled} of {run.steps.total}
          {run.deviations > 0 && (
            <div className={styles.quiet} data-tone="warning">
              {counted(run.deviations, 'deviation')}
            </div>
          )}
        </div>
        <div role="cell" className={styles.actions}>
          {groupOf(run) === 'interrupted' && !props.readOnly && (
            <Button look="primary" onClick={props.onResume}>
              Resume
            </Button>
          )}
          <a
            className={styles.report}
            href={addressOf({ screen: 'report', run: run.run })}
            aria-label={`Report of ${run.title}, ${dateTimeText(run.startedAt)}`}
          >
            Report
          </a>
          {run.mode !== 'walkthrough' && groupOf(run) !== 'interrupted' && (
            <a
              className={styles.report}
              href={addressOf({ screen: 'recording', run: run.run })}
              aria-label={`Watch ${run.title}, ${dateTimeText(run.startedAt)}`}
            >
              Watch
            </a>
          )}
          <Button
            look="quiet"
            aria-label={`Verify the record of ${run.title}, ${dateTimeText(run.startedAt)}`}
            disabled={verification?.kind === 'working'}
            onClick={props.onVerify}
          >
            Verify
          </Button>
        </div>
      </div>
      {verification && (
        <div role="cell" className={styles.verified}>
          <VerifyResult of={verification} run={run.run} />
        </div>
      )}
    </>
  )
}

function tookText(milliseconds: number): string {
  return milliseconds < 1000 ? 'less than 1 s' : clockText(milliseconds)
}
