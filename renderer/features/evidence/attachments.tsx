import { useState, type ReactNode } from 'react'
import { mediaTypeWords } from '../../../main/core/files/media-type.ts'
import { bytesText } from '../../../main/core/report/duration.ts'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { takenOut, type Attachment } from '../../../main/core/run/attachments.ts'
import type { RunState } from '../../../main/core/run/state.ts'
import { client } from '../../api/index.ts'
import type { Client } from '../../api/client.ts'
import { AttachForm } from '../../ui/attachments/attach-form.tsx'
import { AttachmentDialog } from '../../ui/attachments/attachment-dialog.tsx'
import { UploadList } from '../../ui/attachments/upload-list.tsx'
import { Button } from '../../ui/button.tsx'
import { actorHere } from '../../app/use-command.ts'
import { dateTimeText, utcText } from '../../ui/time.ts'
import styles from './evidence.module.css'

const request: Client['request'] = (name, params) => client.request(name, params)

/** Every file that is kept with a run: what people gave, and what was collected from hosts. */
export function Attachments(props: {
  readonly run: string
  readonly state: RunState
  readonly unknownSecrets: readonly string[]
  readonly isReadOnly: boolean
}): ReactNode {
  const { run, state, isReadOnly } = props
  const [files, setFiles] = useState<readonly File[]>()
  const [viewing, setViewing] = useState<Attachment>()
  const attachments = state.attachments ?? []
  const titleOf = ({ step, source }: Attachment): string | undefined =>
    state.plan.steps.find(({ id }) => id === (step ?? source?.step))?.title
  return (
    <section aria-labelledby="attachments-title" className={styles.part}>
      <h2 id="attachments-title">Attachments</h2>
      {attachments.length === 0 && <p>No file is kept with this run.</p>}
      <ul className={styles.outputs}>
        {attachments.map((attachment) => {
          const { seq, name, mediaType, size, by, at, source, caption } = attachment
          const title = titleOf(attachment)
          return (
            <li key={seq} data-attachment-of={seq}>
              <div className={styles.output}>
                <span>
                  <strong>{shownLine(name)}</strong>{' '}
                  <span className={styles.quiet} title={utcText(at)}>
                    {mediaTypeWords(mediaType)}, {bytesText(size)} · event {seq} ·{' '}
                    {dateTimeText(at)} ·{' '}
                    {source === undefined
                      ? by
                      : `from ${shownLine(source.path)}${source.host === undefined ? '' : ` on ${source.host}`}`}
                    {title === undefined ? '' : ` · “${title}”`}
                  </span>
                  {caption === undefined ? null : <> {caption}</>}
                </span>
                {takenOut(state, attachment) === undefined ? (
                  <Button
                    look="quiet"
                    aria-label={`Look at ${shownLine(name)}, event ${seq}`}
                    onClick={() => setViewing(attachment)}
                  >
                    Look at it
                  </Button>
                ) : (
                  <span className={styles.gone}>Taken out</span>
                )}
              </div>
            </li>
          )
        })}
      </ul>
      <UploadList run={run} />
      {!isReadOnly &&
        (files === undefined ? (
          <p>
            <Button onClick={() => setFiles([])}>Attach a file…</Button>
          </p>
        ) : (
          <AttachForm
            run={run}
            actor={actorHere()}
            steps={state.plan.steps}
            step={undefined}
            files={files}
            onFiles={setFiles}
            unknownSecrets={props.unknownSecrets}
            onClose={() => setFiles(undefined)}
          />
        ))}
      {viewing !== undefined && (
        <AttachmentDialog
          request={request}
          run={run}
          attachment={viewing}
          gone={takenOut(state, viewing)}
          step={titleOf(viewing)}
          onClose={() => setViewing(undefined)}
        />
      )}
    </section>
  )
}
