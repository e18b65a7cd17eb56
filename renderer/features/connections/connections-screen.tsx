import { useEffect, useState, type ReactNode } from 'react'
import type { Probe, ProbeStage } from '../../../main/contract/connections.ts'
import type { RequestResult } from '../../../main/contract/requests.ts'
import type { Environment, Profile } from '../../../main/core/connection/profile.ts'
import { profileSummary } from '../../../main/core/connection/read.ts'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { EnvironmentBadge } from '../../ui/environment-badge.tsx'
import { Field } from '../../ui/field.tsx'
import { ProbeStages } from '../../ui/probe-stages.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './connections.module.css'
import { KeychainForm } from './keychain-form.tsx'
import { ProductionMark } from './production-mark.tsx'
import { ProfileForm } from './profile-form.tsx'

type Listed = RequestResult<'connections.list'>

/** Environments and the profiles in them: looked at, tried, added, changed, taken over from a team. */
export function ConnectionsScreen(): ReactNode {
  const [listed, setListed] = useState<Listed>()
  const [problem, setProblem] = useState<string>()
  const [editing, setEditing] = useState<{ environment: string; profile?: Profile }>()
  useEffect(() => {
    let current = true
    const read = (): void => {
      client.request('connections.list', {}).then(
        (result) => {
          if (!current) return
          setListed(result)
          setProblem(undefined)
        },
        (error: unknown) => {
          if (current) setProblem(wordsOf(error))
        },
      )
    }
    read()
    const stop = client.on('connections.changed', read)
    // The file may have been edited elsewhere meanwhile.
    window.addEventListener('focus', read)
    return () => {
      current = false
      stop()
      window.removeEventListener('focus', read)
    }
  }, [])

  if (listed === undefined)
    return (
      <p role={problem === undefined ? 'status' : 'alert'} className={styles.waiting}>
        {problem ?? 'Reading the connections…'}
      </p>
    )
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>Connections</h1>
        <p className={styles.quiet}>
          Where the targets of runbooks lead. Kept in <code>{listed.file}</code>, without secrets.
        </p>
      </header>
      {listed.diagnostics.length > 0 && (
        <ul className={styles.diagnostics} aria-label="What is wrong in the file">
          {listed.diagnostics.map(({ severity, message, range }) => (
            <li key={`${range.start.offset}-${message}`} data-severity={severity}>
              {range.start.line}:{range.start.column} {message}
            </li>
          ))}
        </ul>
      )}
      {problem !== undefined && <p role="alert">{problem}</p>}
      {editing !== undefined && (
        <ProfileForm
          key={`${editing.environment}/${editing.profile?.name ?? ''}`}
          environment={editing.environment}
          profile={editing.profile}
          onClose={() => setEditing(undefined)}
        />
      )}
      {listed.environments.length === 0 && (
        <p className={styles.empty}>
          {listed.diagnostics.some(({ severity }) => severity === 'error')
            ? 'Nothing in the file can be used before that is mended, by hand. Muster does not change it.'
            : 'There is no environment yet. Add one below, and in it a profile for each name that your runbooks use; or take over the file that your team keeps in git.'}
        </p>
      )}
      {listed.environments.map((environment) => (
        <EnvironmentSection
          key={environment.name}
          environment={environment}
          onEdit={(profile) =>
            setEditing({ environment: environment.name, ...(profile !== undefined && { profile }) })
          }
        />
      ))}
      <div className={styles.forms}>
        <NewEnvironment />
        <Import />
        <KeychainForm />
      </div>
    </div>
  )
}

function EnvironmentSection(props: {
  readonly environment: Environment
  readonly onEdit: (profile: Profile | undefined) => void
}): ReactNode {
  const { environment } = props
  return (
    <section className={styles.environment} aria-label={environment.name}>
      <header>
        <h2>
          <EnvironmentBadge name={environment.name} production={environment.production} />
        </h2>
        <span className={styles.buttons}>
          <ProductionMark environment={environment.name} production={environment.production} />
          <Button onClick={() => props.onEdit(undefined)}>Add a profile…</Button>
        </span>
      </header>
      {environment.profiles.length === 0 && <p className={styles.quiet}>No profiles yet.</p>}
      <ul>
        {environment.profiles.map((profile) => (
          <ProfileRow
            key={profile.name}
            environment={environment.name}
            profile={profile}
            onEdit={() => props.onEdit(profile)}
          />
        ))}
      </ul>
    </section>
  )
}

