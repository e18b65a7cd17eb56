import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useVirtualRows } from '../../ui/virtual-rows.ts'
import { EntryView } from './entry-view.tsx'
import type { LibraryRow } from './grouping.ts'
import styles from './library.module.css'

const SYSTEM_HEIGHT = 40
const ENTRY_HEIGHT = 72

/** The entry that a key leads to; undefined when the key does not move. */
export function moveThrough(
  rows: readonly LibraryRow[],
  chosen: string | undefined,
  key: string,
): string | undefined {
  const paths = rows.flatMap((row) => (row.kind === 'entry' ? [row.entry.path] : []))
  const at = chosen === undefined ? -1 : paths.indexOf(chosen)
  switch (key) {
    case 'ArrowDown':
      return paths[Math.min(paths.length - 1, at + 1)]
    case 'ArrowUp':
      return paths[Math.max(0, at - 1)]
    case 'Home':
      return paths[0]
    case 'End':
      return paths.at(-1)
    default:
      return undefined
  }
}

/** The runbooks, thousands of them if need be: only what is in sight is drawn. One stop of the Tab key. */
export function EntryList(props: {
  readonly rows: readonly LibraryRow[]
  readonly chosen: string | undefined
  readonly now: number
  readonly onChoose: (path: string) => void
  /** Enter on the chosen one. */
  readonly onStart: () => void
}): ReactNode {
  const { rows, chosen } = props
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const at = rows.findIndex((row) => row.kind === 'entry' && row.entry.path === chosen)
  const virtual = useVirtualRows({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'system' ? SYSTEM_HEIGHT : ENTRY_HEIGHT),
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : row.kind === 'system' ? row.system : row.entry.path
    },
    overscan: 8,
  })
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, virtual])

  const total = rows.reduce((sum, row) => sum + (row.kind === 'entry' ? 1 : 0), 0)
  const items = virtual.getVirtualItems()
  const isDrawn = items.some(({ index }) => index === at)

  function press(event: KeyboardEvent): void {
    if (event.key === 'Enter' && at >= 0) {
      event.preventDefault()
      props.onStart()
      return
    }
    const next = moveThrough(rows, chosen, event.key)
    if (next === undefined) return
    event.preventDefault()
    props.onChoose(next)
  }

  return (
    <div
      ref={scroller}
      className={styles.list}
      role="listbox"
      aria-label="Runbooks"
      data-list
      tabIndex={0}
      aria-activedescendant={isDrawn ? `${id}-${at}` : undefined}
      onKeyDown={press}
    >
      <div role="presentation" className={styles.tall} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          const style = { transform: `translateY(${start}px)` }
          return row.kind === 'system' ? (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              role="presentation"
              className={styles.system}
              style={style}
            >
              {row.system} <span>{row.count}</span>
            </div>
          ) : (
            <div
              key={key}
              id={`${id}-${index}`}
              ref={virtual.measureElement}
              data-index={index}
              role="option"
              aria-selected={index === at}
              aria-setsize={total}
              aria-posinset={row.place}
              tabIndex={-1}
              className={styles.entry}
              style={style}
              onClick={() => props.onChoose(row.entry.path)}
              onKeyDown={press}
            >
              <EntryView entry={row.entry} now={props.now} />
            </div>
          )
        })}
      </div>
    </div>
  )
}
