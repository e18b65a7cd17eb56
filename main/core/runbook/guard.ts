import type { Diagnostics } from './diagnostics.ts'
import type { Positions } from './positions.ts'

/**
 * What no runbook has and no Markdown library reads in reasonable time. Such a file is refused with words instead of
 * being read for minutes, or being read as something else.
 */

const LONGEST_SOURCE = 8 * 1024 * 1024
/** Longest line, in UTF-16 units. */
const LONGEST_LINE = 50_000
/** Deepest nesting of quotes and lists on one line. */
const DEEPEST = 100
const MARKERS = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/u
/** Marks that Markdown has to pair up; more of them in one paragraph than any text has. */
const MOST_MARKS = 20_000
const MARK = /[[\]*_~`<&!\\|]/gu

/** False when the file must not be parsed; the diagnostics say why. */
export function guard(source: string, positions: Positions, diagnostics: Diagnostics): boolean {
  if (source.length > LONGEST_SOURCE) {
    diagnostics.add(
      'file-too-large',
      positions.range(0, 0),
      `This file has ${source.length} characters; a runbook may have ${LONGEST_SOURCE}.`,
    )
    return false
  }
  let marks = 0
  let paragraphStart = 0
  for (let line = 1; line <= positions.lines; line++) {
    const start = positions.lineStart(line)
    const end = line < positions.lines ? positions.lineStart(line + 1) : source.length
    if (end - start > LONGEST_LINE) {
      diagnostics.add(
        'line-too-long',
        positions.range(start, start + 1),
        `This line has ${end - start} characters; the longest that is read has ${LONGEST_LINE}.`,
      )
      return false
    }
    const text = source.slice(start, end)
    const markers = MARKERS.exec(text)?.[0].replaceAll(/[^>+*.)-]/gu, '').length ?? 0
    const indent = /^[ \t]*/u.exec(text)?.[0].length ?? 0
    if (markers > DEEPEST || indent > DEEPEST * 8) {
      diagnostics.add(
        'nesting-too-deep',
        positions.range(start, end),
        'Quotes and lists are nested deeper here than anyone can read.',
      )
      return false
    }
    if (text.trim() === '') {
      marks = 0
      paragraphStart = end
      continue
    }
    marks += text.match(MARK)?.length ?? 0
    if (marks > MOST_MARKS && !insideFence(source, start)) {
      diagnostics.add(
        'nesting-too-deep',
        positions.range(paragraphStart, start),
        `One paragraph has more than ${MOST_MARKS} marks such as * [ or \`. Put blank lines between its parts.`,
      )
      return false
    }
  }
  return true
}

/** Whether an offset lies in a code fence, counted roughly: code may have as many marks as it likes. */
function insideFence(source: string, offset: number): boolean {
  return (source.slice(0, offset).match(/^[ \t]*(?:`{3,}|~{3,})/gmu)?.length ?? 0) % 2 === 1
}
