import type { RootContent } from 'mdast'
import { parseBlocks } from './markdown.ts'
import { isBlank, lineAt, plainBlocks, type PlainBlock } from './plain.ts'

/**
 * Markdown libraries take more than twice the time for twice the text. A file is therefore parsed in parts: what is plain
 * needs no library (`plain.ts`), and what does is cut only where CommonMark's state is known. At a blank line that is
 * followed by an unindented line which begins no list item, every paragraph, list, quote, table, definition and indented
 * block has ended. What may go on behind such a place is a fence or HTML, and whether one does is read from the parsed part
 * itself, never guessed.
 */

export interface Part {
  /** Offset of the part in the source; the positions of its nodes count from here. */
  readonly offset: number
  readonly nodes: readonly RootContent[]
}

/** Parts are cut at the first possible place after this many characters. */
export const PART_LENGTH = 256

/** The first place at or after `offset` where the text may be cut; the end of the source when there is none. */
export function cutAfter(source: string, offset: number): number {
  let start = lineAt(source, offset).next
  let blank = false
  while (start < source.length) {
    const end = lineAt(source, start).next
    if (isBlank(source, start, end)) blank = true
    else {
      // Unindented, and neither a list item nor anything that looks like one.
      if (blank && !/^[\s\d+*-]/u.test(source.charAt(start))) return start
      blank = false
    }
    start = end
  }
  return source.length
}

/** Where frontmatter that begins at `offset` ends; `offset` where none does. */
export function frontmatterEnd(source: string, offset: number): number {
  const fence = source.slice(offset, offset + 3)
  if (fence !== '---' && fence !== '+++') return offset
  let line = lineAt(source, offset)
  if (!isBlank(source, offset + 3, line.end)) return offset
  while (line.next < source.length) {
    line = lineAt(source, line.next)
    if (source.startsWith(fence, line.start) && isBlank(source, line.start + 3, line.end)) {
      return line.next
    }
  }
  return offset
}

/** Whether the last block of a part has no end of its own, so that it may go on behind the cut. */
function goesOn(nodes: readonly RootContent[], text: string): boolean {
  const last = nodes.at(-1)
  if (last?.type === 'html') return true
  if (last?.type !== 'code') return false
  const block = text.slice(last.position?.start.offset ?? 0, last.position?.end.offset ?? 0)
  return /^[`~]/u.test(block) && !isClosedFence(block)
}

/** Whether the source of a fenced block, from its first mark on, has its closing fence. */
export function isClosedFence(block: string): boolean {
  const open = /^(?:`{3,}|~{3,})/u.exec(block)?.[0] ?? ''
  const lineStart = Math.max(block.lastIndexOf('\n'), block.lastIndexOf('\r')) + 1
  if (open === '' || lineStart === 0) return false
  const last = block
    .slice(lineStart)
    .replace(/^[\s>]+/u, '')
    .trimEnd()
  return last.length >= open.length && last === (open[0] ?? '').repeat(last.length)
}

/** Asked before anything of a text is kept or given to the library; what it refuses is not read, nor what follows. */
export interface Reading {
  /** `blocks` were read without the library, from `offset` on. */
  admitsPlain(offset: number, blocks: readonly PlainBlock[]): boolean
  admits(start: number, end: number): boolean
}

/**
 * Parses Markdown from `offset` on, in parts: plain blocks, and between them what the library reads, cut about every
 * `partLength` characters; together they hold what parsing the whole would give. Undefined when `reading` refuses.
 */
export function parsePiecewise(
  source: string,
  offset: number,
  reading: Reading,
  partLength: number = PART_LENGTH,
): readonly Part[] | undefined {
  const parts: Part[] = []
  let start = frontmatterEnd(source, offset)
  if (start > offset) {
    parts.push({ offset, nodes: parseBlocks(source.slice(offset, start), 'head').children })
  }
  let length = partLength
  while (start < source.length) {
    const plain = plainBlocks(source, start)
    if (!reading.admitsPlain(start, plain.blocks)) return undefined
    if (plain.blocks.length > 0) parts.push({ offset: start, nodes: plain.blocks })
    start = plain.end
    for (let read = start === source.length; !read;) {
      const end = cutAfter(source, start + length)
      if (!reading.admits(start, end)) return undefined
      const text = source.slice(start, end)
      const nodes = parseBlocks(text, 'body').children
      if (end < source.length && goesOn(nodes, text)) {
        // Twice what has just been read, so that the work stays in proportion to the text.
        length = 2 * (end - start)
      } else {
        parts.push({ offset: start, nodes })
        start = end
        length = partLength
        read = true
      }
    }
  }
  return parts
}
