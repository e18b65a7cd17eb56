import { describe, expect, test } from 'vitest'
import { planOf } from '../../../main/core/run/plan.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { itemsOf } from '../../../main/core/runbook/model.ts'
import { LIMITS } from '../../../main/core/runbook/guard.ts'
import { blockOf, codes, HEAD, said, saidOfSteps, stepsOf, withHead } from './support/reading.ts'

const ITEM = '- [ ] Done\n'

/** Everything said about a head whose only step has one item. */
function saidOfHead(...lines: readonly string[]): string[] {
  return said(withHead(...lines) + ITEM)
}

describe('1. The file', () => {
  test('F-1.1 the key runbook makes a runbook of a file; anything else is a guide', () => {
    expect(parseRunbook(withHead() + ITEM).runbook.format).toBe(1)
    expect(parseRunbook('# Title\n- [ ] Done\n').runbook.format).toBe('guide')
    expect(parseRunbook('---\ntitle: x\n---\n# Title\n').runbook.format).toBe('guide')
  })

  test('F-1.2 a line of --- in a script does not end anything', () => {
    const source =
      '### S\n```bash run on=laptop\ncat <<END\n---\nrunbook: 9\n---\nEND\n```\n- [ ] After\n'
    expect(saidOfSteps(source)).toEqual([])
    expect(blockOf(source).code).toBe('cat <<END\n---\nrunbook: 9\n---\nEND')
    expect(stepsOf(source).flatMap(itemsOf)).toHaveLength(1)
  })

  test('F-1.3 frontmatter that tries to be ours and fails is an error, not a guide', () => {
    for (const [source, code] of [
      ['---\nrunbook: 1\nkind: [\n---\n# T\n', 'frontmatter-yaml'],
      ['---\nrunbook: 1\nkind: incident\n# T\n', 'frontmatter-unclosed'],
      ['---\n"all of it\nrunbook: 1"\n---\n# T\n', 'frontmatter-not-a-map'],
      ['+++\nrunbook = 1\n+++\n# T\n', 'frontmatter-toml'],
      ['---\nrunbook: 2\nkind: incident\n---\n# T\n', 'format-version'],
      ['---\nrunbok: 1\nkind: incident\n---\n# T\n', 'unknown-key'],
      ['---\nRunbook: 1\nkind: incident\n---\n# T\n', 'unknown-key'],
    ] as const) {
      expect(codes(source), source).toContain(code)
      expect(parseRunbook(source).runbook.format, source).toBe(1)
    }
    // Broken YAML and TOML that say nothing of a runbook are still errors of a guide.
    expect(said('+++\ntitle = "x"\n+++\n# T\n')).toEqual(['frontmatter-toml 1:1'])
    expect(said('---\ntitle: [\n---\n# T\n')).toEqual(['frontmatter-yaml 1:1'])
  })

  test('F-1.4 aliases and keys given twice are errors', () => {
    expect(saidOfHead('roles: &a [x]', 'summary: *a')).toEqual(['yaml-alias 5:10'])
    expect(saidOfHead('system: a', 'system: b')).toEqual(['frontmatter-yaml 5:1'])
    expect(saidOfSteps('### S\n```yaml step\nid: a\nid: b\n```\n- [ ] x\n')).toEqual([
      'frontmatter-yaml 4:1',
    ])
  })

  test('F-1.5 byte order mark and line ends change nothing, and commands have LF', () => {
    const source = `${HEAD}### S\n- [ ] One\n\n\`\`\`bash run on=laptop\na\nb\n\`\`\`\n### T\n- [ ] Two\n`
    const shape = (text: string): unknown => {
      const { runbook, diagnostics } = parseRunbook(text)
      return {
        codes: diagnostics.map(({ code }) => code),
        targets: runbook.targets.map(({ name }) => name),
        steps: runbook.steps.map(({ id, content }) => [
          id,
          content.map((part) => (part.kind === 'block' ? part.code : part.kind)),
        ]),
      }
    }
    const plain = shape(source)
    expect(plain).toMatchObject({
      steps: [
        ['s', ['items', 'a\nb']],
        ['t', ['items']],
      ],
    })
    expect(shape(`\uFEFF${source}`)).toEqual(plain)
    expect(shape(source.replaceAll('\n', '\r\n'))).toEqual(plain)
    expect(shape(source.replaceAll('\n', '\r'))).toEqual(plain)
  })

  test('F-1.6 all problems at once, in source order', () => {
    expect(saidOfHead('kind: x', 'sistem: y', 'objectives: { rto: 5 }').length).toBeGreaterThan(0)
    const found = saidOfSteps(
      '### A\n```yaml step\nrisk: bad\nneeds: nothing\n```\n- [x] t\n```bash rnu\n:\n```\n```bash run on=nowhere\n:\n```\n',
    )
    expect(found).toEqual([
      'bad-value 3:7',
      'needs-unknown 4:8',
      'item-ticked 6:7',
      'unknown-verb 7:9',
      'target-unknown 10:1',
    ])
  })

  test('F-1.7 a file beyond a limit, or that is not text, is refused with an error that names the limit', () => {
    for (const [source, code] of [
      ['# T\n\na\0b\n', 'not-text'],
      ['a\n'.repeat(LIMITS.lines + 1), 'file-too-large'],
      [`${'a'.repeat(LIMITS.lineLength + 1)}\n`, 'line-too-long'],
      [`${'> '.repeat(LIMITS.nesting + 1)}a\n`, 'nesting-too-deep'],
      ['- a\n'.repeat(LIMITS.structure + 1), 'too-much'],
      ['a\n'.repeat(LIMITS.paragraphLines + 1), 'too-much'],
      ['*a\n'.repeat(LIMITS.paragraphMarks + 1), 'too-much'],
    ] as const) {
      const { diagnostics } = parseRunbook(source)
      expect(diagnostics.map((one) => [one.code, one.severity])).toEqual([[code, 'error']])
      expect(diagnostics[0]?.message.length).toBeGreaterThan(30)
    }
    expect(codes(`---\nrunbook: 1\n${'a: b\n'.repeat(3000)}---\n`)).toContain('frontmatter-yaml')
    // Code may be as wide as it likes.
    expect(codes(`# T\n\n\`\`\`\n${'a'.repeat(LIMITS.lineLength + 1)}\n\`\`\`\n`)).toEqual([])
  })
})

