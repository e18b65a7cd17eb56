import { createElement, Fragment, type ReactNode } from 'react'
import type { Attribute, Element, Tree } from '../../main/core/report/tree.ts'

/**
 * Draws what a report computed: the tree that its files are written from, element by element. Nothing in it is HTML that
 * came from elsewhere, and its only addresses are places in the report.
 */

/** Where a place of the report (`#e12`, `#s3`) is in this window. */
export interface Places {
  readonly addressOf: (place: string) => string
  /** Also called where the address is the one that is shown already. */
  readonly onFollow?: (place: string) => void
}

/** React's name of an attribute. */
function nameOf(attribute: Attribute): string {
  if (attribute === 'class') return 'className'
  if (attribute.startsWith('aria-')) return attribute
  return attribute.replaceAll(/-(\w)/gu, (_match, letter: string) => letter.toUpperCase())
}

function drawn(tree: Tree, key: number, places: Places): ReactNode {
  if (typeof tree === 'string') return tree
  if (tree.tag === 'a') return <Link key={key} of={tree} places={places} />
  const { tag, attributes, children } = tree
  const properties = Object.fromEntries(attributes.map(([name, value]) => [nameOf(name), value]))
  return createElement(
    tag,
    { ...properties, key },
    ...children.map((child, index) => drawn(child, index, places)),
  )
}

function Link(props: { readonly of: Element; readonly places: Places }): ReactNode {
  const { of, places } = props
  const [, place = ''] = of.attributes.find(([name]) => name === 'href') ?? []
  return (
    <a href={places.addressOf(place)} onClick={() => places.onFollow?.(place)}>
      {of.children.map((child, index) => drawn(child, index, places))}
    </a>
  )
}

const NOWHERE: Places = { addressOf: (place) => place }

/** A tree, or several, as elements of the window. */
export function TreeView(props: {
  readonly of: Tree | readonly Tree[]
  readonly places?: Places
}): ReactNode {
  const { of, places = NOWHERE } = props
  const trees = typeof of === 'string' || 'tag' in of ? [of] : of
  return <Fragment>{trees.map((tree, index) => drawn(tree, index, places))}</Fragment>
}
