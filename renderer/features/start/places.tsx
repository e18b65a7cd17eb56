import { Check, LoaderCircle, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { TargetDeclaration } from '../../../main/core/runbook/model.ts'
import { addressOf } from '../../app/route.ts'
import { Button } from '../../ui/button.tsx'
import { EnvironmentBadge } from '../../ui/environment-badge.tsx'
import { Field } from '../../ui/field.tsx'
import { ProbeStages } from '../../ui/probe-stages.tsx'
import styles from './places.module.css'
import type { Places as PlacesState } from './use-places.ts'

/** Which environment, which profile for each target, and whether each was reached. */
export function Places(props: {
  readonly places: PlacesState
  readonly onEnvironment: (environment: string) => void
  readonly onProfile: (target: string, profile: string) => void
}): ReactNode {
  const { places } = props
  const { environment } = places
  // Chosen, and not to be found in a file with mistakes.
  const unread = places.environments.some(({ name }) => name === environment)
    ? undefined
    : environment
  return (
    <section className={styles.places} aria-label="Targets" data-production={places.production}>
      <div className={styles.head}>
        <Field label="Environment" hint={environmentHint(places)}>
          {({ id, describedBy }) => (
            <select
              id={id}
              aria-describedby={describedBy}
              value={places.environment ?? ''}
              onChange={(event) => props.onEnvironment(event.target.value)}
            >
              <option value="">none</option>
              {unread !== undefined && <option value={unread}>{unread}</option>}
              {places.environments.map(({ name, production }) => (
                <option key={name} value={name}>
                  {name}
                  {production && name !== 'production' ? ' (production)' : ''}
                </option>
              ))}
            </select>
          )}
        </Field>
        {places.environment !== undefined && (
          <EnvironmentBadge name={places.environment} production={places.production} />
        )}
        <Button onClick={places.again} disabled={places.trying}>
          {places.trying ? 'Trying…' : 'Try again'}
        </Button>
      </div>
      {places.problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {places.problem}
        </p>
      )}
      <ul>
        {places.targets.map((target) => (
          <Target key={target.name} target={target} places={places} onProfile={props.onProfile} />
        ))}
      </ul>
      <p className={styles.quiet}>
        Places are kept under <a href={addressOf({ screen: 'connections' })}>Connections</a>.
      </p>
    </section>
  )
}

function environmentHint({ environments, problem }: PlacesState): string | undefined {
  return environments.length === 0 && problem === undefined ? 'None is set up yet.' : undefined
}

function Target(props: {
  readonly target: TargetDeclaration
  readonly places: PlacesState
  readonly onProfile: (target: string, profile: string) => void
}): ReactNode {
  const { target, places } = props
  const result = places.results[target.name]
  const stages = result?.probe?.stages ?? places.stages[target.name] ?? []
  const profile = places.connections[target.name] ?? target.connection
  const names = places.environments
    .filter(({ name }) => name === places.environment)
    .flatMap(({ profiles }) => profiles)
    .filter(({ kind }) => kind === target.kind)
    .map(({ name }) => name)
  const problem =
    result?.problem ?? (result?.probe?.ok === false ? result.probe.summary : undefined)
  const ok = result !== undefined && problem === undefined
  return (
    <li className={styles.target} data-state={result === undefined ? 'trying' : ok ? 'ok' : 'bad'}>
      <div className={styles.line}>
        {result === undefined ? (
          <LoaderCircle size={16} aria-label="being tried" />
        ) : ok ? (
          <Check size={16} aria-label="reached" />
        ) : (
          <X size={16} aria-label="not reached" />
        )}
        <strong>{target.name}</strong>
        <span className={styles.quiet}>{target.kind}</span>
        {names.length === 0 ? (
          <code>{profile}</code>
        ) : (
          <select
            aria-label={`Profile for ${target.name}`}
            value={profile}
            onChange={(event) => props.onProfile(target.name, event.target.value)}
          >
            {[...new Set([target.connection, profile, ...names])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </div>
      <div role="status" className={styles.said}>
        {problem ?? (ok ? (result.probe?.summary ?? result.summary) : 'Trying…')}
      </div>
      {result?.summary !== undefined && <div className={styles.summary}>{result.summary}</div>}
      {problem !== undefined && stages.length > 0 && <ProbeStages stages={stages} said={problem} />}
    </li>
  )
}
