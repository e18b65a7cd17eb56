import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BLOCK_STATUSES, RUN_PHASES, STEP_STATUSES } from '../../../../main/core/run/state.ts'
import {
  BLOCK_TABLE,
  REFUSALS,
  RUN_TABLE,
  STEP_TABLE,
  type Cell,
} from '../../../../main/core/run/table.ts'

/**
 * The transition tables as `docs/runs.md` shows them. `node test/core/run/support/table-text.ts` writes them there.
 */

export const DOCUMENT = join(import.meta.dirname, '../../../../docs/runs.md')

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function transitions(
  table: Readonly<Record<string, Readonly<Record<string, Cell>>>>,
  states: readonly string[],
): string {
  const cell = (known: Cell | undefined): string => (known === true ? 'yes' : (known ?? ''))
  return markdown(
    ['command', ...states],
    Object.entries(table).map(([command, row]) => [
      `\`${command}\``,
      ...states.map((state) => cell(row[state])),
    ]),
  )
}

export const TABLES: Readonly<Record<string, string>> = {
  run: transitions(RUN_TABLE, RUN_PHASES),
  step: transitions(STEP_TABLE, STEP_STATUSES),
  block: transitions(BLOCK_TABLE, BLOCK_STATUSES),
  refusals: markdown(
    ['code', 'what it says'],
    Object.entries(REFUSALS).map(([code, words]) => [`\`${code}\``, words]),
  ),
}

/** The document with every table as it is in the code. */
export function withTables(document: string): string {
  return Object.entries(TABLES).reduce((text, [name, table]) => {
    const begin = `<!-- table: ${name} -->\n\n`
    const from = text.indexOf(begin) + begin.length
    const to = text.indexOf('\n\n<!-- end -->', from)
    if (from < begin.length || to < 0) throw new Error(`docs/runs.md has no place for ${name}`)
    return text.slice(0, from) + table + text.slice(to)
  }, document)
}

if (import.meta.main) writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, 'utf8')))
