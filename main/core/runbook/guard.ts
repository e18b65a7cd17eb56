import type { DiagnosticCode, Diagnostics } from './diagnostics.ts'
import { closingFence, fenceMark, lineAt, type PlainBlock } from './plain.ts'
import type { Positions } from './positions.ts'

/**
 * Whether a file can be read at all. What no runbook has, and the Markdown library would read for minutes, is refused
 * with words, instead of being waited for or read as something else.
 */

/** Marks that Markdown has to pair up. */
const MARK = /[[\]*_~`<&!\\]/gu
const CONTAINERS = /^(?:[ \t]*(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)))+/u

/** Limits far beyond any runbook; docs and FORMAT.md name them. */
export const LIMITS = {
  characters: 8 * 1024 * 1024,
  lines: 60_000,
  /** Of text that is neither code nor plain (`plain.ts`). */
  involvedLines: 10_000,
  involvedCharacters: 400_000,
  /** Of one line, outside code. */
  lineLength: 100_000,
  /** Quotes and lists within each other. */
  nesting: 50,
  /** Marks of lists, quotes and tables in the whole file, each as often as it is nested. */
  structure: 6_000,
  /** Between two blank lines, code not counted. */
  paragraphLines: 1_000,
  paragraphCharacters: 100_000,
  /** Marks such as * [ ` between two blank lines, and in the whole file. */
  paragraphMarks: 2_000,
  marks: 60_000,
} as const

interface Refusal {
  readonly code: DiagnosticCode
  readonly message: string
}

const FULL: Refusal = {
  code: 'too-much',
  message:
    'This file has more lists, quotes, tables or marks than any runbook. Divide it into several.',
}

function depthOf(text: string): number {
  return CONTAINERS.exec(text)?.[0].replaceAll(/[^>+*.)-]/gu, '').length ?? 0
}

/** The line that makes a heading of the lines above it: Markdown reads those twice. */
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/u

