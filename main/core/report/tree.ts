import { shownText } from './hostile.ts'
import { markup, Markup } from './markup.ts'

/**
 * What a report shows, as a tree: the file is written from it and the window draws it, so that both show the same. It
 * knows only elements and attributes that do nothing by themselves: no script, no address outside of the report.
 */

export type Tag =
  | 'a'
  | 'b'
  | 'br'
  | 'caption'
  | 'code'
  | 'dd'
  | 'defs'
  | 'div'
  | 'dl'
  | 'dt'
  | 'g'
  | 'h3'
  | 'li'
  | 'line'
  | 'p'
  | 'pattern'
  | 'pre'
  | 'rect'
  | 'small'
  | 'span'
  | 'strong'
  | 'svg'
  | 'table'
  | 'tbody'
  | 'td'
  | 'text'
  | 'th'
  | 'thead'
  | 'title'
  | 'tr'
  | 'ul'

export type Attribute =
  | 'aria-label'
  | 'class'
  | 'fill'
  | 'fill-opacity'
  | 'font-family'
  | 'font-size'
  | 'font-weight'
  | 'height'
  /** Only to a place in the report: `#e12` is an event, `#s3` a step, `#f-owner` a field. */
  | 'href'
  | 'id'
  | 'patternTransform'
  | 'patternUnits'
  | 'role'
  | 'rx'
  | 'scope'
  | 'stroke'
  | 'stroke-dasharray'
  | 'stroke-opacity'
  | 'stroke-width'
  | 'text-anchor'
  | 'viewBox'
  | 'width'
  | 'x'
  | 'x1'
  | 'x2'
  | 'xmlns'
  | 'y'
  | 'y1'
  | 'y2'

export type Attributes = Readonly<Partial<Record<Attribute, string | number | undefined>>>

export interface Element {
  readonly tag: Tag
  readonly attributes: readonly (readonly [Attribute, string])[]
  readonly children: readonly Tree[]
}
/** An element, or text in which nothing is hidden. */
export type Tree = Element | string

export type Child = Tree | number | undefined | false | readonly Child[]

function trees(child: Child): readonly Tree[] {
  if (child === undefined || child === false || child === '') return []
  if (typeof child === 'string') return [shownText(child)]
  if (typeof child === 'number') return [String(child)]
  return isElement(child) ? [child] : child.flatMap(trees)
}

function isElement(child: Element | readonly Child[]): child is Element {
  return 'tag' in child
}

/** An element. Children that are absent leave nothing; attributes that are undefined are left out. */
export function element(tag: Tag, attributes: Attributes, ...children: readonly Child[]): Element {
  return {
    tag,
    attributes: namesOf(attributes).flatMap((name) => {
      const value = attributes[name]
      return value === undefined ? [] : [[name, shownText(String(value))] as const]
    }),
    children: children.flatMap(trees),
  }
}

/** A list of what there is. */
export function fragment(...children: readonly Child[]): readonly Tree[] {
  return children.flatMap(trees)
}

function namesOf(attributes: Attributes): readonly Attribute[] {
  const names: Attribute[] = []
  for (const name in attributes) if (isAttribute(name, attributes)) names.push(name)
  return names
}

function isAttribute(name: string, attributes: Attributes): name is Attribute {
  return Object.hasOwn(attributes, name)
}

/** Elements that have no end. */
const EMPTY: ReadonlySet<Tag> = new Set<Tag>(['br', 'line', 'rect'])

/** A tree as HTML or SVG. */
export function treeMarkup(tree: Tree | readonly Tree[]): Markup {
  return new Markup(written(tree))
}

function written(tree: Tree | readonly Tree[]): string {
  if (typeof tree === 'string') return markup`${tree}`.text
  if (!('tag' in tree)) return tree.map(written).join('')
  const { tag, attributes, children } = tree
  const start = `<${tag}${attributes.map(([name, value]) => ` ${name}="${markup`${value}`.text}"`).join('')}`
  return EMPTY.has(tag) ? `${start}/>` : `${start}>${children.map(written).join('')}</${tag}>`
}
