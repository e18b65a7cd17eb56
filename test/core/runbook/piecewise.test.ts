import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { RootContent } from 'mdast'
import { describe, expect, test } from 'vitest'
import { parseMarkdown } from '../../../main/core/runbook/markdown.ts'
import { parsePiecewise, type Reading } from '../../../main/core/runbook/piecewise.ts'

/** Blocks with their places: what must not depend on how a file is parsed. */
function blocks(nodes: readonly RootContent[], offset: number, source: string): unknown[] {
  return nodes.map((node) => [
    node.type,
    offset + (node.position?.start.offset ?? 0),
    // A list with an open fence at its end may or may not have the blank line below it.
    source.slice(0, offset + (node.position?.end.offset ?? 0)).trimEnd().length,
    node.type === 'listItem' ? node.checked : undefined,
    // What commands and titles are read from.
    node.type === 'code' ? node.value : undefined,
    // The place of a paragraph behind a box is where its text begins; with text that has marks the library says the box.
    'children' in node && ['list', 'blockquote', 'footnoteDefinition'].includes(node.type)
      ? blocks(node.children, offset, source)
      : undefined,
  ])
}

const EVERYTHING: Reading = { admits: () => true, admitsPlain: () => true }

function same(source: string, partLength?: number): number {
  const parts = parsePiecewise(source, 0, EVERYTHING, partLength) ?? []
  expect(parts.flatMap(({ offset, nodes }) => blocks(nodes, offset, source))).toEqual(
    blocks(parseMarkdown(source).children, 0, source),
  )
  return parts.length
}

const line = fc.constantFrom(
  '',
  '',
  '',
  ' ',
  'Text of words. ',
  'Ünï # text',
  '“quoted” <i>',
  '(text',
  '**bold** text',
  '**',
  '* *a',
  '_a_',
  '`code`',
  '``',
  '` `',
  '# Title of *words* ',
  '### [a] &amp; <b>',
  '#\tTitle',
  '# a #',
  '#',
  '#a',
  '- [ ] task',
  '- [ ] task',
  '- [x] `task` | a ',
  '- [X] # task',
  '- [ ]  two',
  '- [ ]',
  '- [ ] [a]: b',
  '* [ ] task',
  '- plain',
  '-',
  '    deep',
  '```` ',
  '```js `a`',
  'a | b',
  '- | -',
  ':-:|:-',
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
  '--- ',
  '---x',
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

const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r')

describe('a file in parts', () => {
  test('has the blocks of the whole', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), lineEnd, (lines, end) => {
        // Behind frontmatter that is never closed, the library takes a lone > for text.
        fc.pre(lines[0]?.startsWith('---') !== true)
        same(lines.join(end), 1)
      }),
      { numRuns: 600, seed: 11 },
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
    const counted: Reading = {
      ...EVERYTHING,
      admits: (start, end) => {
        read += end - start
        return true
      },
    }
    parsePiecewise(source, 0, counted, 64)
    expect(read).toBeLessThan(4 * source.length)
  })
})
