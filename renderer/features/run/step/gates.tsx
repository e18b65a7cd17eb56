import { Check, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { GateResult } from '../../../../main/core/run/events.ts'
import { gateName } from '../../../../main/core/report/words.ts'
import styles from './step.module.css'

/** What was wanted and what was seen, gate by gate; nothing where the sentence above says it all. */
export function Gates({ gates }: { readonly gates: readonly GateResult[] }): ReactNode {
  // A single gate that passed, or that only wants a known end, says nothing that the sentence has not said.
  const [first] = gates
  const said = first === undefined || first.passed || first.gate === 'outcome'
  if (gates.length < 2 && said) return null
  return (
    <table className={styles.gates}>
      <thead>
        <tr>
          <th scope="col">Gate</th>
          <th scope="col">Wanted</th>
          <th scope="col">Seen</th>
        </tr>
      </thead>
      <tbody>
        {gates.map((gate, index) => (
          // Gates have no identity of their own and never move.
          // oxlint-disable-next-line react/no-array-index-key
          <tr key={index} data-passed={gate.passed ? '' : undefined}>
            <th scope="row">
              <span data-tone={gate.passed ? 'good' : 'bad'}>
                {gate.passed ? <Check aria-hidden size="1em" /> : <X aria-hidden size="1em" />}{' '}
                {gateName(gate.gate)} {gate.passed ? 'passed' : 'failed'}
              </span>
            </th>
            <td>
              <pre>{gate.wanted}</pre>
            </td>
            <td>
              <pre>{gate.seen}</pre>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
