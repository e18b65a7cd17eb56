import type { Code, Heading, List, ListItem, Paragraph } from 'mdast'

/**
 * Blocks at the margin that Markdown can read in one way only: closed fences, headings of one `#` line, lists of task
 * items of one line each, and paragraphs none of whose lines begins like anything else. They are most of every long
 * runbook, and need no library; all else is left to it, from the first line on that is not plain.
 */

export type PlainBlock = Code | Heading | List | Paragraph

type Point = NonNullable<Paragraph['position']>['start']

export interface PlainBlocks {
  /** Their positions count from the start that was given. */
  readonly blocks: readonly PlainBlock[]
  /** Offset in the source of what is not plain; its end when everything is. */
  readonly end: number
}

export interface Line {
  readonly start: number
  /** Behind its last character. */
  readonly end: number
  /** Where the next one starts. */
  readonly next: number
}

/** The line that starts at `start`. CRLF, CR and LF each end one. */
export function lineAt(source: string, start: number): Line {
  let end = start
  while (end < source.length) {
    const code = source.charCodeAt(end)
    if (code === 10) return { start, end, next: end + 1 }
    if (code === 13)
      return { start, end, next: source.charCodeAt(end + 1) === 10 ? end + 2 : end + 1 }
    end++
  }
  return { start, end, next: end }
}

/** Whether there is nothing but blanks and line ends from `from` to `to`. */
export function isBlank(source: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = source.charCodeAt(at)
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return false
  }
  return true
}