/** Headings, definitions and HTML. */
const COSTLY = /^ {0,3}[#[<]/u

/** How often Markdown has to begin or go on with a container for this line, and with cells of a table. */
function structure(text: string, indent: number, depth: number, marks: number): number {
  if (UNDERLINE.test(text)) return 4
  if (COSTLY.test(text)) {
    // Titles with markup are parsed once more, for their words.
    return marks > 0 && text.trimStart().startsWith('#') ? 5 + Math.floor(text.length / 100) : 1
  }
  const cells = text.split('|').length - 1
  // Every word of a row is a part of its own.
  const row = cells === 0 ? 0 : Math.ceil(cells / 2) + Math.floor(text.split(' ').length / 80)
  // Items of inner lists go on with all the outer ones.
  return depth + (depth > 0 ? indent : Math.floor(indent / 4)) + row
}

interface Counts {
  structure: number
  marks: number
  involvedLines: number
  involvedCharacters: number
}

/** What stands between two blank lines. */
interface Unit {
  lines: number
  characters: number
  marks: number
}

/** What of a file may still be read: counted on the way, and the first limit that is passed is a diagnostic. */
export class Budget {
  readonly #source: string
  readonly #positions: Positions
  readonly #diagnostics: Diagnostics
  #counts: Counts = { structure: 0, marks: 0, involvedLines: 0, involvedCharacters: 0 }
  /** Before the last text was counted: it may be read again with more behind it. */
  #before: { readonly start: number; readonly counts: Counts } | undefined

  constructor(source: string, positions: Positions, diagnostics: Diagnostics) {
    this.#source = source
    this.#positions = positions
    this.#diagnostics = diagnostics
  }

  /** Whether the library may be given the text from `start` to `end`. */
  admits(start: number, end: number): boolean {
    if (this.#before?.start === start) this.#counts = this.#before.counts
    this.#before = { start, counts: { ...this.#counts } }
    const unit: Unit = { lines: 0, characters: 0, marks: 0 }
    // At the margin only: an indented one may belong to a list, and would end with it.
    let closing: RegExp | undefined
    for (let at = start; at < end;) {
      const line = lineAt(this.#source, at)
      const text = this.#source.slice(line.start, line.end)
      at = line.next
      const over = closing ? this.#takeCode(text) : this.#take(text, unit, 'involved')
      if (over) return this.#refuse(over, line.start, line.end)
      if (closing === undefined) {
        const mark = fenceMark(this.#source, line)
        if (mark !== undefined) closing = closingFence(mark)
      } else if (closing.test(text)) closing = undefined
    }
    return true
  }

  /** Whether blocks that were read without the library, from `offset` on, are few enough for all who read them later. */
  admitsPlain(offset: number, blocks: readonly PlainBlock[]): boolean {
    for (const { type, position } of blocks) {
      if (type === 'code') continue
      const unit: Unit = { lines: 0, characters: 0, marks: 0 }
      const end = offset + (position?.end.offset ?? 0)
      for (let at = offset + (position?.start.offset ?? 0); at < end;) {
        const line = lineAt(this.#source, at)
        at = line.next
        const over = this.#take(this.#source.slice(line.start, line.end), unit, 'plain')
        if (over) return this.#refuse(over, line.start, line.end)
      }
    }
    return true
  }

  #refuse({ code, message }: Refusal, start: number, end: number): false {
    this.#diagnostics.add(code, this.#positions.range(start, end), message)
    return false
  }

  /** What looks like code here may be more than code to Markdown, so it is counted too, within the same limit. */
  #takeCode(text: string): Refusal | undefined {
    this.#counts.structure += depthOf(text)
    return this.#counts.structure > 2 * LIMITS.structure ? FULL : undefined
  }

  /** Undefined while the line is within every limit. */
  #take(text: string, unit: Unit, manner: 'plain' | 'involved'): Refusal | undefined {
    if (text.length > LIMITS.lineLength) {
      return {
        code: 'line-too-long',
        message: `This line has ${text.length} characters; ${LIMITS.lineLength} are read.`,
      }
    }
    const depth = depthOf(text)
    const indent = /^[ \t]*/u.exec(text)?.[0].length ?? 0
    if (depth > LIMITS.nesting || indent > LIMITS.nesting * 8) {
      return {
        code: 'nesting-too-deep',
        message: 'Quotes and lists are nested deeper here than anyone can read.',
      }
    }
    const counts = this.#counts
    if (manner === 'involved') {
      counts.involvedLines++
      counts.involvedCharacters += text.length
    }
    if (text.trim() === '') {
      unit.lines = 0
      unit.characters = 0
      unit.marks = 0
    } else {
      unit.lines++
      unit.characters += text.length
      const marks = text.match(MARK)?.length ?? 0
      unit.marks += marks
      counts.marks += marks
      counts.structure += (manner === 'plain' ? 1 : 2) * structure(text, indent, depth, marks)
    }
    if (unit.lines > LIMITS.paragraphLines) {
      return {
        code: 'too-much',
        message: `More than ${LIMITS.paragraphLines} lines stand here without a blank line between them.`,
      }
    }
    if (unit.characters > LIMITS.paragraphCharacters) {
      return {
        code: 'too-much',
        message: `More than ${LIMITS.paragraphCharacters} characters stand here without a blank line between them.`,
      }
    }
    if (unit.marks > LIMITS.paragraphMarks) {
      return {
        code: 'too-much',
        message: `More than ${LIMITS.paragraphMarks} marks such as * [ \` stand here without a blank line between them.`,
      }
    }
    const full =
      counts.structure > LIMITS.structure ||
      counts.marks > LIMITS.marks ||
      counts.involvedLines > LIMITS.involvedLines ||
      counts.involvedCharacters > LIMITS.involvedCharacters
    return full ? FULL : undefined
  }
}

/** False when the file must not be read at all; the diagnostics say why. */
export function guard(source: string, positions: Positions, diagnostics: Diagnostics): boolean {
  const refuse = (code: DiagnosticCode, start: number, end: number, message: string): false => {
    diagnostics.add(code, positions.range(start, end), message)
    return false
  }
  if (source.length > LIMITS.characters) {
    return refuse(
      'file-too-large',
      0,
      0,
      `This file has ${source.length} characters; ${LIMITS.characters} are read.`,
    )
  }
  if (positions.lines > LIMITS.lines) {
    return refuse(
      'file-too-large',
      0,
      0,
      `This file has ${positions.lines} lines; ${LIMITS.lines} are read. Divide it into several.`,
    )
  }
  const binary = source.indexOf('\0')
  if (binary !== -1) {
    return refuse(
      'not-text',
      binary,
      binary + 1,
      'This file is not text: it has a NUL character here. Was something else saved under this name?',
    )
  }
  return true
}
