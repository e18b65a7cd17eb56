import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { shownLine, shownText } from '../../../../main/core/report/hostile.ts'
import { isNumber, type TableColumn, type TableRow } from '../model/table-text.ts'
import { useVirtualRows } from '../../../ui/virtual-rows.ts'
import styles from './results.module.css'
import type { RowSource } from './row-source.ts'

const ROW_REM = 1.6
const MOST_SHOWN_ROWS = 12
/** Characters: NULL with its frame. */
const NARROWEST_COLUMN = 6
const LONGEST_COLUMN = 44
const LONGEST_VALUE = 20_000
/** Rows looked at to find out how wide the columns are. */
const MEASURED = 60

interface Cell {
  readonly row: number
  readonly column: number
}

function widths(columns: readonly TableColumn[], source: RowSource): readonly number[] {
  const found = columns.map(({ name, type }) =>
    Math.max(name.length, type.length, NARROWEST_COLUMN),
  )
  for (let index = 0; index < Math.min(MEASURED, source.loaded); index++) {
    const row = source.row(index) ?? []
    for (let column = 0; column < found.length; column++)
      found[column] = Math.max(found[column] ?? 0, row[column]?.length ?? 0)
  }
  return found.map((width) => Math.min(width, LONGEST_COLUMN))
}

function moved(cell: Cell, key: string, rows: number, columns: number, control: boolean): Cell {
  const to = (row: number, column: number): Cell => ({
    row: Math.max(0, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  })
  switch (key) {
    case 'ArrowDown':
      return to(cell.row + 1, cell.column)
    case 'ArrowUp':
      return to(cell.row - 1, cell.column)
    case 'ArrowLeft':
      return to(cell.row, cell.column - 1)
    case 'ArrowRight':
      return to(cell.row, cell.column + 1)
    case 'PageDown':
      return to(cell.row + MOST_SHOWN_ROWS - 2, cell.column)
    case 'PageUp':
      return to(cell.row - MOST_SHOWN_ROWS + 2, cell.column)
    case 'Home':
      return control ? to(0, 0) : to(cell.row, 0)
    case 'End':
      return control ? to(rows - 1, columns - 1) : to(cell.row, columns - 1)
    default:
      return cell
  }
}

/** One result of a query. Only rows in sight are in the page; they are read as one comes to them. */
export function ResultTable(props: {
  readonly label: string
  readonly columns: readonly TableColumn[]
  readonly rows: number
  readonly source: RowSource
}): ReactNode {
  const { columns, rows, source } = props
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  const [, setLoaded] = useState(0)
  const [problem, setProblem] = useState<string>()
  const [cell, setCell] = useState<Cell>()
  const [rowHeight] = useState(
    () => ROW_REM * parseFloat(getComputedStyle(document.documentElement).fontSize),
  )
  const virtual = useVirtualRows({
    count: rows,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 16,
    scrollPaddingStart: 2 * rowHeight,
  })
  const items = virtual.getVirtualItems()
  const wanted = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (rows === 0) return undefined
    let current = true
    source.load(wanted).then(
      () => current && setLoaded(source.loaded),
      (error: unknown) => {
        if (current) setProblem(error instanceof Error ? error.message : String(error))
      },
    )
    return () => {
      current = false
    }
  }, [source, wanted, rows])

  const wide = widths(columns, source)
  const digits = String(rows).length + 1
  const template = `${digits + 1}ch ${wide.map((width) => `calc(${width}ch + 1.5rem)`).join(' ')}`
  const cellId = (at: Cell): string => `${id}-${at.row}-${at.column}`
  const shown = items.some(({ index }) => index === cell?.row)

  function press(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || rows === 0 || columns.length === 0) return
    const from = cell ?? { row: 0, column: 0 }
    const to =
      cell === undefined && event.key.startsWith('Arrow')
        ? from
        : moved(from, event.key, rows, columns.length, event.ctrlKey)
    if (to === from && cell !== undefined) return
    if (!/^(?:Arrow|Page|Home|End)/u.test(event.key)) return
    event.preventDefault()
    setCell(to)
    virtual.scrollToIndex(to.row, { align: 'auto' })
  }

  return (
    <>
      <div
        ref={box}
        className={styles.grid}
        style={{ height: `${(Math.min(rows, MOST_SHOWN_ROWS) + 2) * ROW_REM + 1.2}rem` }}
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-readonly
        aria-rowcount={rows + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={cell !== undefined && shown ? cellId(cell) : undefined}
        onKeyDown={press}
      >
        <div role="rowgroup" className={styles.headGroup}>
          <div
            role="row"
            className={styles.row}
            aria-rowindex={1}
            style={{ gridTemplateColumns: template }}
          >
            <span role="columnheader" className={styles.number}>
              #
            </span>
            {columns.map(({ name, type }, index) => (
              // Two columns of a result may have one name.
              // oxlint-disable-next-line react/no-array-index-key
              <span key={index} role="columnheader" data-number={isNumber(type)} title={name}>
                <bdi>{shownLine(name)}</bdi>
                <small>{type}</small>
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, start }) => (
            <Row
              key={index}
              index={index}
              start={start}
              template={template}
              columns={columns}
              cells={source.row(index)}
              selected={cell?.row === index ? cell.column : undefined}
              cellId={cellId}
              onCell={setCell}
            />
          ))}
        </div>
      </div>
      {problem === undefined ? null : (
        <p role="alert" className={styles.bad}>
          The rows cannot be read: {problem}
        </p>
      )}
      {cell === undefined ? null : (
        <Value
          column={columns[cell.column]}
          row={cell.row}
          cells={source.row(cell.row)}
          at={cell}
        />
      )}
    </>
  )
}

