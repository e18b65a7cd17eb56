import type { Element, Nodes, Root } from 'hast'
import { toJsxRuntime } from 'hast-util-to-jsx-runtime'
import { toHast } from 'mdast-util-to-hast'
import { useMemo, type MouseEvent, type ReactNode } from 'react'
import { Fragment, jsx, jsxs } from 'react/jsx-runtime'
import { parseMarkdown } from '../../main/core/runbook/markdown.ts'
import { askToOpen } from './open-outside.ts'
import styles from './markdown.module.css'

/**
 * Markdown from the tree to React elements. Runbooks are hostile input: HTML is dropped (mdast-util-to-hast makes none
 * without `allowDangerousHtml`), images become their description, and links open outside after a question.
 */

const SCHEMES = new Set(['http:', 'https:', 'mailto:'])

/** The address when it is one that may be opened outside. */
export function safeAddress(href: unknown): string | undefined {
  if (typeof href !== 'string' || !URL.canParse(href)) return undefined
  return SCHEMES.has(new URL(href).protocol) ? href : undefined
}

function withoutImages(node: Nodes): Nodes {
  if (!('children' in node)) return node
  const children = node.children.map((child) => {
    if (child.type === 'element' && child.tagName === 'img') {
      const { alt } = child.properties
      const text = typeof alt === 'string' && alt !== '' ? `[image: ${alt}]` : '[image]'
      const replacement: Element = {
        type: 'element',
        tagName: 'em',
        properties: {},
        children: [{ type: 'text', value: text }],
      }
      return replacement
    }
    return withoutImages(child)
  })
  return Object.assign({}, node, { children })
}

function Link(props: { readonly href?: unknown; readonly children?: ReactNode }): ReactNode {
  const address = safeAddress(props.href)
  // A link within the document or of a kind that is not opened is its words.
  if (address === undefined) return <span>{props.children}</span>
  const open = (event: MouseEvent): void => {
    event.preventDefault()
    askToOpen(address)
  }
  return (
    <a href={address} title={address} rel="noreferrer noopener" onClick={open} onAuxClick={open}>
      {props.children}
    </a>
  )
}

/** Renders Markdown. `inline` drops the paragraph around a single line. */
export function Markdown(props: { readonly source: string; readonly inline?: boolean }): ReactNode {
  const { source, inline = false } = props
  const content = useMemo(() => {
    const tree = toHast(parseMarkdown(source))
    const safe = withoutImages(tree)
    const [only] = safe.type === 'root' ? safe.children : []
    const unwrapped: Nodes =
      inline && only?.type === 'element' && only.tagName === 'p'
        ? ({ type: 'root', children: only.children } satisfies Root)
        : safe
    return toJsxRuntime(unwrapped, { Fragment, jsx, jsxs, components: { a: Link } })
  }, [source, inline])
  return inline ? (
    <span className={styles.inline}>{content}</span>
  ) : (
    <div className={styles.prose}>{content}</div>
  )
}
