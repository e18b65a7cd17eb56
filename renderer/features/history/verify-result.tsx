import { CircleCheck, CircleX } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RequestResult } from '../../../main/contract/requests.ts'
import { addressOf } from '../../app/route.ts'
import { counted } from '../../ui/counted.ts'
import styles from './history.module.css'

export type Verification =
  | { readonly kind: 'working' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'result'; readonly result: RequestResult<'runs.verify'> }

const MOST_PROBLEMS = 20

/** Whether the record of a run is whole, and if not, everything that is wrong with it. */
export function VerifyResult(props: {
  readonly of: Verification
  readonly run: string
}): ReactNode {
  const { of } = props
  const more = (
    <a href={addressOf({ screen: 'verify', run: props.run })}>
      Witnesses, and what cannot be known
    </a>
  )
  if (of.kind === 'working') return <p role="status">Reading every event and every output…</p>
  if (of.kind === 'refused') {
    return (
      <p role="status" data-tone="bad">
        <CircleX size={15} aria-hidden /> It could not be verified. {of.message}
      </p>
    )
  }
  const { ok, events, blobs, head, problems } = of.result
  if (ok) {
    return (
      <p role="status" data-tone="good">
        <CircleCheck size={15} aria-hidden /> <strong>Intact.</strong> {counted(events, 'event')}{' '}
        and {counted(blobs, 'output')} are as they were recorded. Head{' '}
        <code title={head}>{head.slice(0, 16)}…</code> {more}
      </p>
    )
  }
  return (
    <div role="status" data-tone="bad">
      <p>
        <CircleX size={15} aria-hidden />{' '}
        <strong>{counted(problems.length, 'problem')} with this record.</strong> It is not what was
        recorded. {more}
      </p>
      <ul className={styles.problems}>
        {problems.slice(0, MOST_PROBLEMS).map((problem, index) => (
          <li key={index}>
            {problem.seq === undefined ? '' : `Event ${problem.seq}: `}
            {problem.message}
          </li>
        ))}
        {problems.length > MOST_PROBLEMS && <li>… and {problems.length - MOST_PROBLEMS} more.</li>}
      </ul>
    </div>
  )
}
