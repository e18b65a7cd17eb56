import { useEffect, useRef, useState, type ReactNode } from 'react'
import { MOST_ATTACHED } from '../../../main/contract/attachments.ts'
import { safeFileName } from '../../../main/core/files/file-name.ts'
import { bytesText } from '../../../main/core/report/duration.ts'
import { uploads } from '../../api/index.ts'
import { Button } from '../button.tsx'
import { counted } from '../counted.ts'
import { Field } from '../field.tsx'
import { Key } from '../key.tsx'
import styles from './attachments.module.css'
import { pictureFrom, type Picture } from './picture.ts'
import { ShownPicture } from './preview.tsx'

export interface AttachFormProps {
  readonly run: string
  readonly actor: string
  readonly steps: readonly { readonly id: string; readonly title: string }[]
  /** The step that is offered first; undefined: the whole run. */
  readonly step: string | undefined
  readonly files: readonly File[]
  readonly onFiles: (files: readonly File[]) => void
  /** Secret inputs of the run whose values nobody can look for. */
  readonly unknownSecrets: readonly string[]
  readonly onClose: () => void
}

/** Chooses files, says what they show and where they belong, and sends them on their way. */
export function AttachForm(props: AttachFormProps): ReactNode {
  const { run, actor, steps, files, onFiles, onClose } = props
  const [step, setStep] = useState(props.step)
  const [caption, setCaption] = useState('')
  const filesField = useRef<HTMLInputElement>(null)
  const captionField = useRef<HTMLInputElement>(null)
  const fitting = files.filter(({ size }) => size <= MOST_ATTACHED)
  const some = files.length > 0
  useEffect(() => {
    if (some) captionField.current?.focus()
  }, [some])

  function send(): void {
    if (fitting.length === 0) {
      filesField.current?.click()
      return
    }
    uploads.getState().give(
      { run, actor, step },
      fitting.map((file) => ({ file, name: file.name, caption })),
    )
    onClose()
  }

  return (
    <form
      className={styles.form}
      aria-label="Attach a file"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {some ? (
        <ul className={styles.chosen}>
          {files.map((file, index) => (
            <Chosen
              // A file may be chosen twice; its place tells it apart.
              // oxlint-disable-next-line react/no-array-index-key
              key={`${index} ${file.name}`}
              file={file}
              onRemove={() => onFiles(files.filter((_file, at) => at !== index))}
            />
          ))}
        </ul>
      ) : (
        <Field
          label="Files"
          hint={`Or drop them on this window, or paste a screenshot (Ctrl V). At most ${bytesText(MOST_ATTACHED)} each.`}
        >
          {({ id, describedBy }) => (
            <input
              ref={filesField}
              id={id}
              type="file"
              multiple
              aria-describedby={describedBy}
              onChange={(event) => onFiles([...(event.target.files ?? [])])}
            />
          )}
        </Field>
      )}
      <div className={styles.fields}>
        <Field
          label="What it shows"
          hint={files.length > 1 ? 'Kept with each of them.' : undefined}
        >
          {({ id, describedBy }) => (
            <input
              ref={captionField}
              id={id}
              aria-describedby={describedBy}
              autoComplete="off"
              maxLength={1_000}
              value={caption}
              onChange={(event) => setCaption(event.target.value)}
            />
          )}
        </Field>
        <Field label="Belongs to">
          {({ id, describedBy }) => (
            <select
              id={id}
              aria-describedby={describedBy}
              value={step ?? ''}
              onChange={(event) =>
                setStep(event.target.value === '' ? undefined : event.target.value)
              }
            >
              <option value="">The whole run</option>
              {steps.map(({ id: value, title }, index) => (
                <option key={value} value={value}>
                  {index + 1}. {title}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {props.unknownSecrets.length > 0 && (
        <p className={styles.warning}>
          The value of {props.unknownSecrets.join(', ')} is not known any more, so nobody looks for
          it in the file.
        </p>
      )}
      <div className={styles.actions}>
        <Button type="submit" look="primary" disabled={some && fitting.length === 0}>
          {some ? 'Attach' : 'Choose…'}
          {fitting.length > 1 ? ` ${counted(fitting.length, 'file')}` : ''} <Key>Enter</Key>
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel <Key>Esc</Key>
        </Button>
        <span className={styles.quiet}>
          Kept as {actor}. Secrets of the run are taken out of text; what is seen in a picture stays
          in it.
        </span>
      </div>
    </form>
  )
}

function Chosen(props: { readonly file: File; readonly onRemove: () => void }): ReactNode {
  const { file, onRemove } = props
  const [picture, setPicture] = useState<Picture>({ kind: 'none' })
  const name = safeFileName(file.name)
  const tooLarge = file.size > MOST_ATTACHED
  useEffect(() => {
    let stale = false
    pictureFrom(file)
      .then((found) => {
        if (!stale) setPicture(found)
      })
      // What cannot be read is said when it is sent.
      .catch(() => undefined)
    return () => {
      stale = true
    }
  }, [file])
  return (
    <li>
      {picture.kind === 'none' ? null : (
        <div className={styles.thumbnail}>
          <ShownPicture picture={picture} label={name} />
        </div>
      )}
      <span>
        <strong>{name}</strong>{' '}
        <span className={styles.quiet}>
          {bytesText(file.size)}
          {name === file.name ? '' : ', kept under this name'}
        </span>
        {tooLarge && (
          <span role="alert" className={styles.problem}>
            {' '}
            At most {bytesText(MOST_ATTACHED)} are kept with a run: attach the part of it that
            matters.
          </span>
        )}
      </span>
      <Button look="quiet" aria-label={`Do not attach ${name}`} onClick={onRemove}>
        Remove
      </Button>
    </li>
  )
}
