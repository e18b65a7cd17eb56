import type { TimelineEntry } from './timeline.ts'

/** The timeline as a table: comma-separated values as of RFC 4180, in UTF-8, one line for each event. */

const COLUMNS = [
  'seq',
  'time_utc',
  'actor',
  'event',
  'block',
  'attempt',
  'host',
  'text',
  'quote',
] as const

/** What spreadsheets take for the beginning of a formula, with the wide forms that some of them fold into it. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u

/** One cell. Whatever a spreadsheet would compute gets an apostrophe before it, and stays text. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One line of a table, with its line break. */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

/** The table, a line at a time. */
export async function* csvTimeline(entries: Iterable<TimelineEntry>): AsyncGenerator<string> {
  yield csvLine(COLUMNS)
  for (const entry of entries) {
    yield csvLine([
      entry.seq,
      new Date(entry.at).toISOString(),
      entry.actor,
      entry.type,
      entry.block,
      entry.attempt,
      entry.host,
      entry.text,
      entry.quote,
    ])
  }
}
