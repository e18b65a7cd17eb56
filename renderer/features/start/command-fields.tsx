import type { ReactNode } from 'react'
import { SEVERITIES, type Severity } from '../../../main/core/run/events.ts'
import { Field } from '../../ui/field.tsx'
import { DECLARED } from './check-inputs.ts'
import type { Draft } from './draft.ts'
import styles from './start.module.css'

const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  SEV1: 'SEV1: most users cannot work, or data is being lost',
  SEV2: 'SEV2: many users feel it',
  SEV3: 'SEV3: few users feel it',
  SEV4: 'SEV4: nobody feels it yet',
}
const DECLARED_WORDS: Readonly<Record<Draft['declared'], string>> = {
  no: 'Not an outage: count from the start',
  now: 'Now',
  ago: 'Minutes ago',
  at: 'At an exact time',
}

/** Who commands, how bad it is, and since when: what the clocks and the report stand on. */
export function CommandFields(props: {
  readonly draft: Draft
  readonly commander: string
  readonly tried: boolean
  readonly declaredProblem: string | undefined
  readonly onChange: (change: Partial<Draft>) => void
}): ReactNode {
  const { draft, commander, onChange } = props
  return (
    <>
      <div className={styles.pair}>
        <Field
          label="Commander"
          hint="Decides, approves, answers for it."
          problem={props.tried && commander.trim() === '' ? 'Somebody commands a run.' : undefined}
        >
          {({ id, describedBy, invalid }) => (
            <input
              id={id}
              autoComplete="off"
              value={commander}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              aria-required
              onChange={(event) => onChange({ commander: event.target.value })}
            />
          )}
        </Field>
        <Field label="Severity" hint="When in doubt, the worse one.">
          {({ id, describedBy }) => (
            <select
              id={id}
              aria-describedby={describedBy}
              value={draft.severity ?? ''}
              onChange={(event) =>
                onChange({ severity: SEVERITIES.find((known) => known === event.target.value) })
              }
            >
              <option value="">None: not an incident</option>
              {SEVERITIES.map((known) => (
                <option key={known} value={known}>
                  {SEVERITY_WORDS[known]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field
        label="Outage declared"
        hint="The recovery clock starts there. Pauses are shown, never subtracted."
        problem={props.declaredProblem}
      >
        {({ id, describedBy, invalid }) => (
          <div className={styles.row}>
            <select
              id={id}
              aria-describedby={describedBy}
              value={draft.declared}
              onChange={(event) =>
                onChange({
                  declared: DECLARED.find((known) => known === event.target.value) ?? 'no',
                })
              }
            >
              {DECLARED.map((known) => (
                <option key={known} value={known}>
                  {DECLARED_WORDS[known]}
                </option>
              ))}
            </select>
            {draft.declared === 'ago' && (
              <input
                aria-label="Minutes ago"
                aria-invalid={invalid}
                inputMode="numeric"
                value={draft.minutes}
                onChange={(event) => onChange({ minutes: event.target.value })}
              />
            )}
            {draft.declared === 'at' && (
              <input
                aria-label="Date and time"
                aria-invalid={invalid}
                type="datetime-local"
                step="1"
                value={draft.time}
                onChange={(event) => onChange({ time: event.target.value })}
              />
            )}
          </div>
        )}
      </Field>
    </>
  )
}
