import { useState, type DragEvent, type ReactNode } from 'react'
import { useApp } from '../../app/app-store.ts'
import { useRequest } from '../../app/use-request.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { dateTimeText } from '../../ui/time.ts'
import styles from './verify.module.css'

/** Which record is checked. */
export type Chosen =
  | { readonly kind: 'run'; readonly run: string }
  /** The file itself where the window does not know its path. */
  | { readonly kind: 'bundle'; readonly path: string; readonly file?: File }

const MOST_RUNS = 1000

/** A run of this laptop, or a bundle: its file, or its path. */
export function RecordChoice(props: {
  readonly chosen: Chosen
  readonly onChoose: (chosen: Chosen) => void
}): ReactNode {
  const { chosen, onChoose } = props
  return (
    <>
      <fieldset className={styles.kinds}>
        <legend className="visually-hidden">What is verified</legend>
        <label>
          <input
            type="radio"
            name="record"
            checked={chosen.kind === 'run'}
            onChange={() => onChoose({ kind: 'run', run: '' })}
          />
          A run on this laptop
        </label>
        <label>
          <input
            type="radio"
            name="record"
            checked={chosen.kind === 'bundle'}
            onChange={() => onChoose({ kind: 'bundle', path: '' })}
          />
          A bundle
        </label>
      </fieldset>
      {chosen.kind === 'run' ? (
        <RunField run={chosen.run} onChoose={onChoose} />
      ) : (
        <BundleField chosen={chosen} onChoose={onChoose} />
      )}
    </>
  )
}

function RunField(props: {
  readonly run: string
  readonly onChoose: (chosen: Chosen) => void
}): ReactNode {
  const version = useApp((state) => state.runsVersion)
  const runs = useRequest('runs.list', { limit: MOST_RUNS }, version)
  const list = runs.value ?? []
  const isListed = list.some(({ run }) => run === props.run)
  return (
    <Field
      label="Run"
      problem={runs.status === 'failed' ? runs.problem : undefined}
      hint={
        runs.value?.length === 0
          ? 'No run yet.'
          : 'It need not be over: then everything up to now is checked.'
      }
    >
      {({ id, describedBy }) => (
        <select
          id={id}
          aria-describedby={describedBy}
          value={props.run}
          onChange={(event) => props.onChoose({ kind: 'run', run: event.target.value })}
        >
          <option value="">Choose a run…</option>
          {!isListed && props.run !== '' && <option value={props.run}>{props.run}</option>}
          {list.map((run) => (
            <option key={run.run} value={run.run}>
              {dateTimeText(run.startedAt)} · {run.mode} · {run.title} · {run.commander}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

function BundleField(props: {
  readonly chosen: Extract<Chosen, { kind: 'bundle' }>
  readonly onChoose: (chosen: Chosen) => void
}): ReactNode {
  const { chosen, onChoose } = props
  const [over, setOver] = useState(false)
  function take(file: File | undefined): void {
    if (file === undefined) return
    // The desktop program reads it where it lies; a browser hands it over.
    const path = window.muster?.pathOf(file) ?? ''
    onChoose(path === '' ? { kind: 'bundle', path: '', file } : { kind: 'bundle', path })
  }
  function drop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files[0])
  }
  return (
    <div
      className={styles.bundle}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Field label="File of a bundle" hint="A zip that Muster exported. It can be dropped here.">
        {({ id, describedBy }) =>
          chosen.file === undefined ? (
            <input
              id={id}
              type="file"
              aria-describedby={describedBy}
              accept=".zip,application/zip"
              onChange={(event) => take(event.target.files?.[0])}
            />
          ) : (
            <div className={styles.actions}>
              <code id={id}>{chosen.file.name}</code>
              <Button look="quiet" onClick={() => onChoose({ kind: 'bundle', path: '' })}>
                Choose another
              </Button>
            </div>
          )
        }
      </Field>
      {chosen.file === undefined && (
        <Field label="Or its path" hint="A zip, or the folder that it was unpacked to.">
          {({ id, describedBy }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              spellCheck={false}
              placeholder="/home/you/run.zip"
              value={chosen.path}
              onChange={(event) => onChoose({ kind: 'bundle', path: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}
