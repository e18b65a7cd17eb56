import { describe, expect, test } from 'vitest'
import { STRICT_OPTIONS } from '../../../main/executors/shell/shells.ts'
import { evaluateGates } from '../../../main/core/run/gates.ts'
import { planOf, type PlanBlock } from '../../../main/core/run/plan.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { blocksOf } from '../../../main/core/runbook/model.ts'
import { blockOf, HEAD, saidOfSteps, stepOf, withHead } from './support/reading.ts'
import {
  bindingProblem,
  copiesIn,
  readOnlyProblem,
  statementsOf,
} from '../../../main/core/sql/statements.ts'

/** A step on the laptop with one fence. */
function fence(info: string, code = ':'): string {
  return `### S\n\`\`\`yaml step\non: laptop\n\`\`\`\n\`\`\`${info}\n${code}\n\`\`\`\n`
}

function planned(source: string): PlanBlock {
  const [block] = planOf(parseRunbook(HEAD + source).runbook).steps[0]?.blocks ?? []
  if (!block) throw new Error('There is no block.')
  return block
}

function allPass(block: PlanBlock, seen: object): boolean {
  const observation = {
    outcome: { kind: 'responded' as const },
    stdout: '',
    truncated: false,
    durationMs: 1,
    ...seen,
  }
  return evaluateGates(block, observation).every(({ passed }) => passed)
}

const SQL_FACTS = {
  server: 'db:5432',
  version: '18.4',
  user: 'app',
  database: 'orders',
  security: 'not encrypted',
  readOnly: true,
  statements: 1,
  results: [],
  notices: [],
  transaction: 'none' as const,
}

