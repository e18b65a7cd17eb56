import { useEffect, useState, type ReactNode } from 'react'
import type { Attempt } from '../../../../main/core/run/state.ts'
import { previewOf, type Preview } from '../model/preview.ts'
import { useRun } from '../screen/run-context.ts'
import { readBlob } from '../../../api/read-blob.ts'
import styles from './step.module.css'

const TAIL_BYTES = 8192
const LINES = 8

/** The last lines of an ended attempt or host, standard error apart where there is any. */
export function OutputPreview({
  attempt,
}: {
  readonly attempt: Pick<Attempt, 'stdout' | 'stderr'>
}): ReactNode {
  const { stdout, stderr } = attempt
  return (
    <>
      {stdout === undefined || stdout.bytes === 0 ? null : (
        <Tail sha256={stdout.sha256} bytes={stdout.bytes} label="Output" />
      )}
      {stderr === undefined || stderr.bytes === 0 ? null : (
        <Tail sha256={stderr.sha256} bytes={stderr.bytes} label="Errors" />
      )}
    </>
  )
}

function Tail(props: {
  readonly sha256: string
  readonly bytes: number
  readonly label: string
}): ReactNode {
  const { run, request } = useRun()
  const { sha256, bytes } = props
  const [preview, setPreview] = useState<Preview | undefined>()
  const [problem, setProblem] = useState<string | undefined>()
  useEffect(() => {
    let current = true
    const offset = Math.max(0, bytes - TAIL_BYTES)
    readBlob(request, run, sha256, offset, Math.min(bytes, TAIL_BYTES)).then(
      (read) => {
        if (current) setPreview(previewOf(read, LINES, offset === 0))
      },
      (error: unknown) => {
        if (current) setProblem(error instanceof Error ? error.message : String(error))
      },
    )
    return () => {
      current = false
    }
  }, [request, run, sha256, bytes])
  if (problem !== undefined)
    return (
      <p className={styles.hint}>
        {props.label} cannot be read: {problem}
      </p>
    )
  if (preview === undefined || preview.text === '') return null
  return (
    <figure className={styles.preview} data-channel={props.label === 'Errors' ? 'e' : 'o'}>
      <figcaption>
        {props.label}
        {preview.cut ? ', last lines' : ''}
      </figcaption>
      <pre tabIndex={0}>{preview.text}</pre>
    </figure>
  )
}
