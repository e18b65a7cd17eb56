import { CircleHelp, ShieldCheck, ShieldX, Unplug } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { RequestResult } from '../../../../main/contract/requests.ts'
import { connectionStateText, type TargetState } from '../../../../main/core/connection/state.ts'
import { addressOf } from '../../../app/route.ts'
import { dateTimeText, timeText } from '../model/duration.ts'
import { durationText } from '../../../../main/core/report/duration.ts'
import { countSteps, isOver, unknownBlocks } from '../model/position.ts'
import { RUN_WORDS } from '../../../../main/core/report/words.ts'
import { Action } from '../parts/action.tsx'
import { RefusalLine } from '../parts/panel.tsx'
import { useRun } from './run-context.ts'
import styles from './screen.module.css'
import { useNow } from './use-now.ts'

/** What a person must know before anything else: an interruption, unknown outcomes, an end. */
export function Notices(props: {
  readonly resume?: () => Promise<void>
  readonly onLeave: (() => void) | undefined
}): ReactNode {
  const { state } = useRun()
  return (
    <>
      {props.resume === undefined ? null : <Interrupted resume={props.resume} />}
      {isOver(state) ? null : <LostConnections />}
      <UnknownOutcomes />
      {isOver(state) ? <Ended onLeave={props.onLeave} /> : null}
    </>
  )
}

function Interrupted({ resume }: { readonly resume: () => Promise<void> }): ReactNode {
  const { state, events } = useRun()
  const [problem, setProblem] = useState<string | undefined>()
  const last = events.at(-1)
  const running = Object.values(state.blocks).filter((block) => block.status === 'running')
  const go = (): void => {
    resume().catch((error: unknown) =>
      setProblem(error instanceof Error ? error.message : String(error)),
    )
  }
  return (
    <section className={styles.notice} data-tone="warning" aria-label="Interrupted run">
      <p>
        <strong>
          {state.suspended
            ? 'Muster was closed while this run was open.'
            : 'This run was interrupted: Muster ended without closing it.'}
        </strong>{' '}
        {last === undefined ? '' : `The last thing recorded is from ${dateTimeText(last.wall)}. `}
        {running.length === 0
          ? 'Nothing was running.'
          : `${running.length} ${running.length === 1 ? 'command was' : 'commands were'} running; how ${running.length === 1 ? 'it' : 'they'} ended is not known.`}{' '}
        Nothing is run again by itself.
      </p>
      {problem === undefined ? null : <RefusalLine message={problem} />}
      <Action look="primary" onPress={go}>
        Go on with this run here
      </Action>
    </section>
  )
}

/** How connections that were lost fare: nobody has to wonder why nothing answers. */
function LostConnections(): ReactNode {
  const { lost } = useRun()
  return (
    <>
      <div className={styles.hidden} role="status">
        {lost.map(({ host }) => `The connection to ${host} was lost.`).join(' ')}
      </div>
      {lost.length === 0 ? null : <LostList lost={lost} />}
    </>
  )
}

function LostList({ lost }: { readonly lost: readonly TargetState[] }): ReactNode {
  const now = useNow()
  return (
    <section className={styles.notice} data-tone="warning" aria-label="Lost connections">
      <p>
        <Unplug aria-hidden size="1.1em" />{' '}
        <strong>
          {lost.length === 1 ? 'A connection was lost.' : `${lost.length} connections were lost.`}
        </strong>{' '}
        Nothing is sent again by itself; a block that needs a connection tries at once.
      </p>
      <ul>
        {lost.map((target) => (
          <li key={`${target.profile} ${target.host}`}>
            <span>
              {target.targets.length === 0 ? '' : `${target.targets.join(', ')}: `}
              {connectionStateText(target, now, timeText)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function UnknownOutcomes(): ReactNode {
  const { state, names, screen, readOnly } = useRun()
  const unknown = unknownBlocks(state)
  if (unknown.length === 0) return null
  const { select, open } = screen.getState()
  return (
    <section className={styles.notice} data-tone="unknown" aria-label="Unknown outcomes">
      <p>
        <CircleHelp aria-hidden size="1.1em" />{' '}
        <strong>
          {unknown.length === 1
            ? 'One command has an unknown outcome.'
            : `${unknown.length} commands have an unknown outcome.`}
        </strong>{' '}
        {readOnly === undefined ? 'Find out what became of it before you go on.' : ''}
      </p>
      <ul>
        {unknown.map((block) => {
          const attempt = block.attempts.at(-1)
          return (
            <li key={block.id}>
              <span>
                {names.blockName(block.id)}
                {attempt === undefined
                  ? ''
                  : `, on ${attempt.target} since ${timeText(attempt.startedAt)}`}
              </span>
              <Action
                onPress={() => {
                  select(block.step)
                  if (readOnly === undefined) open({ kind: 'resolve', block: block.id })
                }}
              >
                {readOnly === undefined ? 'Settle it…' : 'Show it'}
              </Action>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Ended({ onLeave }: { readonly onLeave: (() => void) | undefined }): ReactNode {
  const { state, run, request, events } = useRun()
  const [checking, setChecking] = useState(false)
  const [result, setResult] = useState<RequestResult<'runs.verify'> | undefined>()
  const [problem, setProblem] = useState<string | undefined>()
  const counts = countSteps(state)
  const verify = (): void => {
    setChecking(true)
    setProblem(undefined)
    request('runs.verify', { run })
      .then(setResult, (error: unknown) =>
        setProblem(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => setChecking(false))
  }
  const took = (state.endedAt ?? state.startedAt) - state.startedAt
  return (
    <section className={styles.notice} data-tone={RUN_WORDS[state.phase].tone} aria-label="Result">
      <p>
        <strong>
          {RUN_WORDS[state.phase].word}
          {state.endedAt === undefined ? '' : ` ${dateTimeText(state.endedAt)}`} after{' '}
          {durationText(took)}.
        </strong>{' '}
        {counts.settled} of {counts.total} steps settled
        {counts.failed > 0 ? `, ${counts.failed} failed` : ''}; {state.deviations.length}{' '}
        {state.deviations.length === 1 ? 'deviation' : 'deviations'}; {events.length} events
        recorded.
      </p>
      <div className={styles.verify} aria-live="polite">
        <Action onPress={verify} busy={checking}>
          {checking ? 'Verifying the record…' : 'Verify the record'}
        </Action>
        <a href={addressOf({ screen: 'evidence', run })} className={styles.link}>
          Words, witnesses and redaction
        </a>
        {onLeave === undefined ? null : (
          <Action look="quiet" onPress={onLeave}>
            Back to the runs
          </Action>
        )}
        {problem === undefined ? null : <RefusalLine message={problem} />}
        {result === undefined ? null : result.ok ? (
          <span data-tone="good">
            <ShieldCheck aria-hidden size="1.1em" /> The record is whole: {result.events} events and{' '}
            {result.blobs} outputs match their hashes. Head <code>{result.head.slice(0, 16)}…</code>
          </span>
        ) : (
          <span data-tone="bad">
            <ShieldX aria-hidden size="1.1em" /> The record does not verify:{' '}
            {result.problems.map((one) => one.message).join('; ')}
          </span>
        )}
      </div>
    </section>
  )
}
