import { describe, expect, test } from 'vitest'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { blocksOf, itemsOf } from '../../../main/core/runbook/model.ts'

describe('10. Guides', () => {
  test('F-10.1 any other file opens, whatever it holds', () => {
    const { runbook, diagnostics } = parseRunbook('', { name: 'notes.md' })
    expect([runbook.format, runbook.title, diagnostics]).toEqual(['guide', 'notes', []])
    const foreign = parseRunbook('---\nlayout: post\n---\n# T\n').diagnostics
    expect(foreign.map(({ code, severity }) => [code, severity])).toEqual([
      ['frontmatter-foreign', 'info'],
    ])
  })

  test('F-10.2 the first # is the title, every other heading a step', () => {
    const { runbook } = parseRunbook('# T\nintro\n## A\n#### B\n# C\n###### D\n')
    expect(runbook.title).toBe('T')
    expect(runbook.introduction).toMatchObject([{ kind: 'prose', markdown: 'intro' }])
    expect(runbook.steps.map(({ title, phase }) => [title, phase])).toEqual([
      ['A', 0],
      ['B', 0],
      ['C', 1],
      ['D', 1],
    ])
    expect(runbook.phases.map(({ title }) => title)).toEqual(['A', 'C'])
  })

  test('F-10.3 items can be ticked, also ticked ones and ones before any heading', () => {
    const { runbook, diagnostics } = parseRunbook('- [ ] a\n# T\n- [x] b\n', { name: 'list.md' })
    expect(diagnostics).toEqual([])
    expect(runbook.steps.flatMap(itemsOf).map(({ text }) => text)).toEqual(['a', 'b'])
  })

  test('F-10.4 known languages can be run, all others copied', () => {
    const { runbook, diagnostics } = parseRunbook(
      '# T\n## S\n```bash run on=nowhere\na\n```\n```shell\nb\n```\n```SQL\nc\n```\n```json\n{}\n```\n```\nd\n```\n```bash\n\n```\n',
    )
    expect(diagnostics).toEqual([])
    const [step] = runbook.steps
    if (!step) throw new Error('There is no step.')
    expect(step.content.map(({ kind }) => kind)).toEqual([
      'block',
      'block',
      'block',
      'snippet',
      'snippet',
      'snippet',
    ])
    for (const block of blocksOf(step)) {
      expect(block).toMatchObject({ implicit: true, verb: 'run' })
      expect(block.target).toBeUndefined()
    }
  })
})
