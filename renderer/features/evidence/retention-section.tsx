import { useState, type ReactNode } from 'react'
import { overdue } from '../../../main/core/evidence/retention.ts'
import { MODES, type Mode } from '../../../main/core/run/events.ts'
import { MODE_WORDS } from '../../../main/core/report/words.ts'
import type { RunSummary, Settings } from '../../../main/contract/requests.ts'
import { client } from '../../api/index.ts'
import { appStore, useApp } from '../../app/app-store.ts'
import { addressOf } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { counted } from '../../ui/counted.ts'
import { Field } from '../../ui/field.tsx'
import { dateTimeText } from '../../ui/time.ts'
import { wordsOf } from '../../ui/words.ts'
import { allRuns } from './all-runs.ts'
import { DeletedRuns } from './deleted-runs.tsx'
import styles from './device.module.css'
import { daysProblem, retentionReason, withDays } from './retention.ts'
import { actorHere } from '../../app/use-command.ts'

/** For how long runs are kept. Nothing is ever deleted by itself: what is due is shown, and a person deletes it. */
export function RetentionSection(): ReactNode {
  const settings = useApp((state) => state.settings)
  const isReadOnly = useApp((state) => state.info?.readOnly !== undefined)
  const [problem, setProblem] = useState<string>()
  if (settings === undefined) return null
  const retention = settings.retention ?? {}

  async function change(next: NonNullable<Settings['retention']>): Promise<void> {
    try {
      appStore.setState({ settings: await client.request('settings.set', { retention: next }) })
      setProblem(undefined)
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }

  return (
    <section aria-labelledby="retention-title" className={styles.section}>
      <h2 id="retention-title">How long runs are kept</h2>
      <p className={styles.note}>
        In days after their end; empty is for ever. Nothing is deleted by itself: what is due is
        listed here, and deleting leaves a signed note in its place.
      </p>
      <div className={styles.modes}>
        {MODES.map((mode) => (
          <DaysField
            key={`${mode} ${retention[mode] ?? ''}`}
            mode={mode}
            days={retention[mode]}
            isReadOnly={isReadOnly}
            onChange={(days) => void change(withDays(retention, mode, days))}
          />
        ))}
      </div>
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {Object.values(retention).some((days) => days !== undefined) && (
        <Due retention={retention} isReadOnly={isReadOnly} />
      )}
      <DeletedRuns />
    </section>
  )
}

function DaysField(props: {
  readonly mode: Mode
  readonly days: number | undefined
  readonly isReadOnly: boolean
  readonly onChange: (days: number | undefined) => void
}): ReactNode {
  const { mode, days, onChange } = props
  const [text, setText] = useState(days === undefined ? '' : String(days))
  const wrong = daysProblem(text)
  const leave = (): void => {
    const next = text.trim() === '' ? undefined : Number(text)
    if (wrong === undefined && next !== days) onChange(next)
  }
  return (
    <Field label={MODE_WORDS[mode].word} problem={wrong}>
      {({ id, describedBy, invalid }) => (
        <input
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          inputMode="numeric"
          placeholder="for ever"
          disabled={props.isReadOnly}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={leave}
          onKeyDown={(event) => {
            if (event.key === 'Enter') leave()
          }}
        />
      )}
    </Field>
  )
}

/** Runs that are older than they are kept, found when a person asks. */
function Due(props: {
  readonly retention: NonNullable<Settings['retention']>
  readonly isReadOnly: boolean
}): ReactNode {
  const { retention, isReadOnly } = props
  const info = useRequest('session.info', {})
  const [due, setDue] = useState<readonly RunSummary[]>()
  const [busy, setBusy] = useState(false)
  const [sure, setSure] = useState(false)
  const [said, setSaid] = useState<{ readonly text: string; readonly ok: boolean }>()

  async function find(): Promise<readonly RunSummary[]> {
    const now = info.value?.now ?? Date.now()
    return (await allRuns(client)).filter((run) => overdue(run, retention, now))
  }
  async function attempt(what: () => Promise<string | undefined>): Promise<void> {
    setBusy(true)
    setSaid(undefined)
    try {
      const text = await what()
      if (text !== undefined) setSaid({ text, ok: true })
    } catch (error) {
      setSaid({ text: wordsOf(error), ok: false })
    } finally {
      setBusy(false)
    }
  }
  const look = (): Promise<void> =>
    attempt(async () => {
      const found = await find()
      setDue(found)
      setSure(false)
      return found.length === 0 ? 'Nothing is due.' : undefined
    })
  const remove = (): Promise<void> =>
    attempt(async () => {
      let gone = 0
      try {
        for (const { run, mode } of due ?? []) {
          const reason = retentionReason(mode, retention[mode])
          await client.request('runs.delete', { run, actor: actorHere(), reason })
          gone += 1
        }
      } finally {
        setDue(await find())
        setSure(false)
      }
      return `${counted(gone, 'run')} deleted.`
    })

  return (
    <div>
      <Button disabled={busy} onClick={() => void look()}>
        Show what is due
      </Button>
      {due !== undefined && due.length > 0 && (
        <div className={styles.ask} role="group" aria-label="Runs that are due">
          <ul>
            {due.map(({ run, title, mode, endedAt }) => (
              <li key={run}>
                <a href={addressOf({ screen: 'run', run })}>{title}</a>{' '}
                <span className={styles.note}>
                  {mode} · ended {endedAt === undefined ? '' : dateTimeText(endedAt)} · {run}
                </span>
              </li>
            ))}
          </ul>
          {!isReadOnly && (
            <>
              <label className={styles.sure}>
                <input
                  type="checkbox"
                  checked={sure}
                  onChange={(event) => setSure(event.target.checked)}
                />
                I know that this cannot be taken back
              </label>
              <Button look="danger" disabled={!sure || busy} onClick={() => void remove()}>
                Delete {due.length === 1 ? 'this run' : `these ${due.length} runs`}
              </Button>
            </>
          )}
        </div>
      )}
      {said !== undefined && (
        <p role={said.ok ? 'status' : 'alert'} className={said.ok ? styles.note : styles.problem}>
          {said.text}
        </p>
      )}
    </div>
  )
}
