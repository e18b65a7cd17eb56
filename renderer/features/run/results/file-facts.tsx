import type { ReactNode } from 'react'
import type { FileFacts } from '../../../../main/core/files/transfer.ts'
import { bytesText } from '../../../../main/core/report/duration.ts'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import styles from '../step/step.module.css'

/** What of a file arrived where, and its digest. */
export function FileFactsView(props: {
  readonly facts: FileFacts
  /** It is kept with the run. */
  readonly kept: boolean
}): ReactNode {
  const { facts, kept } = props
  const { bytes, size, sha256 } = facts
  const whole = sha256 !== undefined
  return (
    <dl className={styles.transfer} aria-label="The file">
      <dt>{facts.direction === 'upload' ? 'Sent' : 'Collected'}</dt>
      <dd>
        {whole
          ? `all ${bytesText(bytes)}`
          : size === undefined
            ? `${bytesText(bytes)}, not whole`
            : `${bytesText(bytes)} of ${bytesText(size)}, not whole`}
        : <code>{shownLine(facts.from)}</code> to <code>{shownLine(facts.to)}</code>
        {facts.mode === undefined ? '' : `, mode ${facts.mode}`}
        {facts.replaced === true ? '; a file was there and was replaced' : ''}
        {facts.mediaType === undefined ? '' : `; ${facts.mediaType}`}
      </dd>
      {sha256 === undefined ? null : (
        <>
          <dt>SHA-256</dt>
          <dd>
            <code>{sha256}</code>
          </dd>
        </>
      )}
      {facts.direction === 'upload' ? null : (
        <>
          <dt>Attachment</dt>
          <dd>
            {kept
              ? `Kept with the run as ${shownLine(facts.to)}; secrets in it are redacted.`
              : 'Not kept as one: it did not come whole.'}
          </dd>
        </>
      )}
      {facts.error === undefined ? null : (
        <>
          <dt>Why not</dt>
          <dd>{shownLine(facts.error)}</dd>
        </>
      )}
    </dl>
  )
}
