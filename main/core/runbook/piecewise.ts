import type { RootContent } from 'mdast'
import { parseBlocks } from './markdown.ts'

/**
 * Markdown libraries take more than twice the time for twice the text. A long file is therefore parsed in parts that
 * are cut only where CommonMark's state is known: at a blank line that is followed by an unindented line which begins
 * no list item, every paragraph, list, quote, table, definition and indented block has ended. What may go on behind
 * such a place is a fence or HTML, and whether one does is read from the parsed part itself, never guessed.
 */

export interface Part {
  /** Offset of the part in the source; the positions of its nodes count from here. */
  readonly offset: number
  readonly nodes: readonly RootContent[]
}

/** Parts are cut at the first possible place after this many characters. */
export const PART_LENGTH = 4 * 1024

function isBlank(source: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = source.charCodeAt(at)
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return false
  }
  return true
}

function nextLine(source: string, offset: number): number {
  for (let at = offset; at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (code === 10) return at + 1
    if (code === 13) return source.charCodeAt(at + 1) === 10 ? at + 2 : at + 1
  }
  return source.length
}

/** The first place at or after `offset` where the text may be cut; the end of the source when there is none. */
export function cutAfter(source: string, offset: number): number {
  let start = nextLine(source, offset)
  let blank = false
  while (start < source.length) {
    const end = nextLine(source, start)
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

/** Where frontmatter ends, when the text has any at `offset`: nothing is cut before. Otherwise `offset`. */
export function frontmatterEnd(source: string, offset: number): number {
  const fence = source.slice(offset, offset + 3)
  if (fence !== '---' && fence !== '+++') return offset
  for (let line = nextLine(source, offset); line < source.length;) {
    const end = nextLine(source, line)
    if (source.startsWith(fence, line) && isBlank(source, line + 3, end)) return end
    line = end
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

/**
 * Parses Markdown from `offset` on, in parts of about `partLength`; together they hold what parsing the whole would
 * give. `reading` is told the length of every text that is handed to the library.
 */
export function parsePiecewise(
  source: string,
  offset: number,
  partLength: number = PART_LENGTH,
  reading?: (length: number) => void,
): readonly Part[] {
  const parts: Part[] = []
  let start = offset
  let length = partLength
  while (start < source.length) {
    const least = start === offset ? frontmatterEnd(source, offset) - start : 0
    const end = cutAfter(source, start + Math.max(length, least))
    const text = source.slice(start, end)
    reading?.(text.length)
    const nodes = parseBlocks(text, start === offset ? 'first' : 'later').children
    if (end < source.length && goesOn(nodes, text)) {
      // Twice what has just been read, so that the work stays in proportion to the text.
      length = 2 * (end - start)
      continue
    }
    parts.push({ offset: start, nodes })
    start = end
    length = partLength
  }
  return parts
}
