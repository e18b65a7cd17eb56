import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOf } from '../../ui/words.ts'
import { FindingsView } from './findings-view.tsx'
import { HeldFields, keptOf, NOTHING_HELD } from './held-fields.tsx'
import { checkFile, checkRun, type Findings } from './record.ts'
import { RecordChoice, type Chosen } from './record-choice.tsx'
import styles from './verify.module.css'

type Checking =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly says: string }
  | { readonly kind: 'refused'; readonly message: string }
  /** `times`: how often was asked, so that each answer is heard. */
  | { readonly kind: 'found'; readonly findings: Findings; readonly times: number }

/** Whether a record is what was recorded: a run of this laptop, or a bundle that somebody gave. */
export function VerifyScreen({ run }: { readonly run: string | undefined }): ReactNode {
  const [chosen, setChosen] = useState<Chosen>({ kind: 'run', run: run ?? '' })
  const [held, setHeld] = useState(NOTHING_HELD)
  const [checking, setChecking] = useState<Checking>({ kind: 'idle' })
  const going = useRef<AbortController>(undefined)
  const times = useRef(0)
  useEffect(() => () => going.current?.abort(), [])

  async function check(what: Chosen): Promise<void> {
    going.current?.abort()
    const controller = new AbortController()
    going.current = controller
    const { signal } = controller
    const say = (next: Checking): void => {
      if (!signal.aborted) setChecking(next)
    }
    say({ kind: 'working', says: 'Reading every event and every output…' })
    times.current += 1
    const { current } = times
    try {
      say({ kind: 'found', findings: await found(what, signal, say), times: current })
    } catch (error) {
      say({ kind: 'refused', message: wordsOf(error) })
    }
  }

  async function found(
    what: Chosen,
    signal: AbortSignal,
    say: (next: Checking) => void,
  ): Promise<Findings> {
    const kept = keptOf(held)
    if (what.kind === 'run') return await checkRun(client, what.run, kept)
    const { file, path } = what
    if (file === undefined)
      return await client.request('bundles.verify', { bundle: { path }, ...kept })
    return await checkFile(client, file, kept, {
      signal,
      progress: (bytes) =>
        say({
          kind: 'working',
          says:
            bytes < file.size
              ? `Handing over ${file.name}: ${Math.floor((100 * bytes) / file.size)} %`
              : 'Checking the bundle…',
        }),
    })
  }

  // An address with a run is the question itself.
  const asked = useEffectEvent((id: string) => void check({ kind: 'run', run: id }))
  useEffect(() => {
    if (run !== undefined) asked(run)
  }, [run])

  const ready = chosen.kind === 'run' ? chosen.run !== '' : chosen.path !== '' || chosen.file
  return (
    <div className={styles.screen}>
      <header>
        <h1>Verify</h1>
        <p className={styles.quiet}>
          Whether a record is as it was recorded. Nothing is changed by looking.
        </p>
      </header>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void check(chosen)
        }}
      >
        <RecordChoice chosen={chosen} onChoose={setChosen} />
        <HeldFields held={held} onChange={setHeld} />
        <div className={styles.actions}>
          <Button type="submit" look="primary" disabled={!ready || checking.kind === 'working'}>
            Verify
          </Button>
          {checking.kind === 'working' && (
            <>
              <span role="status">{checking.says}</span>
              <Button
                look="quiet"
                onClick={() => {
                  going.current?.abort()
                  setChecking({ kind: 'idle' })
                }}
              >
                Stop
              </Button>
            </>
          )}
        </div>
        {checking.kind === 'refused' && (
          <p role="alert" className={styles.problem}>
            {checking.message}
          </p>
        )}
      </form>
      {checking.kind === 'found' && <FindingsView key={checking.times} of={checking.findings} />}
    </div>
  )
}
