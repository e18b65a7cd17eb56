import type { ReactNode } from 'react'
import type { InputDeclaration } from '../../../main/core/runbook/model.ts'
import { Field } from '../../ui/field.tsx'
import { problemOf } from './check-inputs.ts'

function hintOf(input: InputDeclaration): string {
  const facts = [
    input.name,
    input.required ? 'needed' : 'may stay empty',
    ...(input.pattern === undefined ? [] : [`looks like ${input.pattern}`]),
    ...(input.secret ? ['never recorded or shown'] : []),
  ]
  return facts.join(' · ')
}

/** One field for each input that the runbook declares. Problems appear while one types. */
export function InputFields(props: {
  readonly inputs: readonly InputDeclaration[]
  readonly values: Readonly<Record<string, string>>
  /** Starting was tried: what is missing is said too. */
  readonly tried: boolean
  readonly onValue: (name: string, value: string) => void
}): ReactNode {
  return props.inputs.map((input) => {
    const value = props.values[input.name] ?? ''
    return (
      <Field
        key={input.name}
        label={input.label}
        hint={hintOf(input)}
        problem={props.tried || value !== '' ? problemOf(input, value) : undefined}
      >
        {({ id, describedBy, invalid }) =>
          input.options ? (
            <select
              id={id}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              aria-required={input.required}
              value={value}
              onChange={(event) => props.onValue(input.name, event.target.value)}
            >
              <option value="">Choose…</option>
              {input.options.map((option) => (
                <option key={option}>{option}</option>
              ))}
            </select>
          ) : (
            <input
              id={id}
              type={input.secret ? 'password' : 'text'}
              autoComplete={input.secret ? 'new-password' : 'off'}
              spellCheck={false}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              aria-required={input.required}
              value={value}
              onChange={(event) => props.onValue(input.name, event.target.value)}
            />
          )
        }
      </Field>
    )
  })
}
