import { describe, expect, test } from 'vitest'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { blocksOf, itemsOf } from '../../../main/core/runbook/model.ts'
import { said, saidOfSteps, stepOf, stepsOf, withHead } from './support/reading.ts'

/** A step whose `yaml step` block has these lines. */
function declared(...lines: readonly string[]): string {
  return ['### S', '```yaml step', ...lines, '```', '- [ ] x', ''].join('\n')
}

describe('3. Title, phases, steps', () => {
  test('F-3.1 one title, phases, steps; deeper headings are prose; underlines count', () => {
    const { runbook, diagnostics } = parseRunbook(
      '---\nrunbook: 1\nkind: checklist\n---\nTitle\n=====\n\nPhase\n-----\n\n### Step\n#### Deeper\n- [ ] x\n',
    )
    expect(diagnostics).toEqual([])
    expect([runbook.title, runbook.phases[0]?.title, runbook.steps[0]?.title]).toEqual([
      'Title',
      'Phase',
      'Step',
    ])
    expect(runbook.steps[0]?.content[0]).toMatchObject({ kind: 'prose', markdown: '#### Deeper' })
    expect(said(`${withHead()}- [ ] x\n# Again\n`)).toEqual(['title-twice 9:1'])
    expect(said('---\nrunbook: 1\nkind: checklist\n---\n# T\n### S\n- [ ] x\n')).toEqual([
      'step-outside 6:1',
    ])
  })

  test('F-3.2 a phase with actions and no step is a phase of one step', () => {
    const { runbook, diagnostics } = parseRunbook(
      '---\nrunbook: 1\nkind: checklist\n---\n# T\n## Only reading\nProse.\n## Acting\n- [ ] x\n',
    )
    expect(diagnostics).toEqual([])
    expect(runbook.phases.map(({ title }) => title)).toEqual(['Only reading', 'Acting'])
    expect(runbook.steps.map(({ title, phase }) => [title, phase])).toEqual([['Acting', 1]])
  })

  test('F-3.3 actions outside of steps are errors', () => {
    const head = '---\nrunbook: 1\nkind: checklist\n---\n# T\n'
    expect(said(`${head}- [ ] early\n## P\n- [ ] between\n### S\n- [ ] x\n`)).toEqual([
      'action-outside-step 6:7',
      'action-outside-step 8:7',
    ])
    expect(said(`${head}\`\`\`bash run\n:\n\`\`\`\n## P\n- [ ] x\n`)).toEqual([
      'action-outside-step 6:1',
    ])
  })

  test('F-3.4 ids are declared or made from headings of any script, and are unique', () => {
    const ids = stepsOf(
      '### Données restaurées\n- [ ] x\n### 数据库 切换\n- [ ] x\n### Same\n- [ ] x\n### Same\n- [ ] x\n### !!!\n- [ ] x\n### `pg_ctl` & **bold** [link](x)\n- [ ] x\n',
    ).map(({ id }) => id)
    expect(ids).toEqual([
      'données-restaurées',
      '数据库-切换',
      'same',
      'same-2',
      'step',
      'pg-ctl-bold-link',
    ])
    expect(saidOfSteps(declared('id: a') + declared('id: a'))).toEqual(['step-id-duplicate 8:5'])
    // A declared id is never taken away by a heading before it.
    expect(stepsOf(`### Two\n- [ ] x\n${declared('id: two')}`).map(({ id }) => id)).toEqual([
      'two-2',
      'two',
    ])
  })

  test('F-3.5 a runbook without steps is an error', () => {
    expect(said('---\nrunbook: 1\nkind: checklist\n---\n# T\n## P\nProse.\n')).toEqual([
      'no-steps 5:1',
    ])
  })
})

