import { useState, type ReactNode } from 'react'
import type { RunState } from '../../../main/core/run/state.ts'
import type { CheckpointView } from '../../../main/contract/evidence.ts'
import { client } from '../../api/index.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { EightWords } from '../../ui/eight-words.tsx'
import { dateTimeText, utcText } from '../../ui/time.ts'
import { wordsOf } from '../../ui/words.ts'
import { WHY_WORDS, witnessLine } from './evidence-words.ts'
import styles from './evidence.module.css'
import { Others } from './others.tsx'
import { ReadBack } from './read-back.tsx'
import { WitnessForm } from './witness-form.tsx'

const MOST = 100

/** The signed checkpoints of a run: the newest to be read out, and who has which. */
export function Checkpoints(props: {
  readonly run: string
  readonly state: RunState
  readonly isReadOnly: boolean
}): ReactNode {
  const { run, state, isReadOnly } = props
  const [asked, setAsked] = useState(0)
  const [problem, setProblem] = useState<string>()
  const loaded = useRequest('runs.checkpoints', { run }, `${state.seq} ${asked}`)
  const checkpoints = loaded.value ?? []
  const newest = checkpoints.at(-1)
  /** What is being read out stays as it is, whatever is signed meanwhile. */
  const [readOut, setReadOut] = useState<number>()
  const shown = checkpoints.find(({ size }) => size === readOut) ?? newest
  if (readOut === undefined && newest !== undefined) setReadOut(newest.size)
  const witnesses = state.witnesses ?? []

  async function sign(): Promise<void> {
    try {
      const { checkpoint, notice } = await client.request('runs.checkpoint', { run })
      setProblem(checkpoint === undefined ? notice : undefined)
      if (checkpoint !== undefined) setReadOut(checkpoint.size)
      setAsked((times) => times + 1)
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }

  return (
    <>
      <section aria-labelledby="words-title" className={styles.part}>
        <h2 id="words-title">Read this to someone</h2>
        <p className={styles.quiet}>
          Somebody outside of this room, who writes the words down and keeps them. As long as one
          person has them, nothing up to that moment can be changed without being found.
        </p>
        {shown === undefined || newest === undefined ? (
          <p role="status">
            {loaded.status === 'loading'
              ? 'Reading the checkpoints…'
              : 'This run has no signed checkpoint, so there are no words yet.'}
          </p>
        ) : (
          <>
            <EightWords words={shown.words} label={`The words of event ${shown.size}`} />
            <p>
              {stands(shown)}
              {shown.size < state.seq
                ? `; ${state.seq - shown.size} ${state.seq - shown.size === 1 ? 'event has' : 'events have'} been recorded since.`
                : ', the last.'}
            </p>
            {newest.size > shown.size && (
              <p>
                <Button onClick={() => setReadOut(newest.size)}>
                  Show the words of event {newest.size}
                </Button>
              </p>
            )}
          </>
        )}
        {!isReadOnly && (newest === undefined || newest.size < state.seq) && (
          <p>
            <Button onClick={() => void sign()}>Sign what is recorded now</Button>
          </p>
        )}
        {problem !== undefined && (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        )}
        {shown !== undefined && !isReadOnly && (
          <WitnessForm key={shown.size} run={run} checkpoint={shown} />
        )}
        <ReadBack checkpoints={checkpoints} />
      </section>
      <section aria-labelledby="checkpoints-title" className={styles.part}>
        <h2 id="checkpoints-title">Checkpoints</h2>
        {loaded.status === 'failed' && (
          <p role="alert" className={styles.problem}>
            {loaded.problem}
          </p>
        )}
        {checkpoints.length > 0 && (
          <div
            className={styles.scrolls}
            tabIndex={0}
            role="region"
            aria-label="Table of checkpoints"
          >
            <table>
              <thead>
                <tr>
                  <th scope="col">Event</th>
                  <th scope="col">Signed</th>
                  <th scope="col">Words</th>
                  <th scope="col">Who vouches for it</th>
                </tr>
              </thead>
              <tbody>
                {checkpoints
                  .toReversed()
                  .slice(0, MOST)
                  .map((checkpoint) => (
                    <tr key={checkpoint.size}>
                      <td>{checkpoint.size}</td>
                      <td title={utcText(checkpoint.wall)}>
                        {dateTimeText(checkpoint.wall)}
                        <div className={styles.quiet}>{WHY_WORDS[checkpoint.why]}</div>
                      </td>
                      <td className={styles.mono}>{checkpoint.words.join(' ')}</td>
                      <td>
                        {witnesses
                          .filter(({ size }) => size === checkpoint.size)
                          .map((witness) => (
                            <div key={witness.seq}>{witnessLine(witness)}</div>
                          ))}
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        )}
        {checkpoints.length > MOST && (
          <p className={styles.quiet}>
            The newest {MOST} of {checkpoints.length} are shown.
          </p>
        )}
        {newest !== undefined && <Others run={run} newest={newest} isReadOnly={isReadOnly} />}
      </section>
    </>
  )
}

function stands({ size, wall, why }: CheckpointView): string {
  return `Signed ${dateTimeText(wall)} (${WHY_WORDS[why]}), up to event ${size}`
}
