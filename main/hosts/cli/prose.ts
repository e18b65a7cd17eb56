import type { Definition, List, Nodes, Root, RootContent, Table } from 'mdast'
import { parseMarkdown } from '../../core/runbook/markdown.ts'
import type { Style } from './console.ts'
import { printable } from './printable.ts'

/**
 * Prose of a runbook as a person reads it in a terminal: without the marks of Markdown, with weight and underlines where
 * the terminal has them. It is written by strangers: every piece goes through `printable` after Markdown has been read,
 * since Markdown can spell control characters.
 */

/** More than this is printed as it was written: some texts take the library longer than a person waits. */
const LONGEST = 20_000

interface Prose {
  readonly style: Style
  readonly definitions: ReadonlyMap<string, Definition>
}

/** Prose of any length, without a line end behind it. */
export function proseText(markdown: string, style: Style): string {
  if (markdown.length > LONGEST) return printable(markdown)
  try {
    return readable(parseMarkdown(markdown), style)
  } catch (error) {
    // Thousands of quotations inside each other are more than the stack holds.
    if (error instanceof RangeError) return printable(markdown)
    throw error
  }
}

/** Prose in one line, such as what an item of a checklist says. */
export function proseLine(markdown: string, style: Style): string {
  return proseText(markdown, style).replaceAll(/\s*\n\s*/gu, ' ')
}

function readable(tree: Root, style: Style): string {
  const definitions = new Map(
    tree.children.flatMap((node) =>
      node.type === 'definition' ? [[node.identifier, node] as const] : [],
    ),
  )
  return blocks(tree.children, '\n\n', { style, definitions })
}

function blocks(nodes: readonly RootContent[], between: string, prose: Prose): string {
  return nodes
    .map((node) => text(node, prose))
    .filter((block) => block !== '')
    .join(between)
}

/** Lines with something before the first and as much room before the others. */
function hung(first: string, lines: string, others = ' '.repeat(first.length)): string {
  return lines
    .split('\n')
    .map((line, index) => (index === 0 ? first + line : line === '' ? '' : others + line))
    .join('\n')
}

function inside(node: { readonly children: readonly RootContent[] }, prose: Prose): string {
  return node.children.map((child) => text(child, prose)).join('')
}

function text(node: Nodes, prose: Prose): string {
  const { style } = prose
  switch (node.type) {
    case 'text':
      return printable(node.value)
    case 'strong':
      return style('bold', inside(node, prose))
    case 'emphasis':
      return style('underline', inside(node, prose))
    case 'delete':
      // Without its marks it would say the opposite, where nothing can be struck out.
      return style('dim', `~~${inside(node, prose)}~~`)
    case 'inlineCode':
      return `\`${printable(node.value)}\``
    case 'break':
      return '\n'
    case 'link':
      return linked(inside(node, prose), node.url, style)
    case 'linkReference':
      return linked(inside(node, prose), urlOf(node.identifier, prose), style)
    case 'image':
      return imageText(node.alt, node.url)
    case 'imageReference':
      return imageText(node.alt, urlOf(node.identifier, prose))
    case 'footnoteReference':
      return `[^${printable(node.label ?? node.identifier)}]`
    case 'footnoteDefinition':
      return hung(
        `[^${printable(node.label ?? node.identifier)}]: `,
        blocks(node.children, '\n\n', prose),
        '    ',
      )
    case 'html':
      // Placeholders such as <host> are HTML to Markdown. Comments are not for readers.
      return node.value.startsWith('<!--') ? '' : printable(node.value)
    case 'root':
    case 'paragraph':
    case 'tableCell':
      return inside(node, prose)
    case 'heading':
      return style('bold', inside(node, prose))
    case 'blockquote':
      return hung('> ', blocks(node.children, '\n\n', prose), '> ')
    case 'list':
      return listText(node, prose)
    case 'listItem':
      return blocks(node.children, node.spread === true ? '\n\n' : '\n', prose)
    case 'code':
      return hung('    ', printable(node.value), '    ')
    case 'table':
      return tableText(node, prose)
    case 'tableRow':
      return node.children.map((cell) => text(cell, prose)).join(' | ')
    case 'thematicBreak':
      return '───'
    case 'yaml':
      return printable(`---\n${node.value}\n---`)
    case 'definition':
      return ''
    default:
      // MDX, whose types come along, is not read at all.
      return inside(node, prose)
  }
}

function urlOf(identifier: string, { definitions }: Prose): string {
  return definitions.get(identifier)?.url ?? ''
}

function linked(words: string, url: string, style: Style): string {
  const address = printable(url)
  // A place in the runbook is nothing that can be opened from here; a bare address is its own words.
  if (address === '' || address.startsWith('#')) return words
  if (words === address || `mailto:${words}` === address) return words
  return `${style('underline', words)} (${address})`
}

function imageText(alt: string | null | undefined, url: string): string {
  const words = alt === undefined || alt === null || alt === '' ? '[image]' : `[image: ${alt}]`
  return printable(url === '' ? words : `${words} (${url})`)
}

function listText(list: List, prose: Prose): string {
  const first = list.start ?? 1
  return list.children
    .map((item, index) => {
      const mark = list.ordered === true ? `${first + index}. ` : '- '
      const box = typeof item.checked === 'boolean' ? (item.checked ? '[x] ' : '[ ] ') : ''
      return hung(mark, box + text(item, prose))
    })
    .join(list.spread === true ? '\n\n' : '\n')
}

/** Columns of equal width. The marks of colours have none. */
function tableText(table: Table, prose: Prose): string {
  const plainly: Prose = { ...prose, style: (_look, words) => words }
  const widths: number[] = []
  for (const row of table.children)
    for (const [column, cell] of row.children.entries())
      widths[column] = Math.max(widths[column] ?? 0, text(cell, plainly).length)
  return table.children
    .map((row) =>
      row.children
        .map((cell, column) => {
          const isLast = column === row.children.length - 1
          const room = isLast ? 0 : (widths[column] ?? 0) - text(cell, plainly).length
          return text(cell, prose) + ' '.repeat(room)
        })
        .join(' | '),
    )
    .join('\n')
}
