import { useEffect, useId, useState, type ReactNode } from 'react'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './connections.module.css'

/** Keeps the secret of a keychain entry that a profile names. What is typed goes to the keychain and nowhere else. */
export function KeychainEntry({ name }: { readonly name: string }): ReactNode {
  const id = useId()
  const [value, setValue] = useState('')
  const [unusable, setUnusable] = useState<string>()
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly text: string }>()
  useEffect(() => {
    let current = true
    client.request('keychain.state', {}).then(
      (state) => {
        if (current) setUnusable(state.unusable)
      },
      (error: unknown) => {
        if (current) setUnusable(wordsOf(error))
      },
    )
    return () => {
      current = false
    }
  }, [])

  async function store(): Promise<void> {
    try {
      await client.request('keychain.store', { name, value })
      setValue('')
      setSaid({ ok: true, text: `Kept in the keychain as “${name}”.` })
    } catch (error) {
      setSaid({ ok: false, text: wordsOf(error) })
    }
  }

  if (unusable !== undefined) return <p className={styles.quiet}>{unusable}</p>
  return (
    <div className={styles.keychain}>
      <label htmlFor={id}>The secret, for the keychain entry “{name}”</label>
      <input
        id={id}
        type="password"
        autoComplete="off"
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button disabled={value === ''} onClick={() => void store()}>
        Keep in the keychain
      </Button>
      <p role="status" className={said?.ok === false ? styles.problem : styles.quiet}>
        {said?.text}
      </p>
    </div>
  )
}
