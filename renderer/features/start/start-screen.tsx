import { useState, type ReactNode } from 'react'
import { useRequest } from '../../app/use-request.ts'
import { StartForm } from './start-form.tsx'
import styles from './start.module.css'

/** The question before a run. A page, not a dialog: nothing it covers could be a clock. */
export function StartScreen({ path }: { readonly path: string }): ReactNode {
  const [reading, setReading] = useState(1)
  const loaded = useRequest('library.read', { path }, reading)
  const file = loaded.value
  if (loaded.status === 'failed' && file === undefined) {
    return (
      <p role="alert" className={styles.alone}>
        {loaded.problem}
      </p>
    )
  }
  return file ? (
    <StartForm file={file} onStale={() => setReading(reading + 1)} />
  ) : (
    <p role="status" className={styles.alone}>
      Reading the runbook…
    </p>
  )
}
