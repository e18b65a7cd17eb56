import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { bytesText } from '../../../main/core/report/duration.ts'
import { shownLine } from '../../../main/core/report/hostile.ts'
import { uploads } from '../../api/index.ts'
import type { UploadState } from '../../api/uploads.ts'
import { Button } from '../button.tsx'
import styles from './attachments.module.css'

/** Files of a run that are on their way, that arrived, and that did not. */
export function UploadList({ run }: { readonly run: string }): ReactNode {
  const all = useStore(uploads, (state) => state.uploads)
  const mine = all.filter((upload) => upload.run === run)
  if (mine.length === 0) return null
  return (
    <section className={styles.uploads} aria-label="Files on their way">
      <ul>
        {mine
          .filter(({ kept }) => kept === undefined)
          .map((upload) => (
            <Line key={upload.id} upload={upload} />
          ))}
        <Kept uploads={mine.filter(({ kept }) => kept !== undefined)} />
      </ul>
    </section>
  )
}

function Line({ upload }: { readonly upload: UploadState }): ReactNode {
  const { id, name, done, total, problem } = upload
  const { again, dismiss } = uploads.getState()
  const shown = shownLine(name)
  if (problem !== undefined)
    return (
      <li data-tone="bad">
        <span role="alert">
          <strong>{shown}</strong> was not attached. {problem}
        </span>
        <Button onClick={() => again(id)}>Try again</Button>
        <Button look="quiet" aria-label={`Forget ${shown}`} onClick={() => dismiss(id)}>
          Forget it
        </Button>
      </li>
    )
  return (
    <li>
      <span>
        <strong>{shown}</strong>: {bytesText(done)} of {bytesText(total)} are there
      </span>
      <progress max={Math.max(1, total)} value={done} aria-label={`${shown} on its way`} />
      <Button look="quiet" aria-label={`Stop attaching ${shown}`} onClick={() => dismiss(id)}>
        Stop
      </Button>
    </li>
  )
}

/** Those that arrived, in one line: the timeline has them from here on. */
function Kept({ uploads: arrived }: { readonly uploads: readonly UploadState[] }): ReactNode {
  const redacted = arrived.filter(({ kept }) => kept === 'redacted')
  if (arrived.length === 0) return null
  const names = (some: readonly UploadState[]): string =>
    some.map(({ name }) => shownLine(name)).join(', ')
  return (
    <li data-tone="good">
      <span role="status">
        <strong>{names(arrived)}</strong> {arrived.length === 1 ? 'is' : 'are'} kept with the run.
        {redacted.length === 0 ? '' : ` Secrets in ${names(redacted)} were taken out.`}
      </span>
      <Button
        look="quiet"
        aria-label="Close what is said of files that arrived"
        onClick={() => {
          for (const { id } of arrived) uploads.getState().dismiss(id)
        }}
      >
        Close
      </Button>
    </li>
  )
}
