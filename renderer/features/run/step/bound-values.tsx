import type { ReactNode } from 'react'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import type { PlanBlock } from '../../../../main/core/run/plan.ts'
import { boundValues } from '../model/bound.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './step.module.css'

const LONGEST = 200

/** The values that go along with a block, before it runs: what its names stand for now. */
export function BoundValues({ block }: { readonly block: PlanBlock }): ReactNode {
  const { state } = useRun()
  const edit = useScreen((screen) => screen.edits[block.id])
  const values = boundValues(state, block, edit?.text ?? block.code)
  if (values.length === 0) return null
  return (
    <dl className={styles.bound} aria-label="Values that go along">
      {values.map(({ mark, value }) => (
        <div key={mark}>
          <dt>
            <code>{mark}</code>
          </dt>
          <dd>
            {value.kind === 'text' ? (
              value.text === '' ? (
                <em>the empty text</em>
              ) : (
                <code title={value.text}>
                  <bdi>
                    {shownLine(
                      value.text.length > LONGEST ? `${value.text.slice(0, LONGEST)}…` : value.text,
                    )}
                  </bdi>
                </code>
              )
            ) : value.kind === 'secret' ? (
              <em>a secret: it is not shown</em>
            ) : (
              <em>no value yet: a command before this one has to give it</em>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
