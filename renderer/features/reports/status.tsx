import { useState, type ReactNode } from 'react'
import { REPORT_STATUS_WORDS } from '../../../main/core/report/sentence-report.ts'
import {
  REPORT_STATUSES,
  type ReportKind,
  type ReportStatus,
} from '../../../main/core/run/reports.ts'
import { actorHere } from '../../app/use-command.ts'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { dateTimeText } from '../../ui/time.ts'
import { wordsOf } from '../../ui/words.ts'
import styles from './reports.module.css'

/** What moving on to a state is called. */
const FORWARD: Readonly<Record<ReportStatus, string>> = {
  draft: 'Back to draft',
  'in-review': 'Send it to review',
  reviewed: 'It is reviewed',
  closed: 'Close it',
}

/** How far the draft is, and the way on and back; who moves it, and why, is recorded. */
export function Status(props: {
  readonly run: string
  readonly kind: ReportKind
  readonly status: ReportStatus
  /** Until when it is to be reviewed. */
  readonly reviewBy: number | undefined
  readonly isReadOnly: boolean
}): ReactNode {
  const { run, kind, status, reviewBy, isReadOnly } = props
  const [to, setTo] = useState<ReportStatus>()
  const at = REPORT_STATUSES.indexOf(status)
  const next = REPORT_STATUSES[at + 1]
  const isLate = status === 'draft' || status === 'in-review'
  return (
    <div className={styles.status} data-status={status}>
      <ol aria-label="States of this report">
        {REPORT_STATUSES.map((one, index) => (
          <li
            key={one}
            aria-current={one === status ? 'step' : undefined}
            data-done={index < at ? '' : undefined}
          >
            {REPORT_STATUS_WORDS[one]}
          </li>
        ))}
      </ol>
      {!isReadOnly && to === undefined && (
        <>
          {next !== undefined && <Button onClick={() => setTo(next)}>{FORWARD[next]}…</Button>}
          {at > 0 && (
            <Button look="quiet" onClick={() => setTo('draft')}>
              {FORWARD.draft}…
            </Button>
          )}
        </>
      )}
      {reviewBy !== undefined && isLate && (
        <span className={styles.quiet}>A SEV1: to be reviewed by {dateTimeText(reviewBy)}.</span>
      )}
      {to !== undefined && (
        <MoveForm
          key={`${status} ${to}`}
          run={run}
          kind={kind}
          to={to}
          isBack={REPORT_STATUSES.indexOf(to) < at}
          onDone={() => setTo(undefined)}
        />
      )}
    </div>
  )
}

function focus(element: HTMLElement | null): void {
  element?.focus()
}

function MoveForm(props: {
  readonly run: string
  readonly kind: ReportKind
  readonly to: ReportStatus
  readonly isBack: boolean
  readonly onDone: () => void
}): ReactNode {
  const { run, kind, to, isBack, onDone } = props
  const [who, setWho] = useState(actorHere)
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const ready = who.trim() !== '' && (!isBack || reason.trim() !== '') && !busy

  async function move(): Promise<void> {
    setBusy(true)
    setProblem(undefined)
    try {
      const result = await client.request('runs.command', {
        run,
        actor: who.trim(),
        command: {
          type: 'report.move',
          report: kind,
          to,
          ...(reason.trim() !== '' && { reason: reason.trim() }),
        },
      })
      if (result.ok) onDone()
      else setProblem(result.message)
    } catch (error) {
      setProblem(wordsOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      className={styles.move}
      aria-label={FORWARD[to]}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void move()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onDone()
      }}
    >
      <label>
        Who
        <input autoComplete="off" value={who} onChange={(event) => setWho(event.target.value)} />
      </label>
      <label>
        {isBack ? 'Why' : 'A word about it (may be left out)'}
        <input
          ref={focus}
          autoComplete="off"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <Button type="submit" look="primary" disabled={!ready}>
        {FORWARD[to]}
      </Button>
      <Button look="quiet" onClick={onDone}>
        Cancel
      </Button>
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </form>
  )
}
