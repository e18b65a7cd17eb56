import { useEffect, useState, type ReactNode } from 'react'
import { shownText } from '../../../main/core/report/hostile.ts'
import { bytesText } from '../../../main/core/report/duration.ts'
import { Button } from '../button.tsx'
import { wordsOf } from '../words.ts'
import styles from './attachments.module.css'

/** As much text as is looked at at once, bytes. */
const PAGE = 128 * 1024

/** Text of anybody, a part at a time: controls and marks that turn the direction are shown as what they are. */
export function TextPreview(props: {
  readonly label: string
  readonly bytes: number
  readonly read: (offset: number, length: number) => Promise<Uint8Array>
}): ReactNode {
  const { label, bytes, read } = props
  const [page, setPage] = useState(0)
  const [shown, setShown] = useState<{ readonly page: number; readonly text: string }>()
  const [problem, setProblem] = useState<string>()
  const from = page * PAGE
  const to = Math.min(bytes, from + PAGE)
  useEffect(() => {
    let stale = false
    read(from, to - from)
      .then((part) => {
        if (!stale) setShown({ page, text: textOf(part, from > 0, to < bytes) })
      })
      .catch((error: unknown) => {
        if (!stale) setProblem(wordsOf(error))
      })
    return () => {
      stale = true
    }
  }, [read, page, from, to, bytes])

  if (problem !== undefined) return <p role="alert">{problem}</p>
  if (bytes === 0) return <p>The file is empty.</p>
  return (
    <>
      {bytes > PAGE && (
        <div className={styles.pages}>
          <Button disabled={page === 0} onClick={() => setPage(page - 1)}>
            Earlier
          </Button>
          <Button disabled={to >= bytes} onClick={() => setPage(page + 1)}>
            Later
          </Button>
          <span role="status">
            {bytesText(from)} to {bytesText(to)} of {bytesText(bytes)}
          </span>
        </div>
      )}
      {shown?.page === page ? (
        <pre className={styles.text} tabIndex={0} role="region" aria-label={label}>
          {shown.text}
        </pre>
      ) : (
        <p role="status">Reading…</p>
      )}
    </>
  )
}

/** A character that a cut went through is left out at both ends. */
function textOf(part: Uint8Array, cutBefore: boolean, cutAfter: boolean): string {
  let start = 0
  if (cutBefore) while (start < 4 && ((part[start] ?? 0) & 0xc0) === 0x80) start++
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(part.subarray(start))
  return shownText(cutAfter ? text.replace(/\uFFFD$/u, '') : text)
}
