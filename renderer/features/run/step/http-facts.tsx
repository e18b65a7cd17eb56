import type { ReactNode } from 'react'
import type { HttpFacts } from '../../../../main/core/run/events.ts'
import styles from './step.module.css'

const PHASES = [
  ['lookup', 'name lookup'],
  ['connect', 'connect'],
  ['tls', 'TLS'],
  ['firstByte', 'first byte'],
  ['body', 'body'],
] as const

/** Status, phases and certificate of an HTTP answer, on one line; headers on demand. */
export function HttpFactsView({ facts }: { readonly facts: HttpFacts }): ReactNode {
  const phases = PHASES.flatMap(([name, word]) => {
    const ms = facts.phases[name]
    return ms === undefined ? [] : [`${word} ${ms} ms`]
  })
  return (
    <details className={styles.http}>
      <summary>
        HTTP {facts.status}
        {phases.length === 0 ? '' : ` · ${phases.join(', ')}`}
        {facts.tls === undefined
          ? ''
          : ` · ${facts.tls.protocol}, certificate valid for ${facts.tls.daysLeft} more days`}
      </summary>
      {facts.tls === undefined ? null : (
        <p>
          Certificate for {facts.tls.subject}, issued by {facts.tls.issuer}, valid to{' '}
          {facts.tls.validTo}.
        </p>
      )}
      <pre className={styles.expected}>
        {facts.headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
      </pre>
    </details>
  )
}
