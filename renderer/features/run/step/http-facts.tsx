import type { ReactNode } from 'react'
import type { HttpFacts } from '../../../../main/core/run/events.ts'
import { counted } from '../../../ui/counted.ts'
import { bytesText } from '../../../../main/core/report/duration.ts'
import { shownLine, shownText } from '../../../../main/core/report/hostile.ts'
import styles from './step.module.css'

const PHASES = [
  ['lookup', 'name lookup'],
  ['connect', 'connect'],
  ['tls', 'TLS'],
  ['firstByte', 'first byte'],
  ['body', 'body'],
] as const

/** Status, phases, way and certificate of an HTTP answer, on one line; headers on demand. */
export function HttpFactsView(props: {
  readonly facts: HttpFacts
  /** The certificate is shown by itself. */
  readonly hasCertificate: boolean
}): ReactNode {
  const { facts, hasCertificate } = props
  const phases = PHASES.flatMap(([name, word]) => {
    const ms = facts.phases[name]
    return ms === undefined ? [] : [`${word} ${ms} ms`]
  })
  const redirects = facts.redirects ?? []
  return (
    <details className={styles.http} open={redirects.length > 0 || facts.capped !== undefined}>
      <summary>
        HTTP {facts.status}
        {phases.length === 0 ? '' : ` · ${phases.join(', ')}`}
        {facts.proxy === undefined ? '' : ` · through the proxy ${facts.proxy}`}
        {redirects.length === 0 ? '' : ` · ${counted(redirects.length, 'redirect')} followed`}
        {facts.tls === undefined || hasCertificate
          ? ''
          : ` · ${facts.tls.protocol}, certificate valid for ${facts.tls.daysLeft} more days`}
      </summary>
      {facts.capped === undefined ? null : (
        <p className={styles.lost}>
          Only the first {bytesText(facts.capped)} of the body were read: that is the limit of the
          profile. Expectations saw no more.
        </p>
      )}
      {redirects.length === 0 ? null : (
        <ol className={styles.redirects} aria-label="Redirects">
          {redirects.map(({ status, from, to }) => (
            <li key={`${from} ${to}`}>
              {status}: <code>{shownLine(from)}</code> → <code>{shownLine(to)}</code>
            </li>
          ))}
        </ol>
      )}
      {facts.tls === undefined || hasCertificate ? null : (
        <p>
          Certificate for {facts.tls.subject}, issued by {facts.tls.issuer}, valid to{' '}
          {facts.tls.validTo}.
        </p>
      )}
      <pre className={styles.expected}>
        {shownText(facts.headers.map(([name, value]) => `${name}: ${value}`).join('\n'))}
      </pre>
    </details>
  )
}
