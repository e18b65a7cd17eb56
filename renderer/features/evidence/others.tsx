import { useState, type ReactNode } from 'react'
import type { CheckpointView } from '../../../main/contract/evidence.ts'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './evidence.module.css'
import { saveText } from './save-text.ts'
import { actorHere } from '../../app/use-command.ts'

const KINDS = ['muster', 'ssh'] as const
type Kind = (typeof KINDS)[number]

const KIND_LABELS: Readonly<Record<Kind, string>> = {
  muster: 'Another Muster',
  ssh: 'An SSH key',
}

/** Signatures of others over the newest checkpoint, which are worth more than words: they are over the whole hash. */
export function Others(props: {
  readonly run: string
  readonly newest: CheckpointView
  readonly isReadOnly: boolean
}): ReactNode {
  const { run, newest, isReadOnly } = props
  const [kind, setKind] = useState<Kind>('muster')
  const [signature, setSignature] = useState('')
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<{ readonly text: string; readonly ok: boolean }>()
  const complete = signature.trim() !== '' && (kind === 'ssh' || key.trim() !== '')

  async function ask(
    what: () => Promise<{ readonly size: number; readonly by: string }>,
  ): Promise<void> {
    setBusy(true)
    setSaid(undefined)
    try {
      const { size, by } = await what()
      setSaid({ text: `Recorded: ${by} signed up to event ${size}.`, ok: true })
      setSignature('')
    } catch (error) {
      setSaid({ text: wordsOf(error), ok: false })
    } finally {
      setBusy(false)
    }
  }

  return (
    <details className={styles.details}>
      <summary>Signatures of others</summary>
      <p>
        Give the newest checkpoint to somebody: another Muster signs it in its settings, and{' '}
        <code>ssh-keygen -Y sign -n muster-checkpoint -f KEY FILE</code> with an SSH key.
      </p>
      <p className={styles.actions}>
        <Button onClick={() => saveText(`${run}-${newest.size}.checkpoint`, newest.note)}>
          Save the checkpoint
        </Button>
        {!isReadOnly && (
          <Button
            disabled={busy}
            onClick={() =>
              void ask(() => client.request('runs.timestamp', { run, actor: actorHere() }))
            }
          >
            Ask the timestamp service
          </Button>
        )}
      </p>
      {!isReadOnly && (
        <form
          className={styles.wide}
          aria-label="Add a signature"
          onSubmit={(event) => {
            event.preventDefault()
            if (!complete || busy) return
            void ask(() =>
              client.request('runs.countersign', {
                run,
                actor: actorHere(),
                kind,
                // A note ends in a newline, which is lost easily where text is pasted.
                signature: `${signature.trim()}\n`,
                ...(kind === 'muster' && { key: key.trim() }),
              }),
            )
          }}
        >
          <Field label="Signed by">
            {({ id }) => (
              <select
                id={id}
                value={kind}
                onChange={(event) =>
                  setKind(KINDS.find((known) => known === event.target.value) ?? 'muster')
                }
              >
                {KINDS.map((known) => (
                  <option key={known} value={known}>
                    {KIND_LABELS[known]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field
            label={kind === 'muster' ? 'The checkpoint with their signature' : 'The signature'}
            hint="It is checked first. What does not hold is not recorded."
          >
            {({ id, describedBy }) => (
              <textarea
                id={id}
                aria-describedby={describedBy}
                className={styles.mono}
                rows={4}
                spellCheck={false}
                value={signature}
                onChange={(event) => setSignature(event.target.value)}
              />
            )}
          </Field>
          {kind === 'muster' && (
            <Field
              label="Their public key"
              hint="The line their settings show. Compare its fingerprint with them: only a key that you know to be theirs says anything."
            >
              {({ id, describedBy }) => (
                <input
                  id={id}
                  aria-describedby={describedBy}
                  className={styles.mono}
                  spellCheck={false}
                  value={key}
                  onChange={(event) => setKey(event.target.value)}
                />
              )}
            </Field>
          )}
          <div>
            <Button type="submit" disabled={!complete || busy}>
              Add the signature
            </Button>
          </div>
        </form>
      )}
      {said !== undefined && (
        <p role={said.ok ? 'status' : 'alert'} className={said.ok ? styles.done : styles.problem}>
          {said.text}
        </p>
      )}
    </details>
  )
}
