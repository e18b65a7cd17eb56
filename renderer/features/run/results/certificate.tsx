import type { ReactNode } from 'react'
import type { CertificateFacts } from '../../../../main/core/certificate/expectation.ts'
import { counted } from '../../../ui/counted.ts'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import styles from './certificate.module.css'

const SOON_DAYS = 14

function validity({ daysLeft }: CertificateFacts): string {
  return daysLeft < 0
    ? `expired ${counted(-daysLeft, 'day')} ago`
    : `${counted(daysLeft, 'day')} left`
}

/** The certificate that a server showed, also one that was not accepted. */
export function CertificateView({ facts }: { readonly facts: CertificateFacts }): ReactNode {
  const tone = facts.problem !== undefined || facts.daysLeft < 0 ? 'bad' : undefined
  const soon = tone === undefined && facts.daysLeft < SOON_DAYS ? 'warning' : tone
  return (
    <details className={styles.certificate} data-tone={soon} open={facts.problem !== undefined}>
      <summary>
        Certificate of {shownLine(facts.host)}: <strong>{validity(facts)}</strong>, issued by{' '}
        {shownLine(facts.issuer)}, {facts.protocol}
      </summary>
      {facts.problem === undefined ? null : (
        <p className={styles.problem}>
          <strong>Not accepted, nothing was sent:</strong> {shownLine(facts.problem)}
        </p>
      )}
      <dl>
        <dt>Made out to</dt>
        <dd>{facts.names.map(shownLine).join(', ')}</dd>
        <dt>Subject</dt>
        <dd>{shownLine(facts.subject)}</dd>
        <dt>Valid</dt>
        <dd>
          {facts.validFrom} to {facts.validTo}
        </dd>
        <dt>SHA-256</dt>
        <dd>
          <code>{facts.fingerprint}</code>
        </dd>
      </dl>
    </details>
  )
}
