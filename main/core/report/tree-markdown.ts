import { fence, inline, quote, table } from './markdown-text.ts'
import type { Element, Tree } from './tree.ts'

/** A tree of a report as Markdown. Charts are left out, for their figures stand in tables; links are their words. */

function textOf(tree: Tree): string {
  return typeof tree === 'string' ? tree : tree.children.map(textOf).join('')
}

function isOf(tree: Tree, look: string): boolean {
  return (
    typeof tree !== 'string' &&
    tree.attributes.some(([name, value]) => name === 'class' && value.split(' ').includes(look))
  )
}

/** Within a line. */
function within(tree: Tree): string {
  if (typeof tree === 'string') return inline(tree)
  const inside = tree.children.map(within).join('')
  if (tree.tag === 'br') return ' '
  if (isOf(tree, 'quote')) return ` “${inside}”`
  const text = inside.trim()
  return (tree.tag === 'strong' || tree.tag === 'b') && text !== '' ? `**${text}**` : inside
}

function childrenOf(tree: Element, tag: Element['tag']): readonly Element[] {
  return tree.children.flatMap((child) =>
    typeof child !== 'string' && child.tag === tag ? [child] : [],
  )
}

function tableOf(tree: Element): string {
  const [head] = childrenOf(tree, 'thead')
  const [body] = childrenOf(tree, 'tbody')
  const cells = (row: Element, tag: 'th' | 'td'): readonly string[] =>
    childrenOf(row, tag).map((cell) => within(cell).trim())
  const [titles = []] =
    head === undefined ? [] : childrenOf(head, 'tr').map((row) => cells(row, 'th'))
  const rows = body === undefined ? [] : childrenOf(body, 'tr').map((row) => cells(row, 'td'))
  const caption = childrenOf(tree, 'caption').map((one) => `${within(one)}:`)
  return [...caption, table(titles, rows)].join('\n\n')
}

function factsOf(tree: Element): string {
  const values = childrenOf(tree, 'dd')
  const rows = childrenOf(tree, 'dt').map((name, index) => {
    const value = values[index]
    return [within(name), value === undefined ? '' : within(value).trim()]
  })
  return table(['Fact', 'Value'], rows)
}

function block(tree: Tree): string | undefined {
  if (typeof tree === 'string') return inline(tree)
  switch (tree.tag) {
    case 'svg':
      return undefined
    case 'table':
      return tableOf(tree)
    case 'dl':
      return factsOf(tree)
    case 'ul':
      return childrenOf(tree, 'li')
        .map((item) => `- ${within(item).trim()}`)
        .join('\n')
    case 'h3':
      return `### ${within(tree)}`
    case 'pre':
      return fence(textOf(tree))
    default:
      return isOf(tree, 'quote') ? quote(textOf(tree)) : within(tree).trim()
  }
}

/** Blocks of Markdown with empty lines between them. */
export function treeMarkdown(trees: readonly Tree[]): string {
  return trees
    .map(block)
    .filter((text) => text !== undefined && text !== '')
    .join('\n\n')
}
