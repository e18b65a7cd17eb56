import { useMemo, useState, type ReactNode } from 'react'
import { MODES, SEVERITIES, type Mode, type Severity } from '../../../main/core/run/events.ts'
import type { RequestResult } from '../../../main/contract/requests.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { client } from '../../api/index.ts'
import { useApp } from '../../app/app-store.ts'
import { go } from '../../app/route.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { useNow } from '../../ui/use-now.ts'
import { declaredAt, problemOf } from './check-inputs.ts'
import styles from './start.module.css'
import { WouldExecute } from './would-execute.tsx'

const MODE_WORDS: Readonly<Record<Mode, string>> = {
  live: 'Commands run for real, on the targets named below.',
  drill: 'The same commands against a sandbox on this laptop.',
  walkthrough: 'Read and tick; nothing executes.',
}

type Declared = 'no' | 'now' | 'ago' | 'at'
type File = RequestResult<'library.read'>

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function StartForm({ file }: { readonly file: File }): ReactNode {
  const parsed = useMemo(() => parseRunbook(file.source), [file.source])
  const { runbook } = parsed
  const user = useApp((state) => state.info?.user ?? '')
  const readOnly = useApp((state) => state.info?.readOnly)
  const [mode, setMode] = useState<Mode>('live')
  const [commander, setCommander] = useState(user)
  const [severity, setSeverity] = useState<Severity | ''>('')
  const [declared, setDeclared] = useState<Declared>('no')
  const [minutes, setMinutes] = useState('5')
  const [time, setTime] = useState('')
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(runbook.inputs.map(({ name, default: fallback }) => [name, fallback ?? ''])),
  )
  const [accepted, setAccepted] = useState(false)
  const [tried, setTried] = useState(false)
  const [starting, setStarting] = useState(false)
  const [problem, setProblem] = useState<string>()

  const untrusted = mode !== 'walkthrough' && file.trust !== 'trusted'
  const now = useNow(1000)
  const when = declaredAt(declared, minutes, time, now)
  const problems = [
    ...runbook.inputs.map((input) => problemOf(input, values[input.name] ?? '')),
    commander.trim() === '' ? 'Somebody commands a run.' : undefined,
    when.problem,
    untrusted && !accepted ? 'Accept what would execute first.' : undefined,
  ].filter((found) => found !== undefined)

  async function start(): Promise<void> {
    setTried(true)
    if (problems.length > 0 || starting) return
    setStarting(true)
    setProblem(undefined)
    const { at } = declaredAt(declared, minutes, time, Date.now())
    try {
      const { run } = await client.request('runs.start', {
        path: file.path,
        sha256: file.sha256,
        mode,
        inputs: { ...values },
        commander: commander.trim(),
        ...(severity !== '' && { severity }),
        ...(at !== undefined && { declaredAt: at }),
        acceptContent: accepted,
      })
      go({ screen: 'run', run })
    } catch (error) {
      setProblem(words(error))
      setStarting(false)
    }
  }

  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <header className={styles.head}>
        <h1>{runbook.title}</h1>
        <p className={styles.quiet}>
          {runbook.kind} · {runbook.steps.length} steps · {file.path}
        </p>
      </header>
      <div className={styles.columns}>
        <div className={styles.fields}>
          <fieldset className={styles.modes}>
            <legend>Mode</legend>
            {MODES.map((candidate) => (
              <label key={candidate} data-mode={candidate} data-chosen={candidate === mode}>
                <input
                  type="radio"
                  name="mode"
                  value={candidate}
                  checked={candidate === mode}
                  onChange={() => setMode(candidate)}
                />
                <strong>{candidate}</strong>
                <span>{MODE_WORDS[candidate]}</span>
              </label>
            ))}
          </fieldset>
          {runbook.inputs.map((input) => (
            <Field
              key={input.name}
              label={input.required ? `${input.label} *` : input.label}
              hint={input.secret ? `${input.name} · never recorded` : input.name}
              problem={
                tried || values[input.name] !== ''
                  ? problemOf(input, values[input.name] ?? '')
                  : undefined
              }
            >
              {({ id, describedBy, invalid }) =>
                input.options ? (
                  <select
                    id={id}
                    aria-describedby={describedBy}
                    aria-invalid={invalid}
                    value={values[input.name] ?? ''}
                    onChange={(event) => setValues({ ...values, [input.name]: event.target.value })}
                  >
                    <option value="">—</option>
                    {input.options.map((option) => (
                      <option key={option}>{option}</option>
                    ))}
                  </select>
                ) : (
                  <input
                    id={id}
                    type={input.secret ? 'password' : 'text'}
                    autoComplete="off"
                    spellCheck={false}
                    aria-describedby={describedBy}
                    aria-invalid={invalid}
                    aria-required={input.required}
                    value={values[input.name] ?? ''}
                    onChange={(event) => setValues({ ...values, [input.name]: event.target.value })}
                  />
                )
              }
            </Field>
          ))}
          <Field
            label="Commander"
            hint="Decides, approves, and answers for the run."
            problem={tried && commander.trim() === '' ? 'Somebody commands a run.' : undefined}
          >
            {({ id, describedBy, invalid }) => (
              <input
                id={id}
                value={commander}
                aria-describedby={describedBy}
                aria-invalid={invalid}
                onChange={(event) => setCommander(event.target.value)}
              />
            )}
          </Field>
          <Field
            label="Severity"
            hint="When in doubt, the worse one. Lowering it later needs a reason."
          >
            {({ id, describedBy }) => (
              <select
                id={id}
                aria-describedby={describedBy}
                value={severity}
                onChange={(event) =>
                  setSeverity(SEVERITIES.find((known) => known === event.target.value) ?? '')
                }
              >
                <option value="">None: not an incident</option>
                {SEVERITIES.map((known) => (
                  <option key={known}>{known}</option>
                ))}
              </select>
            )}
          </Field>
          <Field
            label="Outage declared"
            hint="The recovery clock starts there. Pauses are shown, never subtracted."
            problem={tried ? when.problem : undefined}
          >
            {({ id, describedBy, invalid }) => (
              <div className={styles.row}>
                <select
                  id={id}
                  aria-describedby={describedBy}
                  aria-invalid={invalid}
                  value={declared}
                  onChange={(event) => {
                    const next = (['no', 'now', 'ago', 'at'] as const).find(
                      (known) => known === event.target.value,
                    )
                    setDeclared(next ?? 'no')
                  }}
                >
                  <option value="no">Not an outage: count from the start</option>
                  <option value="now">Now</option>
                  <option value="ago">Minutes ago</option>
                  <option value="at">At an exact time</option>
                </select>
                {declared === 'ago' && (
                  <input
                    aria-label="Minutes ago"
                    inputMode="numeric"
                    value={minutes}
                    onChange={(event) => setMinutes(event.target.value)}
                  />
                )}
                {declared === 'at' && (
                  <input
                    aria-label="Date and time"
                    type="datetime-local"
                    step="1"
                    value={time}
                    onChange={(event) => setTime(event.target.value)}
                  />
                )}
              </div>
            )}
          </Field>
        </div>
        <WouldExecute runbook={runbook} mode={mode} trust={file.trust} />
      </div>
      <footer className={styles.foot}>
        <div role="alert" className={styles.problem}>
          {problem ?? (tried && problems.length > 0 ? problems[0] : '')}
          {readOnly}
        </div>
        {untrusted && (
          <label className={styles.accept}>
            <input
              type="checkbox"
              checked={accepted}
              onChange={(event) => setAccepted(event.target.checked)}
            />
            {file.trust === 'new'
              ? 'I have read what this file would execute'
              : 'I have read what the changed file would execute'}
          </label>
        )}
        <Button onClick={() => go({ screen: 'library', path: file.path })}>Back</Button>
        <Button
          type="submit"
          look={mode === 'live' ? 'danger' : 'primary'}
          disabled={starting || readOnly !== undefined}
        >
          {starting ? 'Starting…' : `Start ${mode === 'live' ? 'live run' : mode}`}
        </Button>
      </footer>
    </form>
  )
}

/** Everything that is asked before a run begins. A page, not a dialog: nothing it covers could be a clock. */
export function StartScreen({ path }: { readonly path: string }): ReactNode {
  const loaded = useRequest('library.read', { path })
  const file = loaded.value
  if (loaded.status === 'failed' && file === undefined) {
    return (
      <p role="alert" className={styles.alone}>
        {loaded.problem}
      </p>
    )
  }
  return file ? <StartForm file={file} /> : <p className={styles.alone}>Reading the runbook…</p>
}