/** Nothing but a paragraph begins so: marks of emphasis and code before a word are no list, line or fence. */
const WORDS = /^(?:[^\s\d#>+*_=~`<|[:-]|[*_]{1,3}[^\s*_]|``?[^\s`])/u
/** The text behind a box may be anything, it stays in its line. */
const TASK = /^(?<bullet>[-*+]) \[(?<tick>[ xX])\] (?=\S)/u
/** Of `- [ ] `. */
const TASK_LENGTH = 6
/** Without another #, which might be its end, and without anything escaped. */
const HEADING = /^(?<marks>#{1,6})[ \t](?<title>[^#\\]+)$/u
/** Backticks behind backticks are inline code, not a fence. */
const FENCE = /^(?<mark>`{3,}(?=[^`]*$)|~{3,})/u

function startsWithWords(source: string, { start }: Line): boolean {
  const code = source.charCodeAt(start)
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return true
  return WORDS.test(source.slice(start, start + 4))
}

/** The marks that open a fence at the margin; undefined where the line opens none. */
export function fenceMark(source: string, { start, end }: Line): string | undefined {
  const first = source.charAt(start)
  if (first !== '`' && first !== '~') return undefined
  return FENCE.exec(source.slice(start, end))?.groups?.['mark']
}

/** What a line is when it closes a fence of these marks. */
export function closingFence(mark: string): RegExp {
  return new RegExp(`^ {0,3}${mark}${mark.charAt(0)}*[ \\t]*$`, 'u')
}

function headingOf(
  source: string,
  { start, end }: Line,
): { readonly depth: Heading['depth']; readonly title: string } | undefined {
  if (source.charCodeAt(start) !== 35) return undefined
  const groups = HEADING.exec(source.slice(start, end))?.groups
  const title = groups?.['title']?.trim() ?? ''
  const depth = groups?.['marks']?.length
  return title !== '' && isDepth(depth) ? { depth, title } : undefined
}

interface Task {
  readonly bullet: string
  readonly ticked: boolean
}

function taskOf(source: string, { start, end }: Line): Task | undefined {
  const groups = TASK.exec(source.slice(start, Math.min(end, start + TASK_LENGTH + 1)))?.groups
  const bullet = groups?.['bullet']
  return bullet === undefined ? undefined : { bullet, ticked: groups?.['tick'] !== ' ' }
}

/** Reads plain blocks one after the other. */
class PlainReader {
  readonly #source: string
  readonly #start: number
  readonly blocks: PlainBlock[] = []
  /** Of the line that is read, from 1. */
  #line = 1

  constructor(source: string, start: number) {
    this.#source = source
    this.#start = start
  }

  /** Reads on from the start and gives the offset of the first line that is not plain. */
  read(): number {
    const source = this.#source
    let at = this.#start
    while (at < source.length) {
      const line = lineAt(source, at)
      const next = this.#block(line)
      if (next === undefined) return at
      at = next
    }
    return at
  }

  #block(line: Line): number | undefined {
    const source = this.#source
    if (isBlank(source, line.start, line.end)) {
      this.#line++
      return line.next
    }
    if (source.charCodeAt(line.start) === 35) return this.#heading(line)
    if (startsWithWords(source, line)) return this.#paragraph(line)
    const mark = fenceMark(source, line)
    if (mark !== undefined) return this.#fence(line, mark)
    const task = taskOf(source, line)
    return task === undefined ? undefined : this.#tasks(line, task.bullet)
  }

  #position(first: Line, last: Line, lines: number) {
    const line = this.#line
    this.#line += lines
    return {
      start: { line, column: 1, offset: first.start - this.#start },
      end: {
        line: line + lines - 1,
        column: last.end - last.start + 1,
        offset: last.end - this.#start,
      },
    }
  }

  #heading(line: Line): number | undefined {
    const heading = headingOf(this.#source, line)
    if (heading === undefined) return undefined
    this.blocks.push({
      type: 'heading',
      depth: heading.depth,
      children: [{ type: 'text', value: heading.title }],
      position: this.#position(line, line, 1),
    })
    return line.next
  }

  #paragraph(first: Line): number | undefined {
    const source = this.#source
    let last = first
    let lines = 1
    for (;;) {
      const line = lineAt(source, last.next)
      if (line.start === source.length || isBlank(source, line.start, line.end)) break
      if (!startsWithWords(source, line)) {
        if (!this.#ends(line)) return undefined
        break
      }
      last = line
      lines++
    }
    this.blocks.push({
      type: 'paragraph',
      children: [{ type: 'text', value: source.slice(first.start, last.end) }],
      position: this.#position(first, last, lines),
    })
    return last.next
  }

  /** Whether a line that follows without a blank one ends what stands above; anything else may go on with it, or change it. */
  #ends(line: Line): boolean {
    return (fenceMark(this.#source, line) ?? headingOf(this.#source, line)) !== undefined
  }

  #tasks(first: Line, bullet: string): number | undefined {
    const source = this.#source
    const items: { readonly line: Line; readonly ticked: boolean; readonly row: number }[] = []
    let line = first
    let row = this.#line
    let loose = false
    for (let task = taskOf(source, first); task?.bullet === bullet; task = taskOf(source, line)) {
      items.push({ line, ticked: task.ticked, row })
      loose ||= row > this.#line + items.length - 1
      const item = line
      do {
        line = lineAt(source, line.next)
        row++
      } while (line.start < source.length && isBlank(source, line.start, line.end))
      if (!this.#endsTasks(line, line.start > item.next)) return undefined
    }
    const list: List = { type: 'list', ordered: false, spread: loose, children: [] }
    for (const { line: at, ticked, row: on } of items)
      list.children.push(this.#task(at, ticked, on))
    const [start, end] = [list.children[0]?.position?.start, list.children.at(-1)?.position?.end]
    if (start && end) list.position = { start, end }
    this.blocks.push(list)
    this.#line = row
    return line.start
  }

  /** Whether a line behind an item, or behind blank ones below it, is the next item or ends the list for certain. */
  #endsTasks(line: Line, blank: boolean): boolean {
    const source = this.#source
    if (line.start === source.length || taskOf(source, line) !== undefined) return true
    return blank ? !/^[\s*+-]/u.test(source.charAt(line.start)) : this.#ends(line)
  }

  #task({ start, end }: Line, checked: boolean, line: number): ListItem {
    const at = (offset: number): Point => ({
      line,
      column: offset - start + 1,
      offset: offset - this.#start,
    })
    const text = start + TASK_LENGTH
    const paragraph: Paragraph = {
      type: 'paragraph',
      children: [{ type: 'text', value: this.#source.slice(text, end) }],
      position: { start: at(text), end: at(end) },
    }
    return {
      type: 'listItem',
      spread: false,
      checked,
      children: [paragraph],
      position: { start: at(start), end: at(end) },
    }
  }

  #fence(first: Line, mark: string): number | undefined {
    const source = this.#source
    const closing = closingFence(mark)
    let lines = 1
    for (let line = lineAt(source, first.next); line.start < source.length;) {
      lines++
      if (closing.test(source.slice(line.start, line.end))) {
        const value = source.slice(first.next, line.start)
        this.blocks.push({
          type: 'code',
          value: value.replace(/(?:\r\n?|\n)$/u, ''),
          position: this.#position(first, line, lines),
        })
        return line.next
      }
      line = lineAt(source, line.next)
    }
    return undefined
  }
}

function isDepth(depth: number | undefined): depth is Heading['depth'] {
  return depth !== undefined && depth >= 1 && depth <= 6
}

/** The plain blocks from `start` on, where nothing may be open: at the begin of a file, or behind a block's end. */
export function plainBlocks(source: string, start: number): PlainBlocks {
  const reader = new PlainReader(source, start)
  const end = reader.read()
  return { blocks: reader.blocks, end }
}
