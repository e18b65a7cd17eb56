import type { ReactNode } from 'react'
import { baseName, filledPath, MAX_MB, readTransfer } from '../../../../main/core/files/transfer.ts'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import type { PlanBlock } from '../../../../main/core/run/plan.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './step.module.css'

/** Which file goes where, in words, with the values its paths have now. */
export function TransferPlan(props: {
  readonly block: PlanBlock
  readonly verb: 'upload' | 'download'
}): ReactNode {
  const { block, verb } = props
  const { state } = useRun()
  const edit = useScreen((screen) => screen.edits[block.id])
  const read = readTransfer(verb, edit?.text ?? block.code)
  // The text above says it then, and running it says what is wrong with it.
  if ('problem' in read) return null
  const path = (template: string): string => {
    const filled = filledPath(template, { ...state.inputs, ...state.captures })
    return shownLine('path' in filled ? filled.path : template)
  }
  const target = block.target ?? 'its target'
  if (read.verb === 'upload') {
    const { from, to, mode, replace, sha256 } = read.upload
    return (
      <dl className={styles.transfer} aria-label="What goes where">
        <dt>From this laptop</dt>
        <dd>
          <code>{path(from)}</code>
        </dd>
        <dt>To {target}</dt>
        <dd>
          <code>{path(to)}</code>
          {mode === undefined ? '' : `, mode ${mode}`}
          {replace === true
            ? ', in place of the file that is there'
            : '; a file that is there is not replaced'}
        </dd>
        <Digest sha256={sha256} />
      </dl>
    )
  }
  const { from, name, sha256, 'max-mb': limit = MAX_MB } = read.download
  return (
    <dl className={styles.transfer} aria-label="What goes where">
      <dt>From {target}</dt>
      <dd>
        <code>{path(from)}</code>, at most {limit} MB
      </dd>
      <dt>Kept with the run as</dt>
      <dd>
        <code>{path(name ?? baseName(from))}</code>
      </dd>
      <Digest sha256={sha256} />
    </dl>
  )
}

function Digest({ sha256 }: { readonly sha256: string | undefined }): ReactNode {
  return sha256 === undefined ? null : (
    <>
      <dt>Must be SHA-256</dt>
      <dd>
        <code>{sha256}</code>
      </dd>
    </>
  )
}
