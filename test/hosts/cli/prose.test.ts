import { styleText } from 'node:util'
import { expect, test } from 'vitest'
import type { Style } from '../../../main/hosts/cli/console.ts'
import { proseLine, proseText } from '../../../main/hosts/cli/prose.ts'

const plain: Style = (_look, text) => text
const coloured: Style = (look, text) => styleText(look, text, { validateStream: false })

test.each([
  ['Look at **this** and _that_, __really__.', 'Look at this and that, really.'],
  ['Use `psql -c "**x**"` here', 'Use `psql -c "**x**"` here'],
  ['The [wiki](https://wiki.example/a_b) says', 'The wiki (https://wiki.example/a_b) says'],
  ['<https://a.example> and https://b.example', 'https://a.example and https://b.example'],
  ['Write to <ops@a.example>', 'Write to ops@a.example'],
  ['See [above](#look)', 'See above'],
  ['![The rack](rack.png)', '[image: The rack] (rack.png)'],
  ['[Wiki][w]\n\n[w]: https://wiki.example', 'Wiki (https://wiki.example)'],
  // What was struck out would say the opposite without its marks.
  ['Do ~~not~~ stop', 'Do ~~not~~ stop'],
  // Placeholders look like HTML to Markdown.
  ['Log in to <host> as 2 * 3 * 4', 'Log in to <host> as 2 * 3 * 4'],
  ['a<!-- not for readers -->b', 'ab'],
  ['One line\nand the next', 'One line\nand the next'],
  ['Hard\\\nbreak &amp; \\*stars\\*', 'Hard\nbreak & *stars*'],
  ['# Head *line*', 'Head line'],
  ['One\n\nTwo\n\n---\n\nThree', 'One\n\nTwo\n\n───\n\nThree'],
  [
    '- a **b**\n- c\n  1. d\n  2. e\n- [x] f\n- [ ] g',
    '- a b\n- c\n  1. d\n  2. e\n- [x] f\n- [ ] g',
  ],
  ['3. a\n\n   b\n\n4. c', '3. a\n\n   b\n\n4. c'],
  ['> Quoted *words*\n> on', '> Quoted words\n> on'],
  ['```sh\necho "**x**"\n```', '    echo "**x**"'],
  ['| a | *b* |\n|---|---|\n| 1 | long one |\n| 22 | `x` |', 'a  | b\n1  | long one\n22 | `x`'],
  ['Said.[^1]\n\n[^1]: By **Ann**.', 'Said.[^1]\n\n[^1]: By Ann.'],
])('%j reads %j', (markdown, text) => {
  expect(proseText(markdown, plain)).toBe(text)
})

test('a terminal with colour shows weight, stress and links', () => {
  expect(proseText('**a** _b_ [c](https://d)', coloured)).toBe(
    '\u001B[1ma\u001B[22m \u001B[4mb\u001B[24m \u001B[4mc\u001B[24m (https://d)',
  )
})

test('an item is one line', () => {
  expect(proseLine('Ask **Ben**\n  first', plain)).toBe('Ask Ben first')
})

test('nothing that a stranger writes reaches the terminal as a control character', () => {
  const hostile = 'a\u001B[2J &#27;[2J **&#x9b;2J** [x](https://a.example/&#27;]0;t)'
  for (const text of [proseText(hostile, plain), proseLine(hostile, plain)])
    expect(text).not.toMatch(/[\u001B\u009B]/u)
})

test.each([`**x** ${'['.repeat(100_000)}`, `${'> '.repeat(9000)}**x**`])(
  'a text that takes more than there is to understand it stays as it was written',
  (hostile) => {
    expect(proseText(hostile, plain)).toBe(hostile)
  },
)
