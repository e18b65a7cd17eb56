import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { ProbeStage } from '../../../main/contract/connections.ts'
import type { Profile } from '../../../main/core/connection/profile.ts'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ProbeStages } from '../../ui/probe-stages.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './connections.module.css'
import { FIELDS, type FieldGroup } from './field-specs.ts'
import { draftOf, profileOf, type Draft } from './fields.ts'
import { ProfileField } from './profile-field.tsx'

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
        {FIELDS[kind][0]?.fields.map((field) => (
          <ProfileField
            key={field.key}
            field={field}
            value={draft[field.key] ?? ''}
            problem={problems[field.key]}
            onChange={(value) => set(field.key, value)}
          />
        ))}
      </div>
      {FIELDS[kind].slice(1).map((group) => (
        <MoreFields
          key={`${kind} ${group.title}`}
          group={group}
          draft={draft}
          problems={problems}
          onChange={set}
        />
      ))}
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

/** Fields that few profiles need: folded, unless something stands in one of them or is wrong with it. */
function MoreFields(props: {
  readonly group: FieldGroup
  readonly draft: Draft
  readonly problems: Readonly<Record<string, string>>
  readonly onChange: (key: string, value: string) => void
}): ReactNode {
  const { draft, group, problems } = props
  const [open, setOpen] = useState(() => group.fields.some(({ key }) => (draft[key] ?? '') !== ''))
  const wrong = group.fields.some(({ key }) => problems[key] !== undefined)
  return (
    <details
      className={styles.group}
      open={open || wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{group.title}</summary>
      <div className={styles.fields}>
        {group.fields.map((field) => (
          <ProfileField
            key={field.key}
            field={field}
            value={draft[field.key] ?? ''}
            problem={problems[field.key]}
            onChange={(value) => props.onChange(field.key, value)}
          />
        ))}
      </div>
    </details>
  )
}
