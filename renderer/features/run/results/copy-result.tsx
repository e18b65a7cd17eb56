import { Copy } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { counted } from '../../../ui/counted.ts'
import { TABLE_FORMS, tableText, type TableColumn, type TableForm } from '../model/table-text.ts'
import styles from './results.module.css'
import type { RowSource } from './row-source.ts'

/** Copies every recorded row of a result, also those that were not looked at. */
export function CopyResult(props: {
  readonly columns: readonly TableColumn[]
  readonly rows: number
  readonly source: RowSource
}): ReactNode {
  const { columns, rows, source } = props
  const [said, setSaid] = useState('')

  async function copy(form: TableForm): Promise<void> {
    setSaid('Reading…')
    try {
      await source.load(rows - 1)
      const all = Array.from({ length: source.loaded }, (_none, index) => source.row(index) ?? [])
      await navigator.clipboard.writeText(tableText(form, columns, all))
      setSaid(`${counted(all.length, 'row')} copied as ${form}.`)
    } catch (error) {
      setSaid(`Not copied: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return (
    <div className={styles.copy}>
      <span className={styles.quiet}>
        <Copy aria-hidden size="1em" /> Copy as
      </span>
      {TABLE_FORMS.map((form) => (
        <button
          key={form}
          type="button"
          className={styles.link}
          aria-label={`Copy as ${form}`}
          onClick={() => void copy(form)}
        >
          {form}
        </button>
      ))}
      <span role="status" className={styles.quiet}>
        {said}
      </span>
    </div>
  )
}
