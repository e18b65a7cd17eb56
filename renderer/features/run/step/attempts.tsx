import { useState, type ReactNode } from 'react'
import { statusAfter } from '../../../../main/core/run/evolve.ts'
import type { PlanBlock } from '../../../../main/core/run/plan.ts'
import type { Attempt } from '../../../../main/core/run/state.ts'
import { clockText, timeText } from '../model/duration.ts'
import { bytesText, durationText, utcText } from '../../../../main/core/report/duration.ts'
import { briefOutcome } from '../model/outcome-detail.ts'
import { BLOCK_WORDS, RUNG_WORDS, outcomeResult } from '../../../../main/core/report/words.ts'
import { useRun } from '../screen/run-context.ts'
import { useNow } from '../screen/use-now.ts'
import { HostsView } from '../hosts/hosts-view.tsx'
import { collected } from '../model/attachments.ts'
import { CertificateView } from '../results/certificate.tsx'
import { FileFactsView } from '../results/file-facts.tsx'
import { RedisResults } from '../results/redis-results.tsx'
import { SqlResults } from '../results/sql-results.tsx'
import { WatchLink } from '../parts/watch-link.tsx'
import { openRecorded } from '../terminal/open-recorded.ts'
import { Gates } from './gates.tsx'
import { HttpFactsView } from './http-facts.tsx'
import { OutputPreview } from './output-preview.tsx'
import { TransferProgress } from './transfer-progress.tsx'
import { WhatToDo } from './what-to-do.tsx'
import styles from './step.module.css'

/** Every execution of a block, the last one open. */
export function Attempts({ block }: { readonly block: PlanBlock }): ReactNode {
  const { state } = useRun()
  const attempts = state.blocks[block.id]?.attempts ?? []
  const [all, setAll] = useState(false)
  const last = attempts.at(-1)
  if (last === undefined) return null
  const earlier = attempts.slice(0, -1)
  return (
    <div className={styles.attempts}>
      {earlier.length === 0 ? null : (
        <button
          type="button"
          className={styles.earlier}
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? 'Hide' : 'Show'} {earlier.length} earlier{' '}
          {earlier.length === 1 ? 'attempt' : 'attempts'}
        </button>
      )}
      {all
        ? earlier.map((attempt) => (
            <AttemptView key={attempt.number} block={block} attempt={attempt} last={false} />
          ))
        : null}
      <AttemptView block={block} attempt={last} last />
    </div>
  )
}

function AttemptView(props: {
  readonly block: PlanBlock
  readonly attempt: Attempt
  readonly last: boolean
}): ReactNode {
  const { attempt, block } = props
  const view = useRun()
  const output = attempt.stdout ?? attempt.stderr
  const bytes = (attempt.stdout?.bytes ?? 0) + (attempt.stderr?.bytes ?? 0)
  return (
    <div className={styles.attempt} data-passed={attempt.passed === true ? '' : undefined}>
      <p className={styles.attemptLine}>
        {attempt.number > 1 || !props.last ? `Attempt ${attempt.number}: ` : ''}
        <AttemptSentence block={block} attempt={attempt} />{' '}
        <span className={styles.by} title={utcText(attempt.startedAt)}>
          {attempt.actor}, {timeText(attempt.startedAt)}
        </span>
      </p>
      {attempt.place === undefined ? null : (
        <p className={styles.by}>
          {attempt.outcome?.kind === 'not-started' ? 'Not sent to' : 'Sent to'} {attempt.place}
        </p>
      )}
      {attempt.outcome === undefined ||
      attempt.resolution !== undefined ||
      attempt.hosts !== undefined ? null : (
        <WhatToDo outcome={attempt.outcome} />
      )}
      {attempt.edited ? (
        <div className={styles.edited}>
          <p>It was edited before it ran. What was sent:</p>
          <pre className={styles.expected}>{attempt.text}</pre>
        </div>
      ) : null}
      {attempt.resolution === undefined ? null : (
        <p className={styles.resolution}>
          {attempt.resolution.by} settled it as {attempt.resolution.as}: “
          {attempt.resolution.reason}”
        </p>
      )}
      {attempt.unrecorded === undefined ? null : (
        <p className={styles.lost}>
          {bytesText(attempt.unrecorded)} of its output could not be recorded and are nowhere: the
          disk refused them.
        </p>
      )}
      {attempt.notice === undefined ? null : <p className={styles.notice}>{attempt.notice}</p>}
      {attempt.hosts === undefined ? (
        <Gates gates={attempt.gates} />
      ) : (
        <HostsView block={block} attempt={attempt} last={props.last} />
      )}
      {attempt.files === undefined ? null : (
        <FileFactsView
          facts={attempt.files}
          attachment={collected(view.state, block.id, attempt.number, undefined)}
        />
      )}
      {attempt.outcome === undefined && attempt.hosts === undefined && !view.abandoned ? (
        <TransferProgress block={block.id} attempt={attempt.number} verb={block.verb} />
      ) : null}
      {attempt.http === undefined ? null : (
        <HttpFactsView facts={attempt.http} hasCertificate={attempt.certificate !== undefined} />
      )}
      {attempt.certificate === undefined ? null : <CertificateView facts={attempt.certificate} />}
      {attempt.sql === undefined ? null : <SqlResults facts={attempt.sql} attempt={attempt} />}
      {attempt.redis === undefined ? null : <RedisResults facts={attempt.redis} />}
      {output === undefined ? null : (
        <>
          {props.last && attempt.sql === undefined ? <OutputPreview attempt={attempt} /> : null}
          <button
            type="button"
            className={styles.earlier}
            data-open-output={props.last ? '' : undefined}
            onClick={() => openRecorded(view, attempt, block.id)}
          >
            Open the recorded output ({bytesText(bytes)})
          </button>{' '}
          <WatchLink label={`${block.id}#${attempt.number}`} />
        </>
      )}
    </div>
  )
}

function AttemptSentence(props: {
  readonly block: PlanBlock
  readonly attempt: Attempt
}): ReactNode {
  const { attempt, block } = props
  if (attempt.outcome === undefined) return <RunningSentence attempt={attempt} />
  const status = statusAfter(block.verb, attempt.outcome, attempt.passed === true)
  if (attempt.hosts !== undefined) {
    return (
      <strong data-tone={BLOCK_WORDS[status].tone}>
        {BLOCK_WORDS[status].word} on {attempt.target} after {durationText(attempt.durationMs ?? 0)}
        .
      </strong>
    )
  }
  const polls =
    attempt.polls === undefined || attempt.polls < 2 ? '' : `, asked ${attempt.polls} times`
  return (
    <strong data-tone={BLOCK_WORDS[status].tone}>
      {outcomeResult(status, briefOutcome(attempt.outcome), attempt.durationMs ?? 0, block.verb)}
      {polls}.
    </strong>
  )
}

function RunningSentence({ attempt }: { readonly attempt: Attempt }): ReactNode {
  const now = useNow()
  const { abandoned } = useRun()
  if (abandoned) {
    return (
      <strong data-tone="unknown">
        It was running on {attempt.target} when Muster ended. Nobody knows how it went on.
      </strong>
    )
  }
  return (
    <strong data-tone="info">
      Running on {attempt.target} for {clockText(now - attempt.startedAt)}
      {attempt.stopping === undefined
        ? ''
        : `; ${RUNG_WORDS[attempt.stopping].past}, waiting for it to end`}
      .
    </strong>
  )
}
