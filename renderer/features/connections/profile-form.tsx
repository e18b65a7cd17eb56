import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { ProbeStage } from '../../../main/contract/connections.ts'
import type { Profile } from '../../../main/core/connection/profile.ts'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ProbeStages } from '../../ui/probe-stages.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './connections.module.css'
import { SourceChoice, sourceHint } from './source-choice.tsx'
import { draftOf, FIELDS, profileOf, type Draft } from './fields.ts'

const KINDS: readonly Profile['kind'][] = ['ssh', 'postgres', 'redis', 'http', 'local']

/** Adds a profile to an environment, or changes one. */
export function ProfileForm(props: {
  readonly environment: string
  /** Absent: a new one. */
  readonly profile?: Profile | undefined
  readonly onClose: (saved: boolean) => void
}): ReactNode {
  const { environment, profile } = props
  const [kind, setKind] = useState<Profile['kind']>(profile?.kind ?? 'ssh')
  const [draft, setDraft] = useState<Draft>(profile === undefined ? {} : draftOf(profile))
  const [tried, setTried] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const [testing, setTesting] = useState<string>()
  const [stages, setStages] = useState<readonly ProbeStage[]>([])
  const [verdict, setVerdict] = useState<{ readonly ok: boolean; readonly text: string }>()
  const made = profileOf(kind, draft, profile)
  const problems = tried && 'problems' in made ? made.problems : {}
  const set = (key: string, value: string): void => setDraft({ ...draft, [key]: value })

  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' })
    form.current?.querySelector('input')?.focus()
  }, [])

  async function test(): Promise<void> {
    setTried(true)
    if ('problems' in made) return
    const probe = `form-${environment}-${made.profile.name}-${Date.now()}`
    setTesting(probe)
    setRefusal(undefined)
    setStages([])
    const stop = client.on('probe.stage', (data) => {
      if (data.probe === probe) setStages((before) => [...before, data.stage])
    })
    try {
      const result = await client.request('connections.test', {
        probe,
        environment,
        profile: made.profile,
      })
      setStages(result.stages)
      setVerdict({ ok: result.ok, text: result.summary })
    } catch (error) {
      setVerdict({ ok: false, text: wordsOf(error) })
    } finally {
      stop()
      setTesting(undefined)
    }
  }

  async function save(): Promise<void> {
    setTried(true)
    if ('problems' in made) return
    try {
      await client.request('connections.save', {
        environment,
        profile: made.profile,
        ...(profile !== undefined && { replaces: profile.name }),
      })
      props.onClose(true)
    } catch (error) {
      setRefusal(wordsOf(error))
    }
  }

  return (
    <form
      ref={form}
      className={styles.form}
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <h2>
        {profile === undefined
          ? `New profile in ${environment}`
          : `${profile.name} in ${environment}`}
      </h2>
      <div className={styles.fields}>
        <Field label="Name" hint="What runbooks call it." problem={problems['name']}>
          {({ id, describedBy, invalid }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              value={draft['name'] ?? ''}
              onChange={(event) => set('name', event.target.value)}
            />
          )}
        </Field>
        <Field label="Kind">
          {({ id, describedBy }) => (
            <select
              id={id}
              aria-describedby={describedBy}
              value={kind}
              onChange={(event) => {
                const chosen = KINDS.find((one) => one === event.target.value)
                if (chosen !== undefined) setKind(chosen)
              }}
            >
              {KINDS.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          )}
        </Field>
        {FIELDS[kind].map((field) => (
          <Field
            key={field.key}
            label={field.label}
            hint={field.kind === 'secret' ? sourceHint(draft[field.key] ?? '') : field.hint}
            problem={problems[field.key]}
          >
            {({ id, describedBy, invalid }) =>
              field.kind === 'secret' ? (
                <SourceChoice
                  id={id}
                  describedBy={describedBy}
                  invalid={invalid}
                  label={field.label}
                  value={draft[field.key] ?? ''}
                  onChange={(value) => set(field.key, value)}
                />
              ) : field.kind === 'choice' ? (
                <select
                  id={id}
                  aria-describedby={describedBy}
                  value={draft[field.key] ?? ''}
                  onChange={(event) => set(field.key, event.target.value)}
                >
                  <option value="">as usual</option>
                  {field.choices?.map((choice) => (
                    <option key={choice}>{choice}</option>
                  ))}
                </select>
              ) : (
                <input
                  id={id}
                  aria-describedby={describedBy}
                  aria-invalid={invalid}
                  inputMode={field.kind === 'number' ? 'numeric' : undefined}
                  spellCheck={false}
                  value={draft[field.key] ?? ''}
                  onChange={(event) => set(field.key, event.target.value)}
                />
              )
            }
          </Field>
        ))}
      </div>
      <p role="alert" className={styles.problem}>
        {refusal}
      </p>
      <div className={styles.actions}>
        <Button type="submit" look="primary">
          Save
        </Button>
        {testing === undefined ? (
          <Button onClick={() => void test()}>Test without saving</Button>
        ) : (
          <Button onClick={() => void client.request('probe.cancel', { probe: testing })}>
            Give up
          </Button>
        )}
        <Button onClick={() => props.onClose(false)}>Cancel</Button>
      </div>
      <div role="status">
        {testing !== undefined && stages.length === 0 && 'Connecting…'}
        {stages.length > 0 && <ProbeStages stages={stages} />}
        {testing === undefined && verdict !== undefined && (
          <p data-ok={verdict.ok} className={styles.verdict}>
            {verdict.ok ? 'Reached.' : 'Not reached.'}{' '}
            {stages.some(({ detail }) => detail === verdict.text) ? '' : verdict.text}
          </p>
        )}
      </div>
    </form>
  )
}