describe('2. Frontmatter', () => {
  test('F-2.1 runbook and kind are required, kinds are four, other keys are errors', () => {
    expect(said('---\nrunbook: 1\n---\n# T\n## P\n- [ ] x\n')).toEqual(['missing-key 2:1'])
    expect(codes('---\nrunbook: 1\nkind: failovre\n---\n# T\n## P\n- [ ] x\n')).toEqual([
      'bad-value',
    ])
    expect(saidOfHead('owner: me')).toEqual(['unknown-key 4:1'])
    for (const kind of ['failover', 'incident', 'maintenance', 'checklist']) {
      expect(codes(`---\nrunbook: 1\nkind: ${kind}\n---\n# T\n## P\n- [ ] x\n`)).toEqual([])
    }
  })

  test('F-2.2 the title of the frontmatter wins, and one is required', () => {
    expect(saidOfHead('title: Other')).toEqual(['title-differs 6:1'])
    expect(parseRunbook(withHead('title: Other') + ITEM).runbook.title).toBe('Other')
    expect(codes('---\nrunbook: 1\nkind: incident\n---\n## P\n- [ ] x\n')).toEqual([
      'title-missing',
    ])
  })

  test('F-2.3 durations have units, from large to small', () => {
    const { runbook } = parseRunbook(withHead('objectives: { rto: 1h30m, rpo: 500ms }') + ITEM)
    expect(runbook.objectives).toEqual({ rtoMs: 5_400_000, rpoMs: 500 })
    for (const wrong of ['15', '"15"', '30m1h', '5 m', '1h1h', '-5m', '1.5h', 'soon']) {
      expect(saidOfHead(`objectives: { rto: ${wrong} }`), wrong).toHaveLength(1)
    }
    const [one] = parseRunbook(withHead('objectives: { rto: 15 }') + ITEM).diagnostics
    expect(one).toMatchObject({ code: 'duration-unit', suggestion: '15m' })
  })

  test('F-2.4 objectives and roles; the commander always exists', () => {
    expect(saidOfHead('objectives: { rtp: 5m }')).toEqual(['unknown-key 4:15'])
    expect(
      saidOfSteps('### S\n```yaml step\napprove: { role: commander }\n```\n- [ ] x\n'),
    ).toEqual([])
    expect(saidOfSteps('### S\n```yaml step\napprove: { role: operatr }\n```\n- [ ] x\n')).toEqual([
      'role-unknown 3:10',
    ])
  })

  test('F-2.5 inputs are checked where they are declared', () => {
    const { runbook } = parseRunbook(
      withHead(
        'inputs:',
        '  A: { label: Words, required: true, pattern: "x+", default: xx }',
        '  B:',
      ) + ITEM,
    )
    expect(runbook.inputs).toMatchObject([
      { name: 'A', label: 'Words', required: true, secret: false, pattern: 'x+', default: 'xx' },
      { name: 'B', label: 'B', required: false },
    ])
    expect(saidOfHead('inputs: { PATH: {} }')).toEqual(['reserved-name 4:11'])
    expect(saidOfHead('inputs: { my-name: {} }')).toEqual(['bad-name 4:11'])
    expect(saidOfHead('inputs: { A: { pattern: "(" } }')).toEqual(['bad-pattern 4:25'])
    expect(saidOfHead('inputs: { A: { pattern: "x", default: y } }')).toEqual(['bad-default 4:39'])
    // No pattern may hang: neither here nor while a value is typed.
    expect(saidOfHead('inputs: { A: { pattern: "(?=x)x" } }')).toEqual(['bad-pattern 4:25'])
    expect(saidOfHead(`inputs: { A: { pattern: "(a+)+b", default: ${'a'.repeat(40)} } }`)).toEqual([
      'bad-default 4:44',
    ])
    expect(
      saidOfHead(`inputs: { A: { pattern: "(?:a?){2000}", default: ${'a'.repeat(90)} } }`),
    ).toEqual(['bad-default 4:50'])
    expect(saidOfHead('inputs: { A: { options: [x], default: y } }')).toEqual(['bad-default 4:39'])
    expect(saidOfHead('inputs: { A: { secret: true, default: y } }')).toEqual(['bad-default 4:39'])
  })

  test('F-2.6 every form of a target', () => {
    const { runbook, diagnostics } = parseRunbook(
      withHead(
        'targets:',
        '  a: local',
        '  b: { ssh: one }',
        '  c: { ssh: [one, two] }',
        '  d: { postgres: p }',
        '  e: { redis: r }',
        '  f: { http: "https://x" }',
      ) + ITEM,
    )
    expect(
      runbook.targets.map(({ name, kind, connection, hosts }) => [name, kind, connection, hosts]),
    ).toEqual([
      ['a', 'local', 'local', []],
      ['b', 'ssh', 'one', ['one']],
      ['c', 'ssh', 'one', ['one', 'two']],
      ['d', 'postgres', 'p', []],
      ['e', 'redis', 'r', []],
      ['f', 'http', 'https://x', []],
    ])
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['target-unused']))
    expect(saidOfHead('targets: { a: { shh: x } }')).toContain('bad-value 4:15')
  })

  test('F-2.7 escalation, updates and cadence', () => {
    const { runbook, diagnostics } = parseRunbook(
      withHead(
        'escalation: [{ after: 15m, to: Lead }]',
        'updates: { every: 30m, to: "#x" }',
        'cadence: 90d',
      ) + ITEM,
    )
    expect(diagnostics).toEqual([])
    expect(runbook).toMatchObject({
      escalation: [{ afterMs: 900_000, to: 'Lead' }],
      updates: { everyMs: 1_800_000, to: '#x' },
      cadence: '90d',
    })
    expect(saidOfHead('cadence: sometimes')).toEqual(['bad-value 4:10'])
    expect(saidOfHead('escalation: [{ after: 15m }]')).toEqual(['missing-key 4:14'])
  })

  test('F-2.8 a drill names declared targets, and says what is injected when', () => {
    const { runbook } = parseRunbook(
      withHead(
        'targets: { db: { postgres: p } }',
        'drill: { targets: { db: primary }, injects: [{ at: 5m, fault: cut, expected: noticed }] }',
      ) + ITEM,
    )
    expect(runbook.drill).toEqual({
      targets: { db: 'primary' },
      injects: [{ atMs: 300_000, fault: 'cut', expected: 'noticed' }],
    })
    // The run takes the injects along; without any, its plan says nothing of them.
    expect(planOf(runbook).injects).toEqual(runbook.drill?.injects)
    expect(planOf(parseRunbook(withHead() + ITEM).runbook)).not.toHaveProperty('injects')
    expect(saidOfHead('drill: { targets: { bd: primary } }')).toEqual(['drill-target-unknown 4:21'])
  })
})
