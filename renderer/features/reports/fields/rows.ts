import { reportRowSchema, type ReportRow } from '../../../../main/core/run/report-rows.ts'
import type { DraftRow } from './drafts.ts'

/** Rows between the record, where what is not there is absent, and a form, where it is empty. */

export const EMPTY_ROW: DraftRow = {
  kind: '',
  what: '',
  rating: '',
  owner: '',
  due: '',
  remark: '',
}

export function draftRow(row: ReportRow): DraftRow {
  const { kind = '', what, rating = '', owner = '', due = '', remark = '' } = row
  return { kind, what, rating, owner, due, remark }
}

function isEmpty(row: DraftRow): boolean {
  return Object.values(row).every((value) => value.trim() === '')
}

/** The rows to record, without empty ones; or why one cannot be. */
export function recordedRows(
  rows: readonly DraftRow[],
): { readonly rows: readonly ReportRow[] } | { readonly problem: string } {
  const recorded: ReportRow[] = []
  for (const [index, row] of rows.entries()) {
    if (isEmpty(row)) continue
    if (row.what.trim() === '') return { problem: `Row ${index + 1} does not say what.` }
    const filled = Object.fromEntries(
      Object.entries(row).filter(([, value]) => value.trim() !== ''),
    )
    const parsed = reportRowSchema.safeParse(filled)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return {
        problem: `Row ${index + 1}, ${String(issue?.path[0] ?? 'what')}: ${issue?.message ?? ''}`,
      }
    }
    recorded.push(parsed.data)
  }
  return { rows: recorded }
}
