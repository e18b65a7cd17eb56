import type { ReactNode } from 'react'
import type { RequestResult } from '../../../main/contract/requests.ts'
import { bytesText } from '../../../main/core/report/duration.ts'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { addressOfExport } from './address.ts'
import styles from './export.module.css'

/** A file that was written: where, how large, its digest; in a browser, a way to keep it there. */
export function WrittenFile(props: {
  readonly file: { readonly path: string; readonly bytes: number; readonly sha256: string }
  readonly info: RequestResult<'session.info'> | undefined
  /** Further lines of the list. */
  readonly children?: ReactNode
}): ReactNode {
  const { file, info } = props
  const address = info?.host === 'web' ? addressOfExport(info.data, file.path) : undefined
  return (
    <dl className={styles.written} data-written="">
      <dt>Written</dt>
      <dd>
        <code>{shownLine(file.path)}</code>
        {address !== undefined && (
          <>
            {' '}
            <a href={address} download>
              Keep it with this browser
            </a>
          </>
        )}
      </dd>
      <dt>Size</dt>
      <dd>{bytesText(file.bytes)}</dd>
      <dt>SHA-256</dt>
      <dd>
        <code>{file.sha256}</code>
      </dd>
      {props.children}
    </dl>
  )
}
