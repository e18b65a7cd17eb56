import type { Code, Heading, List, ListItem, Nodes, RootContent } from 'mdast'
import { parseMarkdown } from './markdown.ts'
import type { Range } from './model.ts'
import { isClosedFence, type Part } from './piecewise.ts'
import type { Positions } from './positions.ts'

/** The tree of a file as a flat sequence of what matters to a runbook, in source order. */

export type Piece =
  | {
      readonly kind: 'heading'
      readonly depth: number
      readonly title: string
      readonly range: Range
    }
  | { readonly kind: 'prose'; readonly markdown: string; readonly range: Range }
  | {
      readonly kind: 'fence'
      readonly code: string
      readonly closed: boolean
      readonly range: Range
    }
  | {
      readonly kind: 'item'
      readonly text: string
      readonly ticked: boolean
      readonly range: Range
    }
  /** A fence inside a block quote: quoted, so never meant to run. */
  | { readonly kind: 'quoted-fence'; readonly range: Range }

/** What may be more than a letter to Markdown. */
const MARKUP = /[*_`~[\]<>&!\\]/u
/** Longer titles, or more definitions than this, are left as they are written. */
const LONGEST_TITLE = 10_000

/** The words of a heading without markup. */
function plainText(node: Nodes): string {
  if ('value' in node) return node.type === 'html' ? '' : node.value
  if (node.type === 'image' || node.type === 'imageReference') return node.alt ?? ''
  if (node.type === 'break') return ' '
  return 'children' in node ? node.children.map(plainText).join('') : ''
}

function isTask(item: ListItem): boolean {
  return typeof item.checked === 'boolean'
}

/** Whether a list holds anything that is more than prose. */
function matters(node: List): boolean {
  return node.children.some(
    (item) =>
      isTask(item) ||
      item.children.some(
        (child) =>
          child.type === 'code' ||
          (child.type === 'list' && matters(child)) ||
          child.type === 'blockquote',
      ),
  )
}

export class Flattener {
  readonly #source: string
  readonly #positions: Positions
  readonly #definitions: string
  readonly #pieces: Piece[] = []
  #prose: { start: number; end: number } | undefined
  /** Of the part that is being read. */
  #offset = 0

  constructor(source: string, positions: Positions, parts: readonly Part[]) {
    this.#source = source
    this.#positions = positions
    this.#definitions = parts
      .flatMap(({ offset, nodes }) =>
        nodes
          .filter((node) => node.type === 'definition' || node.type === 'footnoteDefinition')
          .map((node) =>
            source.slice(
              offset + (node.position?.start.offset ?? 0),
              offset + (node.position?.end.offset ?? 0),
            ),
          ),
      )
      .join('\n')
    for (const { offset, nodes } of parts) {
      this.#offset = offset
      for (const node of nodes) this.#node(node)
    }
    this.#endProse()
  }

  get pieces(): readonly Piece[] {
    return this.#pieces
  }

  #node(node: RootContent): void {
    switch (node.type) {
      case 'heading':
        this.#heading(node)
        break
      case 'code':
        this.#code(node)
        break
      case 'list':
        if (matters(node)) this.#list(node)
        else this.#keep(node)
        break
      case 'blockquote':
        this.#keep(node)
        this.#quoted(node)
        break
      case 'yaml':
        break
      case 'definition':
      case 'footnoteDefinition':
        break
      default:
        this.#keep(node)
    }
  }

  #span(node: Nodes): { start: number; end: number } {
    return {
      start: this.#offset + (node.position?.start.offset ?? 0),
      end: this.#offset + (node.position?.end.offset ?? 0),
    }
  }

  #keep(node: Nodes): void {
    const { start, end } = this.#span(node)
    this.#prose = { start: this.#prose?.start ?? start, end }
  }

  #endProse(): void {
    const prose = this.#prose
    this.#prose = undefined
    if (prose === undefined) return
    const slice = this.#dedented(prose.start, prose.end)
    if (slice.trim() === '') return
    const references = this.#definitions !== '' && slice.includes('[')
    this.#pieces.push({
      kind: 'prose',
      markdown: references ? `${slice}\n\n${this.#definitions}` : slice,
      range: this.#positions.range(prose.start, prose.end),
    })
  }

  /** Prose from inside a list loses the indentation of the list, or it would read as code. */
  #dedented(start: number, end: number): string {
    const { column } = this.#positions.at(start)
    const slice = this.#source.slice(start, end)
    if (column === 1) return slice
    return slice.replaceAll(new RegExp(`(\\r?\\n|\\r)[ \\t]{1,${column - 1}}`, 'gu'), '$1')
  }

  #heading(node: Heading): void {
    this.#endProse()
    const { start, end } = this.#span(node)
    const raw = node.children.map(plainText).join('')
    const title = (MARKUP.test(raw) ? this.#words(raw) : raw).trim().replaceAll(/\s+/gu, ' ')
    this.#pieces.push({
      kind: 'heading',
      depth: node.depth,
      title,
      range: this.#positions.range(start, end),
    })
  }

  /** The words of a line with markup, references to the file's definitions included. */
  #words(line: string): string {
    if (line.length > LONGEST_TITLE) return line
    const definitions =
      line.includes('[') && this.#definitions.length <= LONGEST_TITLE ? this.#definitions : ''
    // A heading again, so that a number or a hyphen at its beginning stays what it is.
    const [heading] = parseMarkdown(`# ${line.replaceAll(/\s+/gu, ' ')}\n\n${definitions}`).children
    return heading?.type === 'heading' ? plainText(heading) : line
  }

  #code(node: Code): void {
    const { start, end } = this.#span(node)
    const fenced = /^(?:`{3,}|~{3,})/u.exec(this.#source.slice(start, start + 400))?.[0]
    if (fenced === undefined) {
      this.#keep(node)
      return
    }
    this.#endProse()
    const closed = isClosedFence(this.#source.slice(start, end))
    this.#pieces.push({
      kind: 'fence',
      // Windows' line ends would become part of the commands.
      code: node.value.replaceAll(/\r\n?/gu, '\n'),
      closed,
      range: this.#positions.range(start, end),
    })
  }

  #list(list: List): void {
    for (const item of list.children) {
      const task = isTask(item)
      for (const [index, child] of item.children.entries()) {
        const { start, end } = this.#span(child)
        if (task && index === 0 && child.type === 'paragraph') {
          this.#endProse()
          this.#pieces.push({
            kind: 'item',
            text: this.#dedented(start, end).trim(),
            ticked: item.checked === true,
            range: this.#positions.range(start, end),
          })
        } else if (
          child.type === 'code' ||
          (child.type === 'list' && matters(child)) ||
          child.type === 'blockquote'
        ) {
          this.#node(child)
        } else if (index === 0 && !task) {
          // The bullet stays with its text.
          this.#prose = { start: this.#prose?.start ?? this.#span(item).start, end }
        } else this.#keep(child)
      }
      if (task && item.children.length === 0) {
        this.#endProse()
        const { start, end } = this.#span(item)
        this.#pieces.push({
          kind: 'item',
          text: '',
          ticked: item.checked === true,
          range: this.#positions.range(start, end),
        })
      }
    }
    this.#endProse()
  }

  #quoted(node: Nodes): void {
    if (!('children' in node)) return
    for (const child of node.children) {
      if (child.type === 'code') {
        const { start, end } = this.#span(child)
        this.#pieces.push({ kind: 'quoted-fence', range: this.#positions.range(start, end) })
      } else this.#quoted(child)
    }
  }
}
