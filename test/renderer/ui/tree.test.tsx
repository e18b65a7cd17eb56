import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { element, fragment, treeMarkup, type Tree } from '../../../main/core/report/tree.ts'
import { TreeView } from '../../../renderer/ui/tree.tsx'

/** What React writes of a tree, in the spelling of the files: an empty element is closed in either way. */
const drawn = (of: Tree | readonly Tree[]): string =>
  renderToStaticMarkup(createElement(TreeView, { of })).replaceAll(/><\/(?:line|rect)>/gu, '/>')

describe('a tree', () => {
  test('is the same in the window as in the files', () => {
    const tree = element(
      'svg',
      { class: 'gantt', viewBox: '0 0 10 10', 'font-size': 12, 'aria-label': 'a "b" & <c>' },
      element('rect', { x: 1, y: 2, 'fill-opacity': 0.5, patternUnits: undefined }),
      element('line', { x1: 0, 'stroke-dasharray': '6 3' }),
      element('text', { 'text-anchor': 'middle' }, 'x', 3, undefined, false, ['y', ['z']]),
    )
    expect(drawn(tree)).toBe(treeMarkup(tree).text)
  })

  test('has no markup in it that came as text', () => {
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>\u202E\u0007'
    const tree = fragment(
      element('td', { class: hostile }, hostile),
      element('a', { href: '#e1' }, hostile),
    )
    for (const text of [drawn(tree), treeMarkup(tree).text]) {
      expect(text).not.toMatch(/<script|<img/u)
      expect(text).not.toContain('\u202E')
      expect(text).not.toContain('\u0007')
    }
  })
})
