import type { ReactNode } from 'react'
import { bytesText } from '../../../../main/core/report/duration.ts'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import type { Attempt } from '../../../../main/core/run/state.ts'
import type { PlanBlock } from '../../../../main/core/run/plan.ts'
import { collected } from '../model/attachments.ts'
import { hostResultText, HOST_WORDS, toSettle, type ShownHost } from '../model/hosts.ts'
import { Action } from '../parts/action.tsx'
import { WatchLink } from '../parts/watch-link.tsx'
import { useRun, useScreen } from '../screen/run-context.ts'
import { FileFactsView } from '../results/file-facts.tsx'
import { Gates } from '../step/gates.tsx'
import { OutputPreview } from '../step/output-preview.tsx'
import { TransferProgress } from '../step/transfer-progress.tsx'
import { WhatToDo } from '../step/what-to-do.tsx'
import { openHost } from '../terminal/open-host.ts'
import { openTerminal } from '../terminal/open-terminal.ts'
import styles from './hosts.module.css'

/** The chosen host: what came of it, its gates, its output, and what can be done with it alone. */
export function HostDetail(props: {
  readonly block: PlanBlock
  readonly attempt: Attempt
  readonly host: ShownHost
  /** The attempt is the last one: something can be done with it. */
  readonly last: boolean
}): ReactNode {
  const { attempt, block, host } = props
  const view = useRun()
  const open = useScreen((screen) => screen.open)
  const output = (host.stdout?.bytes ?? 0) + (host.stderr?.bytes ?? 0)
  const acts = props.last && view.readOnly === undefined
  const hasShell =
    view.state.plan.targets.find((one) => one.name === attempt.target)?.kind === 'ssh'
  const settles =
    view.readOnly === undefined &&
    toSettle(view.state, block.id).some(
      (one) => one.host.host === host.host && one.attempt.number === attempt.number,
    )
  const { word, tone } = HOST_WORDS[host.look]
  const name = shownLine(host.host)
  const result = hostResultText(host)
  return (
    <section className={styles.detail} aria-label={`Host ${name}`} data-shown-host={host.host}>
      <p className={styles.sentence}>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        : <strong data-tone={tone}>{word}</strong>
        {result === '' ? '' : `; ${shownLine(result)}`}
        {host.polls === undefined || host.polls < 2 ? '' : `, asked ${host.polls} times`}.
        {host.stopping === undefined || host.outcome !== undefined
          ? ''
          : ' It was asked to stop; waiting for it to end.'}
      </p>
      {host.place === undefined || host.place.startsWith(`${host.host}, of `) ? null : (
        <p className={styles.quiet}>
          {host.outcome?.kind === 'not-started' ? 'Not sent to' : 'Sent to'} {host.place}
        </p>
      )}
      {host.outcome === undefined || host.resolution !== undefined ? null : (
        <WhatToDo outcome={host.outcome} />
      )}
      {host.unrecorded === undefined ? null : (
        <p className={styles.lost}>
          {bytesText(host.unrecorded)} of its output could not be recorded and are nowhere: the disk
          refused them.
        </p>
      )}
      {host.notice === undefined ? null : <p className={styles.notice}>{host.notice}</p>}
      {host.resolution === undefined ? null : (
        <p className={styles.notice}>
          {host.resolution.by} settled it as {host.resolution.as}: “{host.resolution.reason}”
        </p>
      )}
      {host.files === undefined ? null : (
        <FileFactsView
          facts={host.files}
          attachment={collected(view.state, block.id, attempt.number, host.host)}
        />
      )}
      {host.look === 'running' ? (
        <TransferProgress
          block={block.id}
          attempt={attempt.number}
          host={host.host}
          verb={block.verb}
        />
      ) : null}
      <Gates gates={host.gates} />
      {host.stdout === undefined && host.stderr === undefined ? null : (
        <OutputPreview attempt={host} />
      )}
      <div className={styles.actions}>
        {host.look === 'running' && acts ? (
          <Action
            look="danger"
            onPress={() => open({ kind: 'stop', block: block.id, host: host.host })}
          >
            Stop it on {name}…
          </Action>
        ) : null}
        {settles ? (
          <Action
            look={host.look === 'unknown' ? 'plain' : 'quiet'}
            onPress={() => open({ kind: 'resolve', block: block.id, host: host.host })}
          >
            {host.look === 'unknown' ? `Settle ${name}…` : `Settle ${name} by hand…`}
          </Action>
        ) : null}
        {acts && hasShell ? (
          <Action look="quiet" onPress={() => void openTerminal(view, attempt.target, host.host)}>
            Terminal on {name}
          </Action>
        ) : null}
        {output > 0 || host.look === 'running' ? (
          <Action look="quiet" onPress={() => openHost(view, block.id, attempt, host.host)}>
            {host.look === 'running'
              ? `Show what ${name} writes`
              : `Open the recorded output of ${name} (${bytesText(output)})`}
          </Action>
        ) : null}
        {output > 0 && host.outcome !== undefined ? (
          <WatchLink label={`${block.id}#${attempt.number}@${host.host}`} />
        ) : null}
      </div>
    </section>
  )
}
