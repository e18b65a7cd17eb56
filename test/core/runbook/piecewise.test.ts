import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { RootContent } from 'mdast'
import { describe, expect, test } from 'vitest'
import { parseMarkdown } from '../../../main/core/runbook/markdown.ts'
import { parsePiecewise } from '../../../main/core/runbook/piecewise.ts'

/** Blocks with their places: what must not depend on how a file is parsed. */
function blocks(nodes: readonly RootContent[], offset: number): unknown[] {
  return nodes.map((node) => [
    node.type,
    offset + (node.position?.start.offset ?? 0),
    offset + (node.position?.end.offset ?? 0),
    node.type === 'listItem' ? node.checked : undefined,
    // The place of a paragraph behind a box is where its text begins; with text that has marks the library says the box.
    'children' in node && ['list', 'blockquote', 'footnoteDefinition'].includes(node.type)
      ? blocks(node.children, offset)
      : undefined,
  ])
}

function same(source: string, partLength?: number): number {
  const parts = parsePiecewise(source, 0, partLength)
  expect(parts.flatMap(({ offset, nodes }) => blocks(nodes, offset))).toEqual(
    blocks(parseMarkdown(source).children, 0),
  )
  return parts.length
}

const line = fc.constantFrom(
  '',
  '',
  '',
  'text',
  '  text',
  '# h',
  '## h',
  '- a',
  '- [ ] a',
  '  - b',
  '1. a',
  '> q',
  '>',
  '> ```',
  '```',
  '```bash run',
  '````',
  '~~~',
  '  ```',
  '   ```',
  '    code',
  '<div>',
  '</div>',
  '<!--',
  '-->',
  '<script>',
  '</script>',
  '<pre>',
  '</pre>',
  '---',
  '===',
  '| a |',
  '| - |',
  '[a]: b',
  '[^a]: b',
  '    more',
  '\tmore',
  '***',
  '+',
  '<?',
  '?>',
  '$$',
)

describe('a file in parts', () => {
  test('has the blocks of the whole', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        // Behind frontmatter that is never closed, the library takes a lone > for text.
        fc.pre(lines[0] !== '---')
        same(lines.join('\n'), 1)
      }),
      { numRuns: 400, seed: 11 },
    )
  })

  test('frontmatter is never cut', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 20 }),
        fc.array(line, { maxLength: 20 }),
        (head, body) => {
          same(['---', ...head, '---', ...body].join('\n'), 1)
        },
      ),
      { numRuns: 150, seed: 12 },
    )
  })

  test('a long file has many parts, and the guide of the fixtures the same blocks', () => {
    const guide = readFileSync(new URL('../../fixtures/runbooks/guide.md', import.meta.url), 'utf8')
    expect(same(guide.repeat(20))).toBeGreaterThan(2)
    same(guide, 1)
  })

  test('what goes on behind a cut is read again, in work that stays in proportion', () => {
    let read = 0
    const source = `\`\`\`\n${'a\n\n'.repeat(5000)}\`\`\`\n`
    parsePiecewise(source, 0, 64, (length) => (read += length))
    expect(read).toBeLessThan(4 * source.length)
  })
})
