import { Check, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Attempt, BatchCheck } from '../../../../main/core/run/state.ts'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import { counted } from '../../../ui/counted.ts'
import { useRun } from '../screen/run-context.ts'
import styles from './hosts.module.css'

/** What the checks between the batches found: a failed one is why no further batch began. */
export function BatchChecks({ attempt }: { readonly attempt: Attempt }): ReactNode {
  const checks = attempt.batchChecks ?? []
  if (checks.length === 0) return null
  return (
    <ul className={styles.checks} aria-label="Checks between the batches">
      {checks.map((check) => (
        <OneCheck key={`${check.batch} ${check.check}`} check={check} />
      ))}
    </ul>
  )
}

function OneCheck({ check }: { readonly check: BatchCheck }): ReactNode {
  const { names } = useRun()
  const failed = check.hosts.filter(({ passed }) => passed !== true)
  return (
    <li data-tone={check.passed ? 'good' : 'bad'}>
      {check.passed ? <Check aria-hidden size="1em" /> : <X aria-hidden size="1em" />}{' '}
      <span>
        {check.batch === 0 ? 'Before the first batch' : `After batch ${check.batch}`}:{' '}
        {names.blockName(check.check)}{' '}
        {check.passed
          ? `passed on ${counted(check.hosts.length, 'host')}.`
          : `did not pass on ${failed.map(({ host }) => shownLine(host)).join(', ')}; no further batch began.`}
        {failed.map(({ host, gates }) => {
          const gate = gates.find(({ passed }) => !passed)
          return gate === undefined ? null : (
            <small key={host}>
              {' '}
              {shownLine(host)}: wanted {shownLine(gate.wanted)}, saw {shownLine(gate.seen)}.
            </small>
          )
        })}
      </span>
    </li>
  )
}
