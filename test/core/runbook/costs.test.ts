import { describe, expect, test } from 'vitest'
import type { ParsedRunbook } from '../../../main/core/runbook/model.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { NEAR_LIMITS } from './support/megabytes.ts'

/** A megabyte of anything is read, or refused in words, within a second. */

const MEGABYTE = 1024 * 1024
const HEAD = '---\nrunbook: 1\nkind: maintenance\n---\n# T\n## P\n### S\n'

function filled(piece: string, head = ''): string {
  return (head + piece.repeat(Math.ceil(MEGABYTE / piece.length))).slice(0, MEGABYTE)
}

const HOSTILE: Readonly<Record<string, string>> = {
  'quote marks': filled('>'),
  'nested quotes': filled('> '),
  'lines of quotes': filled('> a\n'),
  'opening brackets': filled('['),
  'opening brackets in lines': filled('[\n'),
  'links that never end': filled('[a](\n\n'),
  stars: filled('*'),
  'stars around words': filled('*a **b _c\n'),
  backticks: filled('`'),
  'backticks in lines': filled('`a\n'),
  tildes: filled('~'),
  bullets: filled('- '),
  'a flat list': filled('- a\n'),
  'a list of lists of lists': filled('- a\n  - b\n    - c\n'),
  'a list that goes ever deeper': Array.from(
    { length: 1400 },
    (_, depth) => `${' '.repeat(depth)}- a`,
  ).join('\n'),
  'task items': filled('- [ ] a\n'),
  headings: filled('### *a*\n'),
  'headings of many marks and words': filled(
    `### ${'*a '.repeat(60)}${'w '.repeat(460)}\n\n`,
    HEAD,
  ),
  'headings with links that never end': filled(
    `### [a](${'('.repeat(3000)}${'w '.repeat(1000)}\n\n`,
    HEAD,
  ),
  'the same heading again': filled(`### Same\n${'w '.repeat(80)}\n\n`, HEAD),
  'words that are almost a target': `---\nrunbook: 1\ntargets:\n${Array.from({ length: 900 }, (_, index) => `  a-target-with-a-long-name-${index}: local`).join('\n')}\n---\n# T\n## P\n${Array.from({ length: 4000 }, (_, index) => `\n### S${index}\n\`\`\`bash run on=a-trget-with-a-long-nane-${index}\necho\n\`\`\`\n`).join('')}`,
  'underlined headings': filled('a\n=\n'),
  'table rows': filled('|c|d|\n', '|a|b|\n|-|-|\n'),
  'table rows of many words': filled(`|a|b|${'w '.repeat(600)}|\n`, `${HEAD}\n|a|b|c|\n|-|-|-|\n`),
  'wide tables': filled(`${'|a'.repeat(2000)}\n`, `${'|a'.repeat(2000)}\n${'|-'.repeat(2000)}\n`),
  'HTML blocks': filled('<div>\n\n'),
  'HTML comments': filled('<!-- \n'),
  'angle brackets': filled('<'),
  definitions: filled('[a]: b\n'),
  footnotes: filled('[^a]: b\n'),
  addresses: filled('http://a.b a@b.c www.a.b '),
  backslashes: filled('\\'),
  ampersands: filled('&'),
  'one long word': filled('a'),
  'carriage returns': filled('\r'),
  'null characters': filled('\0'),
  'halves of surrogate pairs': filled('\uD800'),
  'blank lines': filled('\n'),
  spaces: filled(' '),
  tabs: filled('\t'),
  'fences that never end': filled('```bash run\n', HEAD),
  'fences with problems': filled('```bash rnu a=1 b="2\nx\n```\n', HEAD),
  'a long info string': filled('a=1 ', `${HEAD}\`\`\`bash run `),
  'a fence opened in a list, left by the list': filled('- a\n', '- a\n  ```\n'),
  'a fence opened in a comment': filled('- a\n', '<!--\n```\n-->\n'),
  'a fence with one blank line at its end': `${HEAD}\`\`\`bash run\n${'echo a\n'.repeat(50_000)}\n\`\`\`\n`,
  'SQL of many names': `${HEAD}\`\`\`sql run\n${Array.from({ length: 90_000 }, (_, index) => `:N${index}`).join(' ')}\n\`\`\`\n`,
  'one fence of prose': filled('a\n\n', '```\n'),
  'frontmatter that never ends': filled('a: b\n', '---\nrunbook: 1\n'),
  'frontmatter of nested brackets': filled('[', '---\nrunbook: 1\na: '),
  'frontmatter of many keys': `---\nrunbook: 1\n${Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')}\n---\n`,
  'frontmatter of many keys on one line': `---\nrunbook: 1\na: {${Array.from({ length: 6000 }, (_, index) => `k${index}: 1`).join(', ')}}\n---\n`,
  'frontmatter of as many keys as are read': `---\nrunbook: 1\n${Array.from({ length: 1900 }, (_, index) => `k${index}: 1`).join('\n')}\n---\n`,
  'a bomb of aliases': `---\nrunbook: 1\na: &a [x, x]\n${Array.from({ length: 200 }, (_, index) => `k${index}: &k${index} [${`*${index ? `k${index - 1}` : 'a'}, `.repeat(20)}]`).join('\n')}\n---\n`,
  'a pattern that would try every way': `---\nrunbook: 1\ninputs:\n  A: { pattern: "(a+)+b", default: ${'a'.repeat(40)} }\n---\n`,
  'patterns that are as large as is read': `---\nrunbook: 1\ninputs:\n${Array.from({ length: 900 }, (_, index) => `  A${index}: { pattern: "(a?){1600}", default: ${'a'.repeat(20)} }`).join('\n')}\n---\n`,
  'expectations of large patterns': filled(
    '```bash run\nx\n```\n```text expect match=regex\n(a?){1600}\n```\n',
    HEAD,
  ),
  'step blocks with problems': filled('### S\n```yaml step\nid: a\nneedz: b\n```\n', HEAD),
}

/**
 * Processor time, because others use this machine too. `npm run bench -- --only parse` shows the bound of one second
 * itself; here it has a margin for slow and busy machines. A cost that grows with the square of a megabyte is beyond
 * it by orders of magnitude.
 */
const BOUND = 4_000

function cost(source: string): { milliseconds: number; parsed: ParsedRunbook } {
  const before = process.cpuUsage()
  const parsed = parseRunbook(source)
  const { user, system } = process.cpuUsage(before)
  return { milliseconds: (user + system) / 1000, parsed }
}

describe('a megabyte of anything', () => {
  test.each(Object.entries(HOSTILE))('%s', (_name, source) => {
    expect(cost(source).milliseconds).toBeLessThan(BOUND)
    // The beginning alone may be within every limit, so that it is read.
    expect(cost(source.slice(0, 60_000)).milliseconds).toBeLessThan(BOUND)
  })

  test.each(Object.entries(NEAR_LIMITS))('%s: read to the end', (_name, source) => {
    const { milliseconds, parsed } = cost(source)
    expect(milliseconds).toBeLessThan(BOUND)
    const { runbook, diagnostics } = parsed
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(runbook.introduction.length + runbook.steps.length).toBeGreaterThan(0)
  })
})
