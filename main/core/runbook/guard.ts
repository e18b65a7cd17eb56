import type { DiagnosticCode, Diagnostics } from './diagnostics.ts'
import { frontmatterEnd } from './piecewise.ts'
import type { Positions } from './positions.ts'

/**
 * Whether a file can be read at all. What no runbook has, and the Markdown library would read for minutes, is refused
 * with words, instead of being waited for or read as something else.
 */

/** At the margin only: an indented one may belong to a list, and would end with it. */
const FENCE = /^(?<mark>`{3,}|~{3,})(?<info>.*)$/u
/** Marks that Markdown has to pair up. */
const MARK = /[[\]*_~`<&!\\]/gu
const CONTAINERS = /^(?:[ \t]*(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)))+/u

/** Limits far beyond any runbook; docs and FORMAT.md name them. */
export const LIMITS = {
  characters: 8 * 1024 * 1024,
  lines: 60_000,
  /** Of one line, outside code. */
  lineLength: 100_000,
  /** Quotes and lists within each other. */
  nesting: 50,
  /** Marks of lists, quotes and tables in the whole file, each as often as it is nested. */
  structure: 6_000,
  /** Lines between two blank ones, code not counted. */
  paragraphLines: 1_000,
  /** Marks such as * [ ` between two blank lines, and in the whole file. */
  paragraphMarks: 2_000,
  marks: 60_000,
} as const

interface OpenFence {
  readonly character: string
  readonly length: number
}

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

/** What is counted on the way through a file; the first limit that is passed is the refusal. */
class Budget {
  #structure = 0
  #paragraphLines = 0
  #paragraphMarks = 0
  #marks = 0

  /** What looks like code here may be more than code to Markdown, so it is counted too, within the same limit. */
  takeCode(text: string): Refusal | undefined {
    const depth = depthOf(text)
    if (depth > 0) this.#structure += depth
    return this.#structure > 2 * LIMITS.structure ? FULL : undefined
  }

  /** Undefined while the line is within every limit. */
  take(text: string): Refusal | undefined {
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
    if (text.trim() === '') {
      this.#paragraphLines = 0
      this.#paragraphMarks = 0
    } else {
      this.#paragraphLines++
      const marks = text.match(MARK)?.length ?? 0
      this.#paragraphMarks += marks
      this.#marks += marks
      this.#structure += structure(text, indent, depth, marks)
    }
    if (this.#paragraphLines > LIMITS.paragraphLines) {
      return {
        code: 'too-much',
        message: `More than ${LIMITS.paragraphLines} lines stand here without a blank line between them.`,
      }
    }
    if (this.#paragraphMarks > LIMITS.paragraphMarks) {
      return {
        code: 'too-much',
        message: `More than ${LIMITS.paragraphMarks} marks such as * [ \` stand here without a blank line between them.`,
      }
    }
    if (this.#structure > LIMITS.structure || this.#marks > LIMITS.marks) {
      return FULL
    }
    return undefined
  }
}

function opensFence(text: string): OpenFence | undefined {
  const groups = FENCE.exec(text)?.groups
  const mark = groups?.['mark']
  if (mark === undefined) return undefined
  // Backticks behind backticks are inline code, not a fence.
  if (mark.startsWith('`') && groups?.['info']?.includes('`') === true) return undefined
  return { character: mark.charAt(0), length: mark.length }
}

function closesFence(text: string, fence: OpenFence): boolean {
  const groups = FENCE.exec(text)?.groups
  return (
    groups?.['mark']?.startsWith(fence.character.repeat(fence.length)) === true &&
    groups['info']?.trim() === ''
  )
}

/** False when the file must not be parsed; the diagnostics say why. */
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
  const budget = new Budget()
  // YAML has limits of its own.
  const body = frontmatterEnd(source, source.startsWith('\uFEFF') ? 1 : 0)
  let fence: OpenFence | undefined
  for (let line = 1; line <= positions.lines; line++) {
    const from = positions.lineStart(line)
    const text = source
      .slice(from, line < positions.lines ? positions.lineStart(line + 1) : source.length)
      .replace(/[\r\n]+$/u, '')
    if (from < body) continue
    if (fence) {
      if (closesFence(text, fence)) fence = undefined
      const overCode = budget.takeCode(text)
      if (overCode) return refuse(overCode.code, from, from + text.length, overCode.message)
      continue
    }
    const over = budget.take(text)
    if (over) return refuse(over.code, from, from + text.length, over.message)
    fence = opensFence(text)
  }
  return true
}