describe('5. Fences', () => {
  test('F-5.1 language, verb, attributes with and without quotes; no verb never runs', () => {
    expect(blockOf(fence('bash run on="replica" timeout=\'90s\'   pty'))).toMatchObject({
      verb: 'run',
      target: 'replica',
      timeoutMs: 90_000,
      pty: true,
    })
    const step = stepOf('### S\n```bash\nrm -rf /\n```\n```\nplain\n```\n- [ ] x\n')
    expect(step.content.map(({ kind }) => kind)).toEqual(['snippet', 'snippet', 'items'])
    expect(saidOfSteps('### S\n```bash on=laptop\n:\n```\n- [ ] x\n')).toEqual([
      'attribute-without-verb 2:9',
    ])
  })

  test('F-5.2 six verbs', () => {
    const step = stepOf(
      '### S\n```yaml step\non: laptop\n```\n```bash run\na\n```\n```text standin\nb\n```\n```bash check\nc\n```\n```text expect\nd\n```\n```bash rollback\ne\n```\n```bash terminal\n```\n',
    )
    expect(
      blocksOf(step).map(({ verb, standin, expectations }) => [verb, standin, expectations.length]),
    ).toEqual([
      ['run', 'b', 0],
      ['check', undefined, 1],
      ['rollback', undefined, 0],
      ['terminal', undefined, 0],
    ])
  })

  test('F-5.3 what is not understood is an error with the nearest correct word', () => {
    for (const [info, wanted, suggestion] of [
      ['bash rnu', 'unknown-verb', 'run'],
      ['bahs run', 'unknown-language', 'bash'],
      ['python run', 'unknown-language', undefined],
      ['bash run timout=5s', 'unknown-attribute', 'timeout'],
      ['bash run every=5s', 'attribute-misplaced', undefined],
      ['bash run status=200', 'attribute-misplaced', undefined],
      ['bash run timeout=5', 'attribute-value', 'timeout=5s'],
      ['bash run timeout="5 minutes', 'attribute-syntax', undefined],
      ['bash run timeout=a"b', 'attribute-syntax', undefined],
      ['bash run please now', 'unknown-attribute', undefined],
      ['bash run {"timeout": 5}', 'attribute-syntax', undefined],
      ['bash run exit=0 exit=1', 'attribute-twice', undefined],
      ['bash run exit=256', 'attribute-value', undefined],
      ['bash run pty=maybe', 'attribute-value', undefined],
      ['bash run capture=MY-NAME', 'attribute-value', undefined],
    ] as const) {
      const first = parseRunbook(HEAD + fence(info)).diagnostics.find(
        ({ code }) => code !== 'target-unused',
      )
      expect([first?.code, first?.suggestion], info).toEqual([wanted, suggestion])
      expect(first?.severity, info).toBe('error')
    }
  })

  test('F-5.4 languages and the targets they need', () => {
    expect(saidOfSteps(fence('sh run'))).toEqual([])
    expect(saidOfSteps(fence('sql run', 'select 1'))).toEqual(['target-kind 5:1'])
    expect(saidOfSteps(fence('bash run on=orders'))).toEqual(['target-kind 5:1'])
    expect(
      saidOfSteps(fence('redis run on=cache', 'PING') + fence('http run on=site', 'GET /')),
    ).toEqual([])
  })

  test('F-5.5 a block says where it runs, itself or by its step', () => {
    expect(blockOf(fence('bash run')).target).toBe('laptop')
    expect(blockOf(fence('bash run on=replica')).target).toBe('replica')
    // Not even where there is only one target.
    const source = `${withHead('targets: { only: local }')}\`\`\`bash run\n:\n\`\`\`\n`
    expect(parseRunbook(source).diagnostics.map(({ code }) => code)).toEqual([
      'target-unused',
      'target-missing',
    ])
  })

  test('F-5.6 tildes and longer fences; what stands inside them is an example', () => {
    expect(blockOf('### S\n~~~~bash run on=laptop\n~~~\n```\n~~~~\n').code).toBe('~~~\n```')
    const step = stepOf(
      '### S\n````markdown\n```bash run on=laptop\nrm -rf /\n```\n- [x] no\n````\n- [ ] x\n',
    )
    expect(step.content.map(({ kind }) => kind)).toEqual(['snippet', 'items'])
    expect(blocksOf(step)).toEqual([])
  })

  test('F-5.7 fences in lists belong to the step, fences in quotes never run', () => {
    const source =
      '### S\n- [ ] Do it:\n\n  ```bash run on=laptop\n  if true; then\n    echo yes\n  fi\n  ```\n- [ ] Then\n'
    expect(saidOfSteps(source)).toEqual([])
    expect(blockOf(source).code).toBe('if true; then\n  echo yes\nfi')
    expect(stepOf(source).content.map(({ kind }) => kind)).toEqual(['items', 'block', 'items'])
    const quoted =
      '### S\n> ```bash run on=laptop\n> :\n> ```\n\n> - ```bash\n>   :\n>   ```\n\n- [ ] x\n'
    expect(saidOfSteps(quoted)).toEqual(['fence-in-quote 2:3'])
    expect(blocksOf(stepOf(quoted))).toEqual([])
  })

  test('F-5.8 an unclosed fence is an error and does not run; indented code and HTML are prose', () => {
    const open = '### S\n- [ ] x\n```bash run on=laptop\nrm -rf /\n## Next\n'
    expect(saidOfSteps(open)).toEqual(['fence-unclosed 3:1'])
    expect(blocksOf(stepOf(open))).toEqual([])
    const step = stepOf('### S\n    ```bash run\n\n<pre>\n```bash run\n:\n```\n</pre>\n\n- [ ] x\n')
    expect(step.content.map(({ kind }) => kind)).toEqual(['prose', 'items'])
  })

  test('F-5.9 shells stop at the first command that fails', () => {
    expect(STRICT_OPTIONS.bash).toEqual(expect.arrayContaining(['-e', '-o', 'pipefail']))
    expect(STRICT_OPTIONS.sh).toContain('-e')
  })

  test('F-5.10 a check does not write, and a block has commands', () => {
    expect(saidOfSteps(fence('sql check on=orders', '  DELETE from x'))).toEqual([
      'check-writes 5:1',
    ])
    expect(saidOfSteps(fence('sql check on=orders', 'select updated from x'))).toEqual([])
    expect(saidOfSteps(fence('bash run', ' '))).toEqual(['block-empty 5:1'])
    expect(saidOfSteps(fence('bash terminal', ''))).toEqual([])
  })

  test('F-5.12 statements of SQL one by one; a check has one transaction of its own', () => {
    const sent = (code: string): unknown => {
      const found = statementsOf(code)
      return 'problem' in found ? found.problem : found.map((statement) => statement.sent)
    }
    expect(sent("select ';'; -- ;\nupdate t set a = $$;$$;")).toEqual([
      "select ';'",
      'update t set a = $$;$$',
    ])
    expect(sent('\\d orders')).toContain('\\d is a command of psql')
    const refused = (code: string): boolean[] => {
      const found = statementsOf(code)
      if ('problem' in found) throw new Error(found.problem)
      return found.map((one) => copiesIn(one) || readOnlyProblem(one) !== undefined)
    }
    expect(
      refused('copy t from stdin; begin; commit; rollback; set transaction read write'),
    ).toEqual(Array.from({ length: 5 }, () => true))
    expect(refused('select 1; set work_mem = 1')).toEqual([false, false])
  })

  test('F-5.11 a stand-in follows a block, once', () => {
    expect(saidOfSteps('### S\n```text standin\nx\n```\n- [ ] x\n')).toEqual([
      'standin-without-block 2:1',
    ])
    expect(
      saidOfSteps(
        `${fence('bash run')}\`\`\`text standin\nx\n\`\`\`\n\`\`\`text standin\ny\n\`\`\`\n`,
      ),
    ).toEqual(['standin-twice 11:1'])
  })
})

