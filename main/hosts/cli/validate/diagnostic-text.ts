import type { Diagnostic } from '../../../core/runbook/model.ts'
import type { Style } from '../console.ts'
import { printable } from '../printable.ts'

/** One diagnostic as compilers write them: where, what, and the line with a mark under the place. */

/** Characters of a source line shown around the place. */
const WIDTH = 100
const TAB = '    '
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u
const MARK = /\p{Mark}/u

/** Columns that text takes in a terminal. */
function columns(text: string): number {
  let width = 0
  for (const character of text) {
    if (!MARK.test(character)) width += WIDE.test(character) ? 2 : 1
  }
  return width
}

function shown(text: string): string {
  return printable(text.replaceAll('\t', TAB))
}

/** The source line and the mark below it. `lines` is the source, split at line ends. */
function excerpt(diagnostic: Diagnostic, lines: readonly string[], style: Style): string[] {
  const { start, end } = diagnostic.range
  const line = lines[start.line - 1]
  if (line === undefined) return []
  const from = Math.max(0, start.column - 1 - WIDTH / 2)
  const to = Math.min(line.length, from + WIDTH)
  const before = shown(line.slice(from, Math.min(start.column - 1, to)))
  const last = end.line === start.line ? end.column - 1 : line.length
  const marked = shown(line.slice(start.column - 1, Math.min(Math.max(last, start.column), to)))
  const after = shown(line.slice(Math.min(Math.max(last, start.column), to), to))
  const number = String(start.line)
  const margin = ' '.repeat(number.length)
  const open = from > 0 ? '…' : ''
  const close = to < line.length ? '…' : ''
  const look = diagnostic.severity === 'error' ? 'red' : 'yellow'
  return [
    `  ${style('dim', `${number} |`)} ${open}${before}${marked}${after}${close}`,
    `  ${style('dim', `${margin} |`)} ${' '.repeat(columns(open + before))}${style(look, '^'.repeat(Math.max(1, columns(marked))))}`,
  ]
}

const LOOKS = { error: 'red', warning: 'yellow', info: 'cyan' } as const

/** The lines of one diagnostic. `name` is the path as the person gave it. */
export function diagnosticText(
  diagnostic: Diagnostic,
  name: string,
  lines: readonly string[],
  style: Style,
): string {
  const { severity, code, message, range, suggestion } = diagnostic
  const place = `${printable(name)}:${range.start.line}:${range.start.column}`
  const hint =
    suggestion === undefined || message.includes(suggestion) ? '' : ` Did you mean “${suggestion}”?`
  return [
    `${style('bold', `${place}:`)} ${style(LOOKS[severity], `${severity} ${code}`)}: ${printable(message)}${printable(hint)}`,
    ...excerpt(diagnostic, lines, style),
  ].join('\n')
}
