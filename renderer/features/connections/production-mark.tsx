import { useState, type ReactNode } from 'react'
import { client } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOf } from '../../ui/words.ts'
import styles from './connections.module.css'

/** Says that an environment is production, or, after a question, that it is not. */
export function ProductionMark(props: {
  readonly environment: string
  readonly production: boolean
}): ReactNode {
  const { environment, production } = props
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<string>()
  async function save(next: boolean): Promise<void> {
    setAsking(false)
    setProblem(undefined)
    try {
      await client.request('connections.saveEnvironment', { name: environment, production: next })
    } catch (error) {
      setProblem(wordsOf(error))
    }
  }
  return (
    <>
      {problem === undefined ? null : (
        <span role="alert" className={styles.problem}>
          {problem}
        </span>
      )}
      {asking ? (
        <>
          <span>Nothing will warn that runs in {environment} reach production.</span>
          <Button look="danger" autoFocus onClick={() => void save(false)}>
            {environment} is not production
          </Button>
          <Button onClick={() => setAsking(false)}>Keep the mark</Button>
        </>
      ) : (
        <Button
          aria-label={
            production
              ? `Take the mark of production from ${environment}…`
              : `Mark ${environment} as production`
          }
          onClick={() => (production ? setAsking(true) : void save(true))}
        >
          {production ? 'Not production…' : 'Mark as production'}
        </Button>
      )}
    </>
  )
}