describe('6. Attributes of blocks', () => {
  test('F-6.1 on, timeout and capture; a terminal has no capture', () => {
    for (const verb of ['run', 'check', 'rollback']) {
      expect(blockOf(fence(`bash ${verb} on=replica timeout=30s capture=A`))).toMatchObject({
        target: 'replica',
        timeoutMs: 30_000,
        capture: 'A',
      })
    }
    expect(saidOfSteps(fence('bash terminal on=replica timeout=1h exit=0'))).toEqual([])
    expect(saidOfSteps(fence('bash terminal capture=A'))).toEqual(['attribute-misplaced 5:18'])
  })

  test('F-6.2 exit, status and max', () => {
    expect(blockOf(fence('bash run exit=0,2 max=2s'))).toMatchObject({ exit: [0, 2], maxMs: 2000 })
    expect(blockOf(fence('http run on=site status=200,204', 'GET /')).status).toEqual([200, 204])
    expect(saidOfSteps(fence('http run on=site exit=0', 'GET /'))).toEqual([
      'attribute-misplaced 5:21',
    ])
    expect(saidOfSteps(fence('http run on=site status=99', 'GET /'))).toEqual([
      'attribute-value 5:21',
    ])
  })

  test('F-6.3 only checks poll', () => {
    expect(blockOf(fence('bash check every=2s for=1m'))).toMatchObject({
      everyMs: 2000,
      forMs: 60_000,
    })
    expect(saidOfSteps(fence('bash check for=1m'))).toEqual(['attribute-value 5:15'])
    expect(saidOfSteps(fence('bash run every=2s'))).toEqual(['attribute-misplaced 5:13'])
  })

  test('F-6.4 sessions are for shells', () => {
    expect(blockOf(fence('bash run session=work')).session).toBe('work')
    expect(saidOfSteps(fence('sql run on=orders session=work', 'select 1'))).toEqual([
      'attribute-misplaced 5:22',
    ])
  })

  test('F-6.5 a terminal always has a pty', () => {
    expect(blockOf(fence('bash run')).pty).toBe(false)
    expect(blockOf(fence('bash run pty')).pty).toBe(true)
    expect(blockOf(fence('bash terminal')).pty).toBe(true)
    expect(saidOfSteps(fence('redis run on=cache pty', 'PING'))).toEqual([
      'attribute-misplaced 5:23',
    ])
    expect(saidOfSteps(fence('sql terminal on=orders', ''))).toEqual(['attribute-misplaced 5:1'])
  })
})

