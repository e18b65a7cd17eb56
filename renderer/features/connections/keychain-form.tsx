import { useState, type ReactNode } from 'react'
import { client } from '../../api/index.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './connections.module.css'

/** Puts a secret into the keychain of this computer, under a name that profiles mention. It is shown nowhere again. */
export function KeychainForm(): ReactNode {
  const state = useRequest('keychain.state', {})
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly text: string }>()
  if (state.value === undefined) return null
  const { unusable } = state.value
  if (unusable !== undefined)
    return (
      <div className={styles.small}>
        <strong>Keychain</strong>
        <p className={styles.quiet}>{unusable}</p>
      </div>
    )

  async function change(work: Promise<unknown>, text: string): Promise<void> {
    try {
      await work
      setSaid({ ok: true, text })
      setName('')
    } catch (error) {
      setSaid({ ok: false, text: wordsOf(error) })
    } finally {
      // Also after a failure: a secret does not stay in a field.
      setValue('')
    }
  }
  const entry = name.trim()
  return (
    <form
      className={styles.small}
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        if (entry !== '' && value !== '')
          void change(
            client.request('keychain.store', { name: entry, value }),
            `“${entry}” is in the keychain. Choose it in a profile.`,
          )
      }}
    >
      <Field
        label="Keep a secret in the keychain"
        hint={said?.ok === true ? said.text : 'A name of your own for it, such as orders'}
        problem={said?.ok === false ? said.text : undefined}
      >
        {({ id, describedBy, invalid }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="The secret" hint="Goes into the keychain and nowhere else.">
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            type="password"
            autoComplete="new-password"
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Field>
      <div className={styles.actions}>
        <Button type="submit" disabled={entry === '' || value === ''}>
          Store it
        </Button>
        <Button
          disabled={entry === ''}
          onClick={() =>
            void change(
              client.request('keychain.remove', { name: entry }),
              `“${entry}” is no longer in the keychain.`,
            )
          }
        >
          Remove it
        </Button>
      </div>
    </form>
  )
}
