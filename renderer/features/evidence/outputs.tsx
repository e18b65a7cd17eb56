import { useMemo, useState, type ReactNode } from 'react'
import { REDACTION_KINDS, type RunEvent } from '../../../main/core/run/events.ts'
import type { RunState } from '../../../main/core/run/state.ts'
import { bytesText } from '../../../main/core/report/duration.ts'
import { addressOf } from '../../app/route.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { dateTimeText, utcText } from '../../ui/time.ts'
import { KIND_WORDS } from './evidence-words.ts'
import styles from './evidence.module.css'
import { recordedOutputs, type RecordedOutputs } from './recorded-outputs.ts'
import { useCommand } from '../../app/use-command.ts'

const PAGE = 50

/** What is recorded beside the events, and taking something of it out for good. */
export function Outputs(props: {
  readonly run: string
  readonly state: RunState
  readonly events: readonly RunEvent[]
  readonly isReadOnly: boolean
}): ReactNode {
  const { run, state, events, isReadOnly } = props
  const outputs = useMemo(() => recordedOutputs(events, state), [events, state])
  const [shown, setShown] = useState(PAGE)
  const [asked, setAsked] = useState<number>()
  return (
    <section aria-labelledby="outputs-title" className={styles.part}>
      <h2 id="outputs-title">Recorded outputs</h2>
      <p className={styles.quiet}>
        One with a secret or somebody’s data in it can be taken out for good. That it was, by whom
        and why stays in the record, and the record still verifies.
      </p>
      {outputs.length === 0 && <p>No output has been recorded yet.</p>}
      <ul className={styles.outputs}>
        {outputs.slice(0, shown).map((output) => (
          <li key={output.seq} data-event={output.seq}>
            <div className={styles.output}>
              <span>
                {output.step === undefined ? (
                  <strong>{output.title}</strong>
                ) : (
                  <a href={addressOf({ screen: 'run', run, step: output.step })}>
                    <strong>{output.title}</strong>
                  </a>
                )}{' '}
                <span className={styles.quiet} title={utcText(output.wall)}>
                  event {output.seq} · {dateTimeText(output.wall)} · {bytesText(output.bytes)}
                </span>
              </span>
              {output.gone === undefined ? (
                !isReadOnly && (
                  <Button
                    look="quiet"
                    aria-expanded={asked === output.seq}
                    aria-label={`Take out the output of event ${output.seq}`}
                    onClick={() => setAsked(asked === output.seq ? undefined : output.seq)}
                  >
                    Take out…
                  </Button>
                )
              ) : (
                <span className={styles.gone}>
                  Taken out by {output.gone.by}, {dateTimeText(output.gone.at)}: “
                  {output.gone.reason}”
                </span>
              )}
            </div>
            {asked === output.seq && output.gone === undefined && (
              <RedactForm run={run} output={output} onClose={() => setAsked(undefined)} />
            )}
          </li>
        ))}
      </ul>
      {outputs.length > shown && (
        <p>
          <Button onClick={() => setShown(shown + PAGE)}>
            Show more ({outputs.length - shown})
          </Button>
        </p>
      )}
    </section>
  )
}

function RedactForm(props: {
  readonly run: string
  readonly output: RecordedOutputs
  readonly onClose: () => void
}): ReactNode {
  const { run, output, onClose } = props
  const [kind, setKind] = useState<(typeof REDACTION_KINDS)[number]>()
  const [reason, setReason] = useState('')
  const { busy, problem, send } = useCommand(run)
  const complete = kind !== undefined && reason.trim() !== ''

  async function redact(): Promise<void> {
    if (kind === undefined) return
    const taken = await send(
      ...output.present.map((sha256) => ({
        type: 'output.redact' as const,
        event: output.seq,
        sha256,
        kind,
        reason: reason.trim(),
      })),
    )
    if (taken) onClose()
  }

  return (
    <form
      className={styles.redact}
      aria-label={`Take out the output of event ${output.seq}`}
      onSubmit={(event) => {
        event.preventDefault()
        if (complete && !busy) void redact()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <fieldset className={styles.kinds}>
        <legend>What is in it</legend>
        {REDACTION_KINDS.map((known, index) => (
          <label key={known}>
            <input
              type="radio"
              name={`kind-${output.seq}`}
              autoFocus={index === 0}
              checked={kind === known}
              onChange={() => setKind(known)}
            />
            {KIND_WORDS[known]}
          </label>
        ))}
      </fieldset>
      <Field label="Why" hint="It stays in the record: do not repeat the secret.">
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <ul className={styles.stays}>
        {output.quoted.length > 0 && (
          <li>The event itself still has {output.quoted.join(', ')}: events are never changed.</li>
        )}
        <li>Reports, exports and backups made before still have it. This cannot be taken back.</li>
      </ul>
      <div className={styles.actions}>
        <Button type="submit" look="danger" disabled={!complete || busy}>
          Take it out for good
        </Button>
        <Button look="quiet" onClick={onClose}>
          Keep it
        </Button>
      </div>
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </form>
  )
}
