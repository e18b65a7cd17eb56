import type { ReactNode } from 'react'
import { Field } from '../../ui/field.tsx'
import styles from './connections.module.css'
import type { FieldSpec } from './field-specs.ts'
import { SourceChoice, sourceHint } from './source-choice.tsx'

/** One field of a profile's form, as its kind wants it. */
export function ProfileField(props: {
  readonly field: FieldSpec
  readonly value: string
  readonly problem: string | undefined
  readonly onChange: (value: string) => void
}): ReactNode {
  const { field, value, problem, onChange } = props
  if (field.kind === 'yes') {
    return (
      <label className={styles.box}>
        <input
          type="checkbox"
          checked={value === 'yes'}
          onChange={(event) => onChange(event.target.checked ? 'yes' : '')}
        />{' '}
        {field.label}
      </label>
    )
  }
  return (
    <Field
      label={field.label}
      hint={field.kind === 'secret' ? sourceHint(value) : field.hint}
      problem={problem}
    >
      {({ id, describedBy, invalid }) =>
        field.kind === 'secret' ? (
          <SourceChoice
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            label={field.label}
            value={value}
            onChange={onChange}
          />
        ) : field.kind === 'choice' ? (
          <select
            id={id}
            aria-describedby={describedBy}
            value={value}
            onChange={(event) => onChange(event.target.value)}
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
            inputMode={field.kind === 'number' || field.kind === 'seconds' ? 'numeric' : undefined}
            spellCheck={false}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  )
}
