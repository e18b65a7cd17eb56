import { Paperclip } from 'lucide-react'
import type { ReactNode } from 'react'
import { mediaTypeWords } from '../../../../main/core/files/media-type.ts'
import { bytesText } from '../../../../main/core/report/duration.ts'
import { shownLine } from '../../../../main/core/report/hostile.ts'
import { takenOut } from '../../../../main/core/run/attachments.ts'
import { timeText } from '../model/duration.ts'
import { useRun, useScreen } from '../screen/run-context.ts'
import styles from './attachments.module.css'

/** The files that people gave to a step. What was collected stands with its block. */
export function StepAttachments({ step }: { readonly step: string }): ReactNode {
  const { state } = useRun()
  const set = useScreen((screen) => screen.set)
  const given = (state.attachments ?? []).filter((one) => one.step === step)
  if (given.length === 0) return null
  return (
    <section className={styles.given} aria-label="Attachments of the step">
      <h3>
        <Paperclip aria-hidden size="1em" /> Attachments
      </h3>
      <ul>
        {given.map((attachment) => {
          const { seq, name, mediaType, size, by, at, caption } = attachment
          return (
            <li key={seq}>
              <button type="button" onClick={() => set({ viewing: seq })}>
                {shownLine(name)}
              </button>{' '}
              <span>
                {mediaTypeWords(mediaType)}, {bytesText(size)}, {by} {timeText(at)}
                {takenOut(state, attachment) === undefined ? '' : ', taken out of the record'}
              </span>
              {caption === undefined ? null : <q>{caption}</q>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
