import type { ReactNode } from 'react'
import type { Outcome } from '../../../../main/core/run/events.ts'
import { shownText } from '../../../../main/core/report/hostile.ts'
import { nextAfter } from '../../../../main/core/report/words.ts'
import { fingerprintParts, restOfDetail } from '../model/outcome-detail.ts'
import styles from './step.module.css'

/** Of an end that nobody wanted: what is known, and what comes next. */
export function WhatToDo({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const says = nextAfter(outcome)
  if (says === undefined) return null
  const detail = restOfDetail(outcome)
  return (
    <div className={styles.whatToDo}>
      {detail === undefined ? null : (
        <p>
          {fingerprintParts(shownText(detail)).map((part) =>
            part.fingerprint ? (
              <code key={part.text}>{part.text}</code>
            ) : (
              // What only parted the two says nothing on a line of its own.
              part.text.replace(/^[;,.] /u, '')
            ),
          )}
        </p>
      )}
      <p>{says}</p>
    </div>
  )
}
