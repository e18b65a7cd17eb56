import {
  createContext,
  useContext,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react'
import { useVirtualRows } from '../../ui/virtual-rows.ts'
import styles from './audit.module.css'

/** What scrolls: the screen as a whole. */
export const ScrollerContext = createContext<HTMLElement | null>(null)

const ROW_HEIGHT = 64

/** A table of any length: only what is in sight is drawn. It scrolls with the screen around it. */
export function LongTable<T>(props: {
  readonly label: string
  readonly columns: readonly string[]
  /** Widths of the columns. */
  readonly template: string
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly cells: (row: T) => readonly ReactNode[]
  /** Said where there is no row. */
  readonly empty: string
}): ReactNode {
  const { rows, columns, keyOf } = props
  const scroller = useContext(ScrollerContext)
  const [body, setBody] = useState<HTMLDivElement | null>(null)
  /** How far below the top of everything that scrolls the rows begin. */
  const [above, setAbove] = useState(0)
  useLayoutEffect(() => {
    const content = scroller?.firstElementChild
    if (scroller === null || body === null || content === null || content === undefined) return
    const observer = new ResizeObserver(() => {
      const [top, all] = [body.getBoundingClientRect().top, scroller.getBoundingClientRect().top]
      setAbove(Math.round(top - all + scroller.scrollTop))
    })
    // Whatever grows or shrinks above the rows changes the height of the content.
    observer.observe(content)
    return () => observer.disconnect()
  }, [scroller, body])
  const virtual = useVirtualRows({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : keyOf(row)
    },
    scrollMargin: above,
    overscan: 10,
  })
  /** The row that the focus is to move to, once it is drawn. */
  const wanted = useRef<number>(undefined)
  const focusRow = (index: number | undefined): void => {
    const link = body?.querySelector(`[data-index="${index}"] a`)
    if (!(link instanceof HTMLElement)) return
    wanted.current = undefined
    link.focus()
  }
  useLayoutEffect(() => {
    if (wanted.current !== undefined) focusRow(wanted.current)
  })

  function press(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const from = document.activeElement?.closest('[data-index]')?.getAttribute('data-index')
    if (step === 0 || from === null || from === undefined) return
    const next = Number(from) + step
    if (rows[next] === undefined) return
    event.preventDefault()
    wanted.current = next
    virtual.scrollToIndex(next, { align: 'auto' })
    focusRow(next)
  }

  if (rows.length === 0) return <p className={styles.empty}>{props.empty}</p>
  const grid = { gridTemplateColumns: props.template }
  return (
    <div
      role="table"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      className={styles.table}
      onKeyDown={press}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={styles.headings} style={grid}>
          {columns.map((column) => (
            <div key={column} role="columnheader">
              {column}
            </div>
          ))}
        </div>
      </div>
      <div
        ref={setBody}
        role="rowgroup"
        className={styles.rows}
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              role="row"
              aria-rowindex={index + 2}
              className={styles.row}
              style={{ ...grid, transform: `translateY(${start - above}px)` }}
            >
              {props.cells(row).map((cell, column) => (
                <div key={columns[column]} role="cell">
                  {cell}
                </div>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}
