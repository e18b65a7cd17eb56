import type { ReactNode } from 'react'
import { addressOf } from '../../../app/route.ts'
import { useRun } from '../screen/run-context.ts'
import styles from './parts.module.css'

/** Leads to what was recorded, to watch it as it came. */
export function WatchLink({ label }: { readonly label: string }): ReactNode {
  const { run } = useRun()
  return (
    <a className={styles.watch} href={addressOf({ screen: 'recording', run, of: label })}>
      Watch it
    </a>
  )
}