function Row(props: {
  readonly index: number
  readonly start: number
  readonly template: string
  readonly columns: readonly TableColumn[]
  readonly cells: TableRow | undefined
  readonly selected: number | undefined
  readonly cellId: (cell: Cell) => string
  readonly onCell: (cell: Cell) => void
}): ReactNode {
  const { cells, index, columns } = props
  return (
    <div
      role="row"
      className={styles.row}
      aria-rowindex={index + 2}
      style={{ gridTemplateColumns: props.template, transform: `translateY(${props.start}px)` }}
      data-row
    >
      <span role="rowheader" className={styles.number}>
        {index + 1}
      </span>
      {columns.map(({ type }, column) => {
        const value = cells?.[column]
        return (
          <span
            // Two columns of a result may have one name.
            // oxlint-disable-next-line react/no-array-index-key
            key={column}
            id={props.cellId({ row: index, column })}
            role="gridcell"
            data-number={isNumber(type)}
            aria-selected={props.selected === column}
            onClick={() => props.onCell({ row: index, column })}
          >
            {cells === undefined ? (
              <span className={styles.waiting}>…</span>
            ) : value === null || value === undefined ? (
              <span className={styles.null}>NULL</span>
            ) : value === '' ? (
              <span className={styles.empty} title="The empty text">
                ''
              </span>
            ) : (
              <bdi>{shownLine(value.length > 400 ? `${value.slice(0, 400)}…` : value)}</bdi>
            )}
          </span>
        )
      })}
    </div>
  )
}

/** The chosen cell, whole. */
function Value(props: {
  readonly column: TableColumn | undefined
  readonly row: number
  readonly cells: TableRow | undefined
  readonly at: Cell
}): ReactNode {
  const value = props.cells?.[props.at.column]
  if (props.column === undefined || value === undefined) return null
  const cut = value !== null && value.length > LONGEST_VALUE
  return (
    <figure className={styles.value}>
      <figcaption>
        Row {props.row + 1}, <bdi>{shownLine(props.column.name)}</bdi> ({props.column.type})
        {value === null
          ? ': NULL, no value'
          : value === ''
            ? ': the empty text'
            : cut
              ? `: its first ${LONGEST_VALUE} characters of ${value.length}`
              : ''}
      </figcaption>
      {value === null || value === '' ? null : (
        <pre tabIndex={0}>{shownText(cut ? value.slice(0, LONGEST_VALUE) : value)}</pre>
      )}
    </figure>
  )
}