describe('7. Expectations', () => {
  const expectation = (info: string, text: string): string =>
    `${fence('bash run')}\`\`\`${info}\n${text}\n\`\`\`\n`

  test('F-7.1 several expectations belong to the block before them', () => {
    const source = `${expectation('text expect', 'a')}\`\`\`text expect match=contains\nb\n\`\`\`\n`
    expect(blockOf(source).expectations.map(({ mode, text }) => [mode, text])).toEqual([
      ['exact', 'a'],
      ['contains', 'b'],
    ])
    expect(
      saidOfSteps(`${fence('bash run')}### T\n\`\`\`text expect\na\n\`\`\`\n- [ ] x\n`),
    ).toEqual(['expect-without-block 9:1'])
  })

  test('F-7.5 a certificate: days, names and who issued it', () => {
    const http = (text: string): string =>
      `### S\n\`\`\`http check on=site\nGET /\n\`\`\`\n\`\`\`json expect match=certificate\n${text}\n\`\`\`\n`
    for (const text of [
      '{"daysLeft": ">=14"}',
      '{"daysLeft": 14, "names": ["a"]}',
      '{"issuer": "CN=x", "subject": "CN=y", "host": "h", "protocol": "TLSv1.3", "fingerprint": "AB"}',
    ])
      expect(saidOfSteps(http(text)), text).toEqual([])
    for (const text of [
      '{}',
      '[]',
      '14',
      '{"days": 14}',
      '{"daysLeft": "soon"}',
      '{"names": "a"}',
      '{',
    ])
      expect(saidOfSteps(http(text)), text).toEqual(['expect-invalid 5:1'])
    expect(
      saidOfSteps(fence('bash check') + '```json expect match=certificate\n{"daysLeft": 1}\n```\n'),
    ).toEqual(['expect-invalid 8:1'])
    const seen = {
      host: 'a.example.com',
      protocol: 'TLSv1.3',
      subject: 'CN=a.example.com',
      issuer: 'CN=Authority',
      names: ['a.example.com', 'b.example.com'],
      validFrom: '2026-01-01T00:00:00.000Z',
      validTo: '2026-02-01T00:00:00.000Z',
      daysLeft: 14,
      fingerprint: 'AB:CD',
    }
    const gate = (text: string, certificate?: typeof seen) =>
      evaluateGates(planned(http(text)), {
        outcome: { kind: 'responded', status: 200 },
        stdout: '',
        truncated: false,
        durationMs: 1,
        ...(certificate && { certificate }),
      }).at(-1)
    for (const [text, passed] of [
      ['{"daysLeft": ">=14"}', true],
      ['{"daysLeft": ">14"}', false],
      ['{"daysLeft": "<=14"}', true],
      ['{"daysLeft": "<14"}', false],
      ['{"daysLeft": 14}', true],
      ['{"daysLeft": "13"}', false],
      ['{"names": ["B.example.com"]}', true],
      ['{"names": ["a.example.com", "c.example.com"]}', false],
      ['{"issuer": "CN=Authority", "fingerprint": "sha256:abcd"}', true],
      ['{"fingerprint": "AB:CE"}', false],
      ['{"subject": "CN=b"}', false],
    ] as const)
      expect(gate(text, seen)?.passed, text).toBe(passed)
    expect(gate('{"daysLeft": ">=1"}')).toMatchObject({
      passed: false,
      seen: 'no certificate: the answer did not come over TLS',
    })
  })

  test('F-7.2 every way to match, and what an unknown one is', () => {
    for (const [info, text, mode] of [
      ['text expect', 'a', 'exact'],
      ['text expect match=contains', 'a', 'contains'],
      ['regex expect match=regex', '^a$', 'regex'],
      ['json expect', '{}', 'json'],
      ['json expect match=exact', '{}', 'exact'],
      ['json expect match=rows', '[]', 'rows'],
    ] as const) {
      expect(blockOf(expectation(info, text)).expectations[0]?.mode, info).toBe(mode)
      expect(saidOfSteps(expectation(info, text)), info).toEqual([])
    }
    expect(saidOfSteps(expectation('text expect match=regexp', 'a'))).toEqual([
      'attribute-value 8:16',
    ])
  })

  test('F-7.3 expectations that cannot be used are errors', () => {
    for (const [info, text] of [
      ['json expect', '{ a: 1 }'],
      ['json expect match=rows', '{}'],
      ['regex expect match=regex', '('],
      ['regex expect match=regex', '(?=a)'],
    ] as const) {
      expect(saidOfSteps(expectation(info, text)), text).toEqual(['expect-invalid 8:1'])
    }
  })

  test('F-7.4 without an expectation: exit 0, 2xx, one true row', () => {
    const passes = (block: PlanBlock, facts: object): boolean =>
      evaluateGates(block, {
        outcome: { kind: 'exited', code: 0 },
        stdout: '',
        truncated: false,
        durationMs: 1,
        ...facts,
      }).every(({ passed }) => passed)
    const shell = planned(fence('bash run'))
    expect(passes(shell, {})).toBe(true)
    expect(passes(shell, { outcome: { kind: 'exited', code: 1 } })).toBe(false)
    const http = planned(fence('http run on=site', 'GET /'))
    expect(passes(http, { outcome: { kind: 'responded', status: 204 } })).toBe(true)
    expect(passes(http, { outcome: { kind: 'responded', status: 301 } })).toBe(false)
    const sql = planned(fence('sql check on=orders', 'select true as ok'))
    const rows = (json: string): object => ({ outcome: { kind: 'responded' }, json })
    expect(passes(sql, rows('[{"ok":"t"}]'))).toBe(true)
    expect(passes(sql, rows('[{"ok":"f"}]'))).toBe(false)
    expect(passes(sql, rows('[]'))).toBe(false)
  })

  test('F-7.6 expectations of SQL see typed rows, and no statement that failed', () => {
    const block = planned(
      `${fence('sql check on=orders', 'select 1')}\`\`\`json expect match=rows\n[{ "n": 1, "x": null }]\n\`\`\`\n`,
    )
    const answered = (json: string, more: object = {}): object => ({
      outcome: { kind: 'responded' },
      json,
      sql: { ...SQL_FACTS, ...more },
    })
    expect(allPass(block, answered('[{"n":1,"x":null,"y":"more"}]'))).toBe(true)
    expect(allPass(block, answered('[{"n":1,"x":""}]'))).toBe(false)
    const error = { severity: 'ERROR', code: '42601', message: 'no', statement: 1 }
    expect(allPass(block, answered('[{"n":1,"x":null}]', { error }))).toBe(false)
  })
})

