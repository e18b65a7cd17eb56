import { describe, expect, test } from 'vitest'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { readAnswers } from '../../../main/hosts/cli/run/answers.ts'
import { runbookText } from './muster.ts'

const { runbook } = parseRunbook(
  runbookText(
    `### One
- [ ] Look
### Two
\`\`\`yaml step
id: two
decide: { question: "Which?", options: { left: Left, right: Right } }
\`\`\`
`,
    'inputs: { NAME: { label: Name }, TOKEN: { label: Token, secret: true } }\n',
  ),
)

const read = (text: string): ReturnType<typeof readAnswers> => readAnswers(text, 'a.yaml', runbook)

describe('prepared answers', () => {
  test('are read as written', () => {
    const text =
      'inputs: { NAME: 007 }\nconfirm: [one]\ndecide: { two: left }\nskip: { one: no time }\n'
    expect(read(text)).toEqual({
      inputs: { NAME: '007' },
      confirm: ['one'],
      decide: { two: 'left' },
      skip: { one: 'no time' },
      text,
    })
  })

  test.each(['', '# nothing\n', '---\n'])('%j answers nothing', (text) => {
    expect(read(text)).toMatchObject({ inputs: {}, confirm: [], decide: {}, skip: {} })
  })

  test.each([
    ['confrim: all', ['a.yaml:1:1: “confrim” is not a key', 'Did you mean “confirm”?']],
    ['confirm: some', ['a.yaml:1:1: confirm is “all”, or a list of step ids.']],
    ['confirm: [one, oen]', ['a.yaml:1:16: There is no step “oen”', 'Did you mean “one”?']],
    [
      'decide: { two: lfet }',
      ['a.yaml:1:11: “lfet” is not an option of “two”', 'left, right', 'Did you mean “left”?'],
    ],
    ['decide: { one: left }', ['a.yaml:1:11: Nothing is decided in the step “one”.']],
    ['skip:\n  three: x', ['a.yaml:2:3: There is no step “three”']],
    ['skip: { one: "" }', ['a.yaml:1:9: skip is a map of step ids to the reason why.']],
    ['inputs: { TOKEN: x }', ['a.yaml:1:11: TOKEN is secret']],
    ['inputs: { NAEM: x }', ['a.yaml:1:11: NAEM is not an input', 'Did you mean “NAME”?']],
    ['inputs: [1]', ['a.yaml:1:1: inputs is a map of names to values.']],
    ['- one', ['a.yaml:1:1: An answers file is a map']],
    ['confirm: all\nconfirm: all', ['a.yaml:2:1: Map keys must be unique']],
    ['confirm: [one', ['a.yaml:1:14: ']],
  ])('%j is refused at its place', (text, messages) => {
    for (const message of messages) expect(() => read(text)).toThrow(message)
  })

  test('every problem is said at once', () => {
    expect(() => read('confirm: [x1]\nskip: { x2: why }\ndecide: { two: x3 }\n')).toThrow(
      /1:11: .*x1[\s\S]*2:9: .*x2[\s\S]*3:11: .*x3/u,
    )
  })
})