describe('4. The yaml step block', () => {
  test('F-4.1 one block, first, with known keys', () => {
    expect(saidOfSteps(declared('riks: safe'))).toEqual(['unknown-key 3:1'])
    expect(saidOfSteps('### S\n- [ ] x\n```yaml step\nid: a\n```\n')).toEqual([
      'step-block-late 3:1',
    ])
    expect(saidOfSteps('### S\n```yaml step\n```\n```yaml step\nid: a\n```\n- [ ] x\n')).toEqual([
      'step-block-twice 4:1',
    ])
    expect(saidOfSteps('### S\n```json step\n{}\n```\n- [ ] x\n')).toEqual(['unknown-verb 2:9'])
    expect(saidOfSteps('### S\n```yaml setp\nid: a\n```\n- [ ] x\n')).toEqual(['unknown-verb 2:9'])
    expect(stepOf('### S\n- [ ] x\n')).toMatchObject({
      risk: 'safe',
      checklist: 'do-confirm',
      when: [],
      needs: [],
      pointOfNoReturn: false,
    })
  })

  test('F-4.2 id, on and risk', () => {
    expect(stepOf(declared('id: a', 'on: laptop', 'risk: caution'))).toMatchObject({
      id: 'a',
      target: 'laptop',
      risk: 'caution',
    })
    const [one] = parseRunbook(
      `${withHead()}\`\`\`yaml step\nrisk: destructve\n\`\`\`\n- [ ] x\n`,
    ).diagnostics
    expect(one?.suggestion).toBe('destructive')
    expect(saidOfSteps(declared('on: laptpo'))).toEqual(['target-unknown 3:5'])
  })

  test('F-4.3 a destructive step acts on the target that readers see', () => {
    const block = (verb: string, on: string): string => `\`\`\`bash ${verb}${on}\n:\n\`\`\`\n`
    const step = (lines: string, ...blocks: string[]): string =>
      `### S\n\`\`\`yaml step\nrisk: destructive\n${lines}\`\`\`\n${blocks.join('')}`
    expect(saidOfSteps(step('', block('run', ' on=laptop')))).toEqual([
      'destructive-incomplete 2:1',
    ])
    expect(saidOfSteps(step('on: laptop\n', block('run', ' on=replica')))).toEqual([
      'destructive-elsewhere 6:1',
    ])
    expect(
      saidOfSteps(step('on: laptop\n', block('run', ''), block('check', ' on=replica'))),
    ).toEqual([])
  })

  test('F-4.4 approvals', () => {
    expect(stepOf(declared('approve: {}')).approve).toEqual({ role: 'commander', quorum: 1 })
    expect(stepOf(declared('approve: { role: operator, quorum: 2 }')).approve).toEqual({
      role: 'operator',
      quorum: 2,
    })
    expect(saidOfSteps(declared('approve: { quorum: 0 }'))).toEqual(['bad-value 3:20'])
  })

  test('F-4.5 timeout and budget', () => {
    expect(stepOf(declared('timeout: 2m', 'budget: 1h'))).toMatchObject({
      timeoutMs: 120_000,
      budgetMs: 3_600_000,
    })
  })

  test('F-4.6 two kinds of checklist', () => {
    expect(stepOf(declared('checklist: read-do')).checklist).toBe('read-do')
    expect(saidOfSteps(declared('checklist: read-doo'))).toEqual(['bad-value 3:12'])
  })

  test('F-4.7 a decision has at least two options', () => {
    expect(stepOf(declared('decide: { options: { a: Now, b: Later } }')).decide).toEqual({
      question: 'S',
      options: [
        { id: 'a', label: 'Now' },
        { id: 'b', label: 'Later' },
      ],
    })
    expect(saidOfSteps(declared('decide: { options: { a: Now } }'))).toEqual(['bad-value 3:9'])
  })

  test('F-4.8 when names an option of an earlier step', () => {
    const choice = declared('id: c', 'decide: { options: { a: Now, b: Later } }')
    expect(saidOfSteps(choice + declared('when: a') + declared('when: [a, c/b]'))).toEqual([])
    expect(saidOfSteps(choice + declared('when: x'))).toEqual(['when-unknown 9:7'])
    expect(saidOfSteps(declared('when: a') + choice)).toEqual(['when-later 3:7'])
  })

  test('F-4.9 needs names steps that come before', () => {
    expect(stepsOf(declared('id: a') + declared('needs: a'))[1]?.needs).toEqual(['a'])
    expect(saidOfSteps(declared('id: first') + declared('needs: [frist]'))).toEqual([
      'needs-unknown 8:8',
    ])
    expect(saidOfSteps(declared('id: a', 'needs: a'))).toEqual(['needs-later 4:8'])
  })

  test('F-4.10 retry, never of something destructive', () => {
    expect(stepOf(declared('retry: { attempts: 3, every: 5s }')).retry).toEqual({
      attempts: 3,
      everyMs: 5000,
    })
    expect(saidOfSteps(declared('retry: { attempts: 1, every: 5s }'))).toEqual(['bad-value 3:20'])
    expect(saidOfSteps(declared('risk: destructive', 'retry: { attempts: 3, every: 5s }'))).toEqual(
      ['retry-destructive 4:8'],
    )
  })

  test('F-4.12 how a step goes over several hosts', () => {
    const strategy = (text: string) => stepOf(declared(`strategy: ${text}`)).strategy
    expect(strategy('rolling')).toEqual({ kind: 'rolling', maxFailures: 0 })
    expect(strategy('{ kind: canary, batch: 2, max-failures: 1 }')).toEqual({
      kind: 'canary',
      batch: { count: 2 },
      maxFailures: 1,
    })
    expect(strategy('{ kind: rolling, batch: "25%" }')).toEqual({
      kind: 'rolling',
      batch: { percent: 25 },
      maxFailures: 0,
    })
    expect(saidOfSteps(declared('strategy: sometimes'))).toEqual(['bad-value 3:11'])
  })

  describe('several hosts', () => {
    const codes = (step: string, body: string): string[] =>
      parseRunbook(
        `---\nrunbook: 1\ntitle: T\nkind: maintenance\ntargets:\n  web: { ssh: [web-1, web-2] }\n  one: { ssh: db-1 }\n  here: local\n---\n# T\n\n## P\n\n### S\n\n\`\`\`yaml step\n${step}\n\`\`\`\n\n${body}\n\n### Others\n\n\`\`\`bash run on=one\ntrue\n\`\`\`\n\`\`\`bash run on=here\ntrue\n\`\`\`\n\`\`\`bash run on=web\ntrue\n\`\`\`\n`,
      ).diagnostics.map(({ code }) => code)
    const run = (info: string): string => `\`\`\`bash ${info}\ntrue\n\`\`\``

    test('F-4.13 a batch is checked before the next', () => {
      const checked = 'on: web\nstrategy: { kind: rolling, check-batches: true }'
      expect(codes(checked, `${run('run')}\n${run('check')}`)).toEqual([])
      expect(codes(checked, run('run'))).toEqual(['batch-check-missing'])
      expect(codes(checked, `${run('run')}\n${run('check on=one')}`)).toEqual([
        'batch-check-missing',
      ])
      expect(stepOf(declared('strategy: { kind: all, check-batches: true }')).strategy).toEqual({
        kind: 'all',
        maxFailures: 0,
        checkBatches: true,
      })
    })

    test('F-4.14 what needs one host', () => {
      expect(codes('on: web', run('run'))).toEqual([])
      for (const info of ['run capture=X', 'run pty', 'run session=s', 'terminal'])
        expect(codes('on: web', run(info)), info).toEqual(['one-host-only'])
      for (const info of ['run capture=X', 'run pty', 'run session=s', 'terminal'])
        expect(codes('on: one', run(info)), info).toEqual([])
      expect(codes('on: here\nstrategy: rolling', run('run'))).toEqual(['strategy-one-place'])
      // A profile may list hosts that the runbook does not know.
      expect(codes('on: one\nstrategy: rolling', run('run'))).toEqual([])
    })
  })

  test('F-4.11 the point of no return', () => {
    expect(stepOf(declared('point-of-no-return: true')).pointOfNoReturn).toBe(true)
  })
})

describe('8. Task items', () => {
  test('F-8.1 items of every kind of list, nested ones too', () => {
    const step = stepOf('### S\n- [ ] a\n  - [ ] b **bold**\n\n* [ ] c\n\n1. [ ] d\n2. plain\n')
    expect(itemsOf(step).map(({ id, text }) => [id, text])).toEqual([
      ['s/item-1', 'a'],
      ['s/item-2', 'b **bold**'],
      ['s/item-3', 'c'],
      ['s/item-4', 'd'],
    ])
    expect(blocksOf(step)).toEqual([])
  })

  test('F-8.2 a committed tick is an error, in capitals too', () => {
    expect(saidOfSteps('### S\n- [x] a\n- [X] b\n')).toEqual(['item-ticked 2:7', 'item-ticked 3:7'])
  })

  test('F-8.3 ten items are a warning, nine are not', () => {
    expect(saidOfSteps(`### S\n${'- [ ] a\n'.repeat(9)}`)).toEqual([])
    expect(saidOfSteps(`### S\n${'- [ ] a\n'.repeat(10)}`)).toEqual(['items-many 1:1'])
  })
})