describe('9. Values', () => {
  test('F-9.1 a name is captured once and is no input', () => {
    expect(saidOfSteps(fence('bash run capture=TICKET'))).toEqual(['capture-duplicate 5:1'])
    expect(saidOfSteps(fence('bash run capture=A') + fence('bash run capture=A'))).toEqual([
      'capture-duplicate 12:1',
    ])
  })

  test('F-9.2 code is kept as it is written', () => {
    const code = '$ cd "$HOME/x" && echo $TICKET {{TICKET}} :TICKET $(date) # $$'
    expect(blockOf(fence('bash run', code)).code).toBe(code)
    expect(planned(fence('bash run', code)).code).toBe(code)
  })

  test('F-9.4 values of SQL are bound, or refused', () => {
    const problems = (code: string): readonly unknown[] => {
      const found = statementsOf(code)
      if ('problem' in found) throw new Error(found.problem)
      return found.map((one) => bindingProblem(one) !== undefined)
    }
    expect(problems('select :A::int; set x = :A; vacuum :A; create table t as select :A')).toEqual([
      false,
      true,
      true,
      false,
    ])
    const capturing = planned(fence('sql run on=orders capture=N', 'select null'))
    const result = { statement: 1, line: 1, tag: 'SELECT 1', columns: [], durationMs: 1 }
    const answered = (rows: number): object => ({
      outcome: { kind: 'responded' },
      sql: { ...SQL_FACTS, results: [{ ...result, rows }] },
    })
    expect(allPass(capturing, answered(0))).toBe(false)
    expect(allPass(capturing, answered(1))).toBe(false)
    expect(allPass(capturing, { ...answered(1), cell: '' })).toBe(true)
  })

  test('F-9.3 undefined names are errors before anything runs', () => {
    const sql = (code: string): string[] => saidOfSteps(fence('sql run on=orders', code))
    expect(sql('select :TICKET, :TICKE')).toEqual(['name-undefined 5:1'])
    expect(sql(`select a::text, ':X', ":Y", 'it''s :Z' -- :Q\n/* :R */ from t`)).toEqual([])
    expect(saidOfSteps(fence('redis run on=cache', 'SET {{TICKET}} {{ NOPE }}'))).toEqual([
      'name-undefined 5:1',
    ])
    expect(
      saidOfSteps(fence('http run on=site', 'GET /{{LATER}}') + fence('bash run capture=LATER')),
    ).toEqual(['name-undefined 5:1'])
    expect(
      saidOfSteps(
        fence('bash run capture=EARLIER') + fence('http run on=site', 'GET /{{EARLIER}}'),
      ),
    ).toEqual([])
    expect(saidOfSteps(fence('bash run', 'echo "$WHATEVER"'))).toEqual([])
  })
})
