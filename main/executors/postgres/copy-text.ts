/** Rows as COPY writes text: tabs between cells, `\N` for null, everything that could be mistaken escaped. */

const SPECIAL = /[\\\b\f\n\r\t\v]/u
const ALL_SPECIAL = /[\\\b\f\n\r\t\v]/gu
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

export function copyCell(cell: string | null): string {
  if (cell === null) return '\\N'
  return SPECIAL.test(cell) ? cell.replaceAll(ALL_SPECIAL, (one) => ESCAPES[one] ?? one) : cell
}

export function copyLine(cells: readonly (string | null)[]): string {
  let line = ''
  for (let index = 0; index < cells.length; index++)
    line += (index === 0 ? '' : '\t') + copyCell(cells[index] ?? null)
  return `${line}\n`
}
