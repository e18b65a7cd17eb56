import { useId, useState, type ReactNode } from 'react'
import { Action } from '../parts/action.tsx'
import { RefusalLine } from '../parts/panel.tsx'
import styles from './screen.module.css'

/** Secret inputs are never recorded, so after an interruption they have to be given again. */
export function SecretsForm(props: {
  readonly names: readonly string[]
  readonly provide: (values: Readonly<Record<string, string>>) => Promise<void>
}): ReactNode {
  const id = useId()
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [problem, setProblem] = useState<string | undefined>()
  const submit = (): void => {
    props
      .provide(values)
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
  }
  return (
    <form
      className={styles.notice}
      data-tone="warning"
      aria-label="Secret inputs"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <p>
        <strong>Secrets are needed again.</strong> They are never recorded; commands that use them
        cannot run before.
      </p>
      {props.names.map((name) => (
        <label key={name} className={styles.secret} htmlFor={`${id}-${name}`}>
          {name}
          <input
            id={`${id}-${name}`}
            type="password"
            autoComplete="off"
            value={values[name] ?? ''}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        </label>
      ))}
      <Action look="primary" submit onPress={submit}>
        Give them
      </Action>
      {problem === undefined ? null : <RefusalLine message={problem} />}
    </form>
  )
}
