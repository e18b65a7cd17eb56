import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { client } from '../../api/index.ts'
import { go } from '../../app/route.ts'
import { wordsOf } from '../../ui/words.ts'
import { useVirtualRows } from '../../ui/virtual-rows.ts'
import styles from './history.module.css'
import { RunLine } from './run-line.tsx'
import { GROUP_WORDS, type RunRow } from './run-rows.ts'
import type { Verification } from './verify-result.tsx'

const GROUP_HEIGHT = 44
const RUN_HEIGHT = 61
const COLUMNS = ['Runbook', 'State', 'Mode', 'Started', 'Steps settled'] as const

/** The runs; only what is in sight is drawn, and more are asked for at the end. */
export function RunList(props: {
  readonly rows: readonly RunRow[]
  readonly readOnly: boolean
  readonly onEnd: () => void
}): ReactNode {
  const { rows, onEnd } = props
  const scroller = useRef<HTMLDivElement>(null)
  /** The row that the focus is to move to, once it is drawn. */
  const wanted = useRef<number>(undefined)
  const [verifications, setVerifications] = useState<Readonly<Record<string, Verification>>>({})
  const virtual = useVirtualRows({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'group' ? GROUP_HEIGHT : RUN_HEIGHT),
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : row.kind === 'group' ? row.group : row.run.run
    },
    overscan: 8,
  })
  const items = virtual.getVirtualItems()
  const atEnd = rows.length > 0 && items.at(-1)?.index === rows.length - 1
  useEffect(() => {
    if (atEnd) onEnd()
  }, [atEnd, onEnd])
  useEffect(() => {
    const row = scroller.current?.querySelector(`[data-index="${wanted.current}"] a`)
    if (!(row instanceof HTMLElement)) return
    wanted.current = undefined
    row.focus()
  })

  function say(run: string, verification: Verification): void {
    setVerifications((known) => ({ ...known, [run]: verification }))
  }

  async function verify(run: string): Promise<void> {
    say(run, { kind: 'working' })
    try {
      say(run, { kind: 'result', result: await client.request('runs.verify', { run }) })
    } catch (error) {
      say(run, { kind: 'refused', message: wordsOf(error) })
    }
  }

  async function resume(run: string): Promise<void> {
    try {
      await client.request('runs.open', { run, resume: true })
      go({ screen: 'run', run })
    } catch (error) {
      say(run, { kind: 'refused', message: wordsOf(error) })
    }
  }

  function press(event: KeyboardEvent<HTMLElement>): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    const focused = document.activeElement?.closest('[data-index]')?.getAttribute('data-index')
    let next = Number(focused ?? (step > 0 ? -1 : rows.length)) + step
    while (rows[next]?.kind === 'group') next += step
    if (rows[next] === undefined) return
    event.preventDefault()
    wanted.current = next
    virtual.scrollToIndex(next, { align: 'auto' })
    const drawn = scroller.current?.querySelector(`[data-index="${next}"] a`)
    if (drawn instanceof HTMLElement) {
      wanted.current = undefined
      drawn.focus()
    }
  }

  return (
    <div
      role="table"
      aria-label="Runs"
      aria-rowcount={rows.length + 1}
      className={styles.table}
      onKeyDown={press}
    >
      <div role="rowgroup">
        <div role="row" className={styles.headings} aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <div key={column} role="columnheader">
              {column}
            </div>
          ))}
          <div role="columnheader">
            <span className="visually-hidden">Actions</span>
          </div>
        </div>
      </div>
      <div ref={scroller} className={styles.scroller} data-list tabIndex={0} role="rowgroup">
        <div role="presentation" className={styles.tall} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                role="row"
                aria-rowindex={index + 2}
                className={row.kind === 'group' ? styles.group : styles.row}
                data-group={row.group}
                style={{ transform: `translateY(${start}px)` }}
              >
                {row.kind === 'group' ? (
                  <div role="cell" aria-colspan={COLUMNS.length + 1}>
                    {GROUP_WORDS[row.group]} <span>{row.count}</span>
                  </div>
                ) : (
                  <RunLine
                    run={row.run}
                    readOnly={props.readOnly}
                    verification={verifications[row.run.run]}
                    onVerify={() => void verify(row.run.run)}
                    onResume={() => void resume(row.run.run)}
                  />
                )}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
