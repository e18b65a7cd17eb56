import { z } from 'zod'

/**
 * Fields of a report that are lists: actions with who does them by when, objectives with how they went. The text of such
 * a field is made from its rows, one a line, so that whoever knows only texts reads the same.
 */

export const ACTION_KINDS = ['prevent', 'mitigate', 'detect', 'process'] as const
export type ActionKind = (typeof ACTION_KINDS)[number]

/** From HSEEP: performed without challenges, with some, with major ones, unable to be performed. */
export const RATINGS = ['performed', 'some-challenges', 'major-challenges', 'unable'] as const
export type Rating = (typeof RATINGS)[number]

export const RATING_WORDS: Readonly<Record<Rating, string>> = {
  performed: 'Performed',
  'some-challenges': 'Performed with some challenges',
  'major-challenges': 'Performed with major challenges',
  unable: 'Unable to be performed',
}

export const ROW_COLUMNS = ['kind', 'what', 'rating', 'owner', 'due', 'remark'] as const
export type RowColumn = (typeof ROW_COLUMNS)[number]

const cell = z.string().trim().min(1).max(2_000)
const day = z.iso.date()

export const reportRowSchema = z.strictObject({
  kind: z.enum(ACTION_KINDS).optional(),
  what: cell,
  rating: z.enum(RATINGS).optional(),
  owner: cell.optional(),
  /** `2026-12-24`. */
  due: day.optional(),
  remark: cell.optional(),
})
export type ReportRow = Readonly<z.infer<typeof reportRowSchema>>

export const reportRowsSchema = z.array(reportRowSchema).max(200)

/** A row on one line: `prevent; what; owner; 2026-12-24`. */
export function rowText(row: ReportRow): string {
  const { kind, what, rating, owner, due, remark } = row
  const words = rating === undefined ? undefined : RATING_WORDS[rating]
  return [kind, what, words, owner, due, remark]
    .flatMap((part) => (part === undefined ? [] : [part.replaceAll(/\s*\n\s*/gu, ' ')]))
    .join('; ')
}

export function rowsText(rows: readonly ReportRow[]): string {
  return rows.map(rowText).join('\n')
}

/** What stands for the rows of a field that was written as text, before it had rows: each line as well as it tells. */
export function rowsFromText(text: string, columns: readonly RowColumn[]): readonly ReportRow[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*[-*]\s+/u, '').trim())
    .filter((line) => line !== '')
    .map((line) => rowOf(line, columns))
}

function rowOf(line: string, columns: readonly RowColumn[]): ReportRow {
  const parts = line
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const kind = ACTION_KINDS.find((one) => one === parts[0]?.toLowerCase())
  if (kind !== undefined && columns.includes('kind')) parts.shift()
  const last = parts.at(-1)
  const due = last !== undefined && day.safeParse(last).success ? last : undefined
  if (due !== undefined) parts.pop()
  const owner = parts.length > 1 && columns.includes('owner') ? parts.pop() : undefined
  const row = reportRowSchema.safeParse({
    ...(kind !== undefined && columns.includes('kind') && { kind }),
    what: parts.join('; '),
    ...(owner !== undefined && { owner }),
    ...(due !== undefined && columns.includes('due') && { due }),
  })
  // What does not read as a row is kept as it was written.
  return row.success ? row.data : { what: line.slice(0, 2_000) }
}
