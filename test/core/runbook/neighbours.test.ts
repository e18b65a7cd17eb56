import { describe, expect, test } from 'vitest'
import { blocksOf, itemsOf } from '../../../main/core/runbook/model.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { blockOf, codes, HEAD, saidOfSteps, stepOf, stepsOf, withHead } from './support/reading.ts'

/** What other tools got wrong, as their issue trackers and sources show. None of it may happen here. */

const ITEM = '- [ ] x\n'

describe('documented failures of neighbours', () => {
  test.each([4, 5, 6, 9])(
    'an example inside a fence of %i backticks does not become a step',
    (length) => {
      const fence = '`'.repeat(length)
      const source = `### S\n${fence}markdown\n### Not a step\n\`\`\`bash run on=laptop\nrm -rf /\n\`\`\`\n- [ ] no\n${fence}\n${ITEM}`
      expect(saidOfSteps(source)).toEqual([])
      expect(stepsOf(source)).toHaveLength(1)
      expect(blocksOf(stepOf(source))).toEqual([])
      expect(itemsOf(stepOf(source))).toHaveLength(1)
    },
  )

  test('a heredoc that contains --- drops nothing before or after it', () => {
    const source = `### Before\n${ITEM}### S\n\`\`\`bash run on=laptop\ncat > file <<'EOF'\n---\ntitle: x\n---\nEOF\n\`\`\`\n### After\n${ITEM}`
    expect(stepsOf(source).map(({ title }) => title)).toEqual(['Before', 'S', 'After'])
    expect(blockOf(source.slice(source.indexOf('### S'))).code).toContain('\n---\ntitle: x\n---\n')
  })

  test('an unquoted attribute is not ignored', () => {
    expect(saidOfSteps('### S\n```bash run on=laptop timeout=5 minutes\n:\n```\n')).toEqual([
      'attribute-value 2:23',
      'unknown-attribute 2:33',
    ])
  })

  test('a leading $ stays', () => {
    expect(blockOf('### S\n```bash run on=laptop\n$HOME/bin/x\n$ y\n```\n').code).toBe(
      '$HOME/bin/x\n$ y',
    )
  })

  test('JSON in an info string is an error, not something else', () => {
    const found = saidOfSteps('### S\n```bash run {"on":"laptop"}\n:\n```\n')
    expect(found).toContain('attribute-syntax 2:13')
    expect(found).toContain('target-missing 2:1')
  })

  test('broken frontmatter is not text', () => {
    const { runbook, diagnostics } = parseRunbook(
      '---\nrunbook: 1\ntitle: "x\n---\n# T\n## P\n- [ ] x\n',
    )
    expect(diagnostics.map(({ code }) => code)).toEqual(['frontmatter-yaml'])
    expect(JSON.stringify(runbook)).not.toContain('runbook: 1')
  })

  test('an undefined name never becomes an empty string: the run cannot start', () => {
    const { diagnostics } = parseRunbook(
      `${HEAD}### S\n\`\`\`redis run on=cache\nDEL {{KEYY}}\n\`\`\`\n`,
    )
    expect(
      diagnostics.some(({ code, severity }) => code === 'name-undefined' && severity === 'error'),
    ).toBe(true)
  })

  test('equal headings and ids do not share a step', () => {
    const ids = stepsOf(`### A\n${ITEM}### A\n${ITEM}### A 2\n${ITEM}### a\n${ITEM}`).map(
      ({ id }) => id,
    )
    expect(new Set(ids).size).toBe(4)
  })

  test('a heading with a reference link has the words of the link', () => {
    const source = `### See [the notes][n] and \`code\`\n${ITEM}\n[n]: https://example.com\n`
    expect(stepOf(source)).toMatchObject({
      title: 'See the notes and code',
      id: 'see-the-notes-and-code',
    })
  })

  test('a marked fence in an HTML block, a comment or a table is prose', () => {
    const source = `### S\n<!--\n\`\`\`bash run on=laptop\n:\n\`\`\`\n-->\n\n<div>\n\`\`\`bash run on=laptop\n:\n\`\`\`\n</div>\n\n${ITEM}`
    expect(blocksOf(stepOf(source))).toEqual([])
    expect(stepOf(source).content.map(({ kind }) => kind)).toEqual(['prose', 'items'])
  })

  test('a yaml step that is broken is said, and takes no other step with it', () => {
    const found = parseRunbook(
      `${HEAD}### S\n\`\`\`yaml step\nid: [\n\`\`\`\n${ITEM}### T\n${ITEM}`,
    )
    expect(
      found.diagnostics.filter(({ code }) => code !== 'target-unused').map(({ code }) => code),
    ).toEqual(['frontmatter-yaml'])
    expect(found.runbook.steps.map(({ id }) => id)).toEqual(['s', 't'])
  })

  test('one bad key does not hide the other problems of the frontmatter', () => {
    expect(
      codes(
        `${withHead('owner: me', 'objectives: { rto: 15 }', 'inputs: { PATH: {} }', 'targets: { a: { shh: b }, b: local }')}\`\`\`bash run on=b\n:\n\`\`\`\n`,
      ),
    ).toEqual(['unknown-key', 'duration-unit', 'reserved-name', 'target-unused', 'bad-value'])
  })

  test('tabs indent', () => {
    const source = '### S\n-\t[ ] a\n\t- [ ] b\n\n\t```bash run on=laptop\n\t\techo "tab"\n\t```\n'
    expect(itemsOf(stepOf(source)).map(({ text }) => text)).toEqual(['a', 'b'])
    expect(blockOf(source).code.trim()).toBe('echo "tab"')
  })

  test('names of the language itself are ordinary keys', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const { diagnostics } = parseRunbook(`${withHead(`${key}: 1`)}${ITEM}`)
      expect(
        diagnostics.map(({ code }) => code),
        key,
      ).toEqual(['unknown-key'])
      expect(saidOfSteps(`### S\n\`\`\`${key} run on=laptop\n:\n\`\`\`\n`), key).toEqual([
        'unknown-language 2:1',
      ])
      expect(saidOfSteps(`### S\n\`\`\`bash run ${key}=1 on=laptop\n:\n\`\`\`\n`), key).toEqual([
        'unknown-attribute 2:13',
      ])
    }
  })
})
