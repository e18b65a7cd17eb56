import { Plus, Trash2 } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { ACTION_WORDS, ROW_TITLES } from '../../../../main/core/report/row-words.ts'
import {
  ACTION_KINDS,
  RATING_WORDS,
  RATINGS,
  type RowColumn,
} from '../../../../main/core/run/report-rows.ts'
import { Button } from '../../../ui/button.tsx'
import type { DraftRow } from './drafts.ts'
import styles from './fields.module.css'
import { EMPTY_ROW } from './rows.ts'

/** A list that is being written: a row each, with a cell for each of its columns. */
export function RowsInput(props: {
  readonly label: string
  readonly columns: readonly RowColumn[]
  readonly rows: readonly DraftRow[]
  readonly onChange: (rows: readonly DraftRow[]) => void
}): ReactNode {
  const { label, columns, rows, onChange } = props
  const box = useRef<HTMLDivElement>(null)
  const put = (index: number, cell: Partial<DraftRow>): void =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...cell } : row)))
  const add = (): void => {
    onChange([...rows, EMPTY_ROW])
    // The new row is drawn by then.
    requestAnimationFrame(() =>
      box.current
        ?.querySelector<HTMLElement>(`[data-row="${rows.length}"] :is(input, select, textarea)`)
        ?.focus(),
    )
  }
  return (
    <div ref={box} className={styles.rows} role="group" aria-label={label}>
      {rows.length > 0 && (
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {ROW_TITLES[column]}
                </th>
              ))}
              <th scope="col">
                <span className="visually-hidden">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index} data-row={index}>
                {columns.map((column) => (
                  <td key={column} data-column={column}>
                    <Cell
                      name={`${ROW_TITLES[column]}, row ${index + 1} of ${label}`}
                      column={column}
                      row={row}
                      onChange={(cell) => put(index, cell)}
                    />
                  </td>
                ))}
                <td>
                  <Button
                    look="quiet"
                    aria-label={`Remove row ${index + 1} of ${label}`}
                    title="Remove this row"
                    onClick={() => onChange(rows.filter((_row, at) => at !== index))}
                  >
                    <Trash2 size={15} aria-hidden />
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Button onClick={add}>
        <Plus size={15} aria-hidden /> Add a row
      </Button>
    </div>
  )
}

function Cell(props: {
  readonly name: string
  readonly column: RowColumn
  readonly row: DraftRow
  readonly onChange: (cell: Partial<DraftRow>) => void
}): ReactNode {
  const { name, column, row, onChange } = props
  switch (column) {
    case 'kind':
      return (
        <select
          aria-label={name}
          value={row.kind}
          onChange={({ target }) =>
            onChange({ kind: ACTION_KINDS.find((kind) => kind === target.value) ?? '' })
          }
        >
          <option value="">–</option>
          {ACTION_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {ACTION_WORDS[kind]}
            </option>
          ))}
        </select>
      )
    case 'rating':
      return (
        <select
          aria-label={name}
          value={row.rating}
          onChange={({ target }) =>
            onChange({ rating: RATINGS.find((rating) => rating === target.value) ?? '' })
          }
        >
          <option value="">–</option>
          {RATINGS.map((rating) => (
            <option key={rating} value={rating}>
              {RATING_WORDS[rating]}
            </option>
          ))}
        </select>
      )
    case 'due':
      return (
        <input
          type="date"
          aria-label={name}
          value={row.due}
          onChange={({ target }) => onChange({ due: target.value })}
        />
      )
    case 'what':
    case 'remark':
    case 'owner':
      return (
        <input
          autoComplete="off"
          aria-label={name}
          value={row[column]}
          onChange={({ target }) => onChange({ [column]: target.value })}
        />
      )
  }
}
