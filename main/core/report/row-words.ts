import {
  RATING_WORDS,
  type ActionKind,
  type ReportRow,
  type RowColumn,
} from '../run/report-rows.ts'

/** The words of lists that people write. */

export const ROW_TITLES: Readonly<Record<RowColumn, string>> = {
  kind: 'Kind',
  what: 'What',
  rating: 'Rating',
  owner: 'Owner',
  due: 'Due',
  remark: 'What was seen',
}

export const ACTION_WORDS: Readonly<Record<ActionKind, string>> = {
  prevent: 'Prevent',
  mitigate: 'Mitigate',
  detect: 'Detect',
  process: 'Process',
}

/** What stands in a cell; empty where nobody has written it. */
export function cellText(row: ReportRow, column: RowColumn): string {
  if (column === 'kind') return row.kind === undefined ? '' : ACTION_WORDS[row.kind]
  if (column === 'rating') return row.rating === undefined ? '' : RATING_WORDS[row.rating]
  return row[column] ?? ''
}
