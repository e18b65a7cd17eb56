import type { ReactNode } from 'react'
import type { FileFacts } from '../../../../main/core/files/transfer.ts'
import { bytesText } from '../../../../main/core/report/duration.ts'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import type { Attachment } from '../../../../main/core/run/attachments.ts'
import { useScreen } from '../screen/run-context.ts'
import styles from '../step/step.module.css'
import resultStyles from './results.module.css'

/** What of a file arrived where, and its digest. */
export function FileFactsView(props: {
  readonly facts: FileFacts
  /** What is kept of it with the run. */
  readonly attachment: Attachment | undefined
}): ReactNode {
  const { facts, attachment } = props
  const set = useScreen((screen) => screen.set)
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
            {attachment === undefined ? (
              'Not kept as one: it did not come whole.'
            ) : (
              <>
                Kept with the run as {shownLine(facts.to)}; secrets in it are redacted.{' '}
                <button
                  type="button"
                  className={resultStyles.link}
                  onClick={() => set({ viewing: attachment.seq })}
                >
                  Look at it
                </button>
              </>
            )}
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
