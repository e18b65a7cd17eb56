import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { Markdown, safeAddress } from '../../../renderer/ui/markdown.tsx'

const html = (source: string, inline = false): string =>
  renderToStaticMarkup(createElement(Markdown, { source, inline }))

describe('hostile Markdown', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'text <b onclick="alert(1)">bold</b>',
    '<iframe src="https://example.com"></iframe>',
    '<style>*{display:none}</style>',
    '<!-- comment --><svg onload=alert(1)>',
  ])('HTML is dropped: %s', (source) => {
    expect(html(source)).not.toMatch(
      /<(?:script|img|b|iframe|style|svg)\b|onerror|onclick|onload/iu,
    )
  })

  test('an image is its description and loads nothing', () => {
    const rendered = html('![The **plan**](https://example.com/track.png "t")')
    expect(rendered).toContain('[image: The plan]')
    expect(rendered).not.toMatch(/<img|example\.com/u)
  })

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html,<script>)',
    '[x](file:///etc/passwd)',
    '[x](vscode://open)',
    '[x](//example.com)',
    '[x](../other.md)',
    '[x]: javascript:alert(1)\n\n[x]',
  ])('a link that is not http, https or mailto is only its words: %s', (source) => {
    expect(html(source)).not.toMatch(/href|javascript|data:|file:|vscode/iu)
    expect(html(source)).toContain('x')
  })

  test('a link shows where it leads', () => {
    expect(html('[run](https://example.com/a?b=c)')).toContain('title="https://example.com/a?b=c"')
  })
})

describe('what Markdown means', () => {
  test('tables, lists, code and emphasis', () => {
    const rendered = html('| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n\n`code` **bold**')
    for (const tag of [
      '<table>',
      '<td>1</td>',
      '<li>',
      '<code>code</code>',
      '<strong>bold</strong>',
    ])
      expect(rendered).toContain(tag)
  })

  test('inline has no paragraph around it', () => {
    expect(html('Only **this**', true)).not.toContain('<p>')
  })
})

test.each([
  ['https://example.com', 'https://example.com'],
  ['mailto:a@example.com', 'mailto:a@example.com'],
  ['javascript:alert(1)', undefined],
  ['/relative', undefined],
  [undefined, undefined],
  [7, undefined],
])('the address %j may be opened as %j', (href, expected) => {
  expect(safeAddress(href)).toBe(expected)
})
