import { useCallback, useEffect, useState, type ReactNode } from 'react'
import {
  falseClaim,
  mediaTypeWords,
  PICTURE_TYPES,
  TEXT,
} from '../../../main/core/files/media-type.ts'
import { safeFileName } from '../../../main/core/files/file-name.ts'
import { bytesText } from '../../../main/core/report/duration.ts'
import { shownLine, shownText } from '../../../main/core/report/hostile.ts'
import type { Attachment } from '../../../main/core/run/attachments.ts'
import type { Client } from '../../api/client.ts'
import { readBlob, readWhole } from '../../api/read-blob.ts'
import { Button } from '../button.tsx'
import { dateTimeText, utcText } from '../time.ts'
import { wordsOf } from '../words.ts'
import styles from './attachments.module.css'
import { LARGEST_PICTURE, pictureFrom, type Picture } from './picture.ts'
import { saveFile } from './save-file.ts'
import { TextPreview } from './text-preview.tsx'

export interface PreviewProps {
  readonly request: Client['request']
  readonly run: string
  readonly attachment: Attachment
  /** Somebody took it out of the record. */
  readonly gone: { readonly by: string; readonly reason: string } | undefined
  /** Title of the step it belongs to. */
  readonly step: string | undefined
  /** Beside its name. */
  readonly close: ReactNode
}

/** What is known of a file that is kept with a run, and the file itself as far as it is safe to look at. */
export function AttachmentPreview(props: PreviewProps): ReactNode {
  const { attachment, gone, step } = props
  const { name, mediaType, size, sha256, caption, by, at, seq, source, redacted } = attachment
  const claimed = falseClaim(name, mediaType)
  return (
    <div className={styles.preview} data-attachment={seq}>
      <header className={styles.head}>
        <h2>{shownLine(name)}</h2>
        {props.close}
      </header>
      {caption === undefined ? null : <p className={styles.caption}>{shownText(caption)}</p>}
      {claimed === undefined ? null : (
        <p className={styles.warning}>
          Its name says {mediaTypeWords(claimed)}; its bytes are {mediaTypeWords(mediaType)}.
        </p>
      )}
      {gone === undefined ? (
        <Content {...props} />
      ) : (
        <p>
          {gone.by} took this file out of the record: “{gone.reason}”
        </p>
      )}
      <dl className={styles.facts}>
        <dt>Kind</dt>
        <dd>
          {mediaTypeWords(mediaType)}, {bytesText(size)}
        </dd>
        <dt>Given</dt>
        <dd title={utcText(at)}>
          {source === undefined
            ? `by ${by}`
            : `collected from ${shownLine(source.path)}${source.host === undefined ? '' : ` on ${source.host}`}`}
          , {dateTimeText(at)}, event {seq}
          {step === undefined ? '' : `, to “${step}”`}
        </dd>
        <dt>SHA-256</dt>
        <dd>
          <code>{sha256}</code>
          {redacted === true
            ? ' of what is kept: secrets of the run stood in it and were taken out'
            : ''}
        </dd>
      </dl>
    </div>
  )
}

function Content({ request, run, attachment }: PreviewProps): ReactNode {
  const { name, mediaType, blob } = attachment
  const [said, setSaid] = useState('')
  const { sha256, bytes } = blob
  const read = useCallback(
    (offset: number, length: number) => readBlob(request, run, sha256, offset, length),
    [request, run, sha256],
  )
  async function save(): Promise<void> {
    try {
      const whole = await readWhole(
        request,
        { run, sha256, bytes },
        { progress: (done) => setSaid(`Read ${bytesText(done)} of ${bytesText(bytes)}`) },
      )
      const safe = safeFileName(name)
      saveFile(safe, whole)
      setSaid(`${safe} was handed to the downloads.`)
    } catch (error) {
      setSaid(`Not saved: ${wordsOf(error)}`)
    }
  }
  return (
    <>
      {PICTURE_TYPES.has(mediaType) ? (
        <PicturePreview request={request} run={run} attachment={attachment} />
      ) : mediaType === TEXT ? (
        <TextPreview label={`Text of ${shownLine(name)}`} bytes={bytes} read={read} />
      ) : (
        <p>
          Files of this kind are not opened here. Save a copy to look at it with a program that you
          trust with it.
        </p>
      )}
      <div className={styles.actions}>
        <Button onClick={() => void save()}>Save a copy</Button>
        <span role="status">{said}</span>
      </div>
    </>
  )
}

function PicturePreview(props: Pick<PreviewProps, 'request' | 'run' | 'attachment'>): ReactNode {
  const { request, run, attachment } = props
  const { sha256, bytes } = attachment.blob
  const [picture, setPicture] = useState<Picture>()
  const [problem, setProblem] = useState<string>()
  const tooLarge = bytes > LARGEST_PICTURE
  useEffect(() => {
    if (tooLarge) return undefined
    const controller = new AbortController()
    readWhole(request, { run, sha256, bytes }, { signal: controller.signal })
      .then(pictureFrom)
      .then(setPicture)
      .catch((error: unknown) => {
        if (!controller.signal.aborted) setProblem(wordsOf(error))
      })
    return () => controller.abort()
  }, [request, run, sha256, bytes, tooLarge])
  if (problem !== undefined) return <p role="alert">{problem}</p>
  if (tooLarge) return <p>It has more than 16 MB. Save a copy to look at it.</p>
  if (picture === undefined) return <p role="status">Reading…</p>
  return <ShownPicture picture={picture} label={attachment.caption ?? attachment.name} />
}

/** A picture, or why there is none. */
export function ShownPicture(props: {
  readonly picture: Picture
  readonly label: string
}): ReactNode {
  const { picture, label } = props
  const [broken, setBroken] = useState(false)
  if (picture.kind === 'none') return <p>Its bytes are no picture, so it is not shown as one.</p>
  if (picture.kind === 'refused') return <p>{picture.why}</p>
  if (broken) return <p>It cannot be decoded: it is damaged, or not all of it is here.</p>
  const { width, height } = picture.size
  return (
    <figure className={styles.picture}>
      <img
        src={picture.address}
        alt={shownLine(label)}
        width={width}
        height={height}
        onError={() => setBroken(true)}
      />
      <figcaption>
        {width} × {height} pixels
      </figcaption>
    </figure>
  )
}