function ProfileRow(props: {
  readonly environment: string
  readonly profile: Profile
  readonly onEdit: () => void
}): ReactNode {
  const { environment, profile } = props
  const [stages, setStages] = useState<readonly ProbeStage[]>([])
  const [testing, setTesting] = useState(false)
  const [probe, setProbe] = useState<Probe>()
  const [problem, setProblem] = useState<string>()
  const [removing, setRemoving] = useState(false)
  const id = `test:${environment}/${profile.name}`

  async function test(): Promise<void> {
    setTesting(true)
    setProbe(undefined)
    setProblem(undefined)
    setStages([])
    const stop = client.on('probe.stage', (data) => {
      if (data.probe === id) setStages((before) => [...before, data.stage])
    })
    try {
      setProbe(
        await client.request('connections.test', { probe: id, environment, profile: profile.name }),
      )
    } catch (error) {
      setProblem(wordsOf(error))
    } finally {
      stop()
      setTesting(false)
    }
  }

  async function remove(): Promise<void> {
    try {
      await client.request('connections.remove', { environment, profile: profile.name })
    } catch (error) {
      setProblem(wordsOf(error))
      setRemoving(false)
    }
  }

  return (
    <li className={styles.profile}>
      <div className={styles.line}>
        <strong>{profile.name}</strong>
        <span className={styles.summary} title={profile.description}>
          {profileSummary(profile)}
        </span>
        <span className={styles.buttons}>
          {testing ? (
            <Button onClick={() => void client.request('probe.cancel', { probe: id })}>
              Give up
            </Button>
          ) : (
            <Button aria-label={`Test ${profile.name}`} onClick={() => void test()}>
              Test
            </Button>
          )}
          <Button aria-label={`Edit ${profile.name}`} onClick={props.onEdit}>
            Edit…
          </Button>
          {removing ? (
            <>
              <Button look="danger" onClick={() => void remove()}>
                Remove {profile.name}
              </Button>
              <Button onClick={() => setRemoving(false)}>Keep</Button>
            </>
          ) : (
            <Button aria-label={`Remove ${profile.name}…`} onClick={() => setRemoving(true)}>
              Remove…
            </Button>
          )}
        </span>
      </div>
      <div role="status" className={styles.outcome}>
        {testing && stages.length === 0 && 'Connecting…'}
        {(stages.length > 0 || probe !== undefined) && (
          <ProbeStages stages={probe?.stages ?? stages} />
        )}
        {probe !== undefined && (
          <p data-ok={probe.ok} className={styles.verdict}>
            {probe.ok ? 'Reached.' : 'Not reached.'} {saidAlready(probe) ? '' : probe.summary}
          </p>
        )}
        {problem !== undefined && (
          <p data-ok={false} className={styles.verdict}>
            {problem}
          </p>
        )}
      </div>
    </li>
  )
}

/** The last stage stands just above. */
function saidAlready({ stages, summary }: Probe): boolean {
  return stages.some(({ ok, detail }) => !ok && detail === summary)
}

function NewEnvironment(): ReactNode {
  const [name, setName] = useState('')
  const [production, setProduction] = useState(false)
  const [problem, setProblem] = useState<string>()
  async function add(): Promise<void> {
    try {
      await client.request('connections.saveEnvironment', { name: name.trim(), production })
      setName('')
      setProduction(false)
      setProblem(undefined)
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }
  return (
    <form
      className={styles.small}
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') void add()
      }}
    >
      <Field
        label="New environment"
        problem={problem}
        hint="production, staging, drill, or a name of your own"
      >
        {({ id, describedBy, invalid }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            value={name}
            onChange={(event) => {
              setName(event.target.value)
              if (event.target.value.trim() === 'production') setProduction(true)
            }}
          />
        )}
      </Field>
      <label>
        <input
          type="checkbox"
          checked={production}
          onChange={(event) => setProduction(event.target.checked)}
        />{' '}
        It is production
      </label>
      <Button type="submit" disabled={name.trim() === ''}>
        Add the environment
      </Button>
    </form>
  )
}

function Import(): ReactNode {
  const [path, setPath] = useState('')
  const [replace, setReplace] = useState(false)
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly text: string }>()
  async function take(): Promise<void> {
    try {
      const { added, kept } = await client.request('connections.import', {
        path: path.trim(),
        replace,
      })
      const rest = kept.length === 0 ? '' : ` Kept as they were: ${kept.join(', ')}.`
      setSaid({ ok: true, text: `${added} taken over.${rest}` })
      setPath('')
    } catch (error) {
      setSaid({ ok: false, text: wordsOf(error) })
    }
  }
  return (
    <form
      className={styles.small}
      onSubmit={(event) => {
        event.preventDefault()
        if (path.trim() !== '') void take()
      }}
    >
      <Field
        label="Take over a team's file"
        hint={
          said?.ok === true
            ? said.text
            : 'A connections.yaml that your team keeps, for example in git'
        }
        problem={said?.ok === false ? said.text : undefined}
      >
        {({ id, describedBy, invalid }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            spellCheck={false}
            placeholder="/home/you/runbooks/connections.yaml"
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
        )}
      </Field>
      <label>
        <input
          type="checkbox"
          checked={replace}
          onChange={(event) => setReplace(event.target.checked)}
        />{' '}
        Replace profiles of the same name
      </label>
      <Button type="submit" disabled={path.trim() === ''}>
        Take over
      </Button>
    </form>
  )
}
