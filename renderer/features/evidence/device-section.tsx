import { useState, type ReactNode } from 'react'
import type { DeviceView } from '../../../main/contract/evidence.ts'
import { client } from '../../api/index.ts'
import { useApp } from '../../app/app-store.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { EightWords } from '../../ui/eight-words.tsx'
import { dateTimeText, utcText } from '../../ui/time.ts'
import { wordsOf } from '../../ui/words.ts'
import { CountersignForm } from './countersign-form.tsx'
import { groupedHash } from './evidence-words.ts'
import styles from './device.module.css'

/** The key that this laptop signs with, to be compared by whoever wants to know that a signature is its own. */
export function DeviceSection(): ReactNode {
  const readOnly = useApp((state) => state.info?.readOnly !== undefined)
  const [replaced, setReplaced] = useState<DeviceView>()
  const loaded = useRequest('device.get', {})
  const device = replaced ?? loaded.value
  const current = device?.keys.find((key) => key.current)
  const earlier = device?.keys.filter((key) => !key.current) ?? []
  return (
    <section aria-labelledby="device-title" className={styles.section}>
      <h2 id="device-title">The key of this laptop</h2>
      {loaded.status === 'failed' && (
        <p role="alert" className={styles.problem}>
          {loaded.problem}
        </p>
      )}
      {device !== undefined && (
        <>
          <p className={styles.note}>{device.notice}</p>
          {current !== undefined && (
            <dl className={styles.facts}>
              <dt>Fingerprint</dt>
              <dd>
                <code data-fingerprint>{groupedHash(current.fingerprint)}</code>
                <EightWords words={current.words} label="The fingerprint in words" />
              </dd>
              <dt>Public key</dt>
              <dd>
                <PublicKey line={current.line} />
              </dd>
              <dt>Made</dt>
              <dd title={utcText(current.madeAt)}>
                {dateTimeText(current.madeAt)}, kept in{' '}
                {current.keeper === 'keychain' ? 'the system’s keychain' : 'a file'}
              </dd>
            </dl>
          )}
          {earlier.length > 0 && (
            <details className={styles.details}>
              <summary>
                {earlier.length} earlier {earlier.length === 1 ? 'key' : 'keys'}
              </summary>
              <ul>
                {earlier.map((key) => (
                  <li key={key.line}>
                    <code>{key.line}</code>
                    <div className={styles.note}>
                      {dateTimeText(key.madeAt)}
                      {key.retiredAt === undefined ? '' : ` to ${dateTimeText(key.retiredAt)}`}
                    </div>
                  </li>
                ))}
              </ul>
            </details>
          )}
          {current !== undefined && <CountersignForm />}
          {!readOnly && <ReplaceKey onReplaced={setReplaced} />}
        </>
      )}
    </section>
  )
}

function PublicKey({ line }: { readonly line: string }): ReactNode {
  const [said, setSaid] = useState('')
  return (
    <div className={styles.line}>
      <code>{line}</code>
      <Button
        look="quiet"
        onClick={() => {
          navigator.clipboard.writeText(line).then(
            () => setSaid('Copied.'),
            () => setSaid('It could not be copied: select it and copy it yourself.'),
          )
        }}
      >
        Copy
      </Button>
      <span role="status" className={styles.note}>
        {said}
      </span>
    </div>
  )
}

/** A new key takes the place of the old one, which says so with its last signature. */
function ReplaceKey(props: { readonly onReplaced: (device: DeviceView) => void }): ReactNode {
  const [asked, setAsked] = useState(false)
  const [problem, setProblem] = useState<string>()
  async function replace(): Promise<void> {
    try {
      props.onReplaced(await client.request('device.replace-key', {}))
      setAsked(false)
      setProblem(undefined)
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }
  return (
    <div>
      {asked ? (
        <div className={styles.ask} role="group" aria-label="Make a new key">
          <p>
            The old key signs that the new one takes its place, and then signs nothing more. Do it
            when somebody else may have read the old one. Tell the people who know the old
            fingerprint.
          </p>
          <div className={styles.line}>
            <Button look="danger" onClick={() => void replace()}>
              Make a new key
            </Button>
            <Button look="quiet" autoFocus onClick={() => setAsked(false)}>
              Keep this one
            </Button>
          </div>
        </div>
      ) : (
        <Button onClick={() => setAsked(true)}>Make a new key…</Button>
      )}
      {problem !== undefined && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
    </div>
  )
}
