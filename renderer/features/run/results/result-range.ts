import type { SqlResult } from '../../../../main/core/run/sql-facts.ts'
import type { RowRange } from './row-source.ts'

/** Lines that a result has in the output: its names and its rows. */
function linesOf(result: SqlResult): number {
  if (result.columns === undefined) return 0
  return (result.columns.length > 0 ? 1 : 0) + (result.rows ?? 0)
}

/** Where the rows of a result stand. Without bytes (something was redacted there) the lines before it are counted. */
export function rangeOf(results: readonly SqlResult[], at: number, bytes: number): RowRange {
  const result = results[at]
  const rows = result?.rows ?? 0
  const names = result?.columns !== undefined && result.columns.length > 0 ? 1 : 0
  if (result?.from !== undefined && result.to !== undefined)
    return { from: result.from, to: result.to, skip: names, rows }
  const before = results.slice(0, at).reduce((sum, one) => sum + linesOf(one), 0)
  return { from: 0, to: bytes, skip: before + names, rows }
}
