/** A table as text that is pasted elsewhere. Every value is exactly what the database wrote. */

export interface TableColumn {
  readonly name: string
  readonly type: string
}
export type TableRow = readonly (string | null)[]

export const TABLE_FORMS = ['text', 'CSV', 'JSON'] as const
export type TableForm = (typeof TABLE_FORMS)[number]

/** Types whose text is a number as JSON writes it, digit for digit; NaN and infinity stay text. */
const NUMBERS = new Set([
  'int2',
  'int4',
  'int8',
  'smallint',
  'integer',
  'bigint',
  'oid',
  'float4',
  'float8',
  'real',
  'double precision',
  'numeric',
])
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u

/** The type without its length: `numeric(10,2)` is `numeric`. */
function plainType(type: string): string {
  return type.replace(/\(.*$/u, '').trim().toLowerCase()
}

/** Numbers stand at the right of their column. */
export function isNumber(type: string): boolean {
  return NUMBERS.has(plainType(type))
}

function jsonValue(cell: string | null, type: string): string {
  if (cell === null) return 'null'
  const plain = plainType(type)
  if (NUMBERS.has(plain) && JSON_NUMBER.test(cell)) return cell
  if (plain === 'bool' || plain === 'boolean')
    return cell === 't' || cell === 'true' ? 'true' : 'false'
  if ((plain === 'json' || plain === 'jsonb') && isJson(cell)) return cell
  return JSON.stringify(cell)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** RFC 4180. Null is an empty field, the empty text is `""`. */
function csvCell(cell: string | null): string {
  if (cell === null) return ''
  return cell === '' || /[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** One line a row, tabs between cells, as spreadsheets and chats take it. Breaks inside of a cell become spaces. */
function textCell(cell: string | null): string {
  return cell === null ? 'NULL' : cell.replaceAll(/[\t\r\n]+/gu, ' ')
}

export function tableText(
  form: TableForm,
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
): string {
  const names = columns.map(({ name }) => name)
  switch (form) {
    case 'text':
      return [names, ...rows].map((row) => `${row.map(textCell).join('\t')}\n`).join('')
    case 'CSV':
      return [names, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
    case 'JSON': {
      const objects = rows.map(
        (row) =>
          `{${columns.map(({ name, type }, index) => `${JSON.stringify(name)}:${jsonValue(row[index] ?? null, type)}`).join(',')}}`,
      )
      return objects.length === 0 ? '[]\n' : `[\n${objects.join(',\n')}\n]\n`
    }
  }
}
