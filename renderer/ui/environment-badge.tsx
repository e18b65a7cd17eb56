import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './environment-badge.module.css'

/** The name of an environment. Production says so in a word, not in a colour alone. */
export function EnvironmentBadge(props: {
  readonly name: string
  readonly production: boolean
}): ReactNode {
  const { name, production } = props
  const says = production && name.toLowerCase() !== 'production'
  return (
    <span className={styles.environment} data-production={production}>
      {production && <TriangleAlert size={14} aria-hidden />}
      {production ? name.toUpperCase() : name}
      {says && ' · PRODUCTION'}
    </span>
  )
}
