import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../main/core/run/events.ts'
import { evaluateGates, type Observation } from '../../../main/core/run/gates.ts'
import { block } from './support/play.ts'

const EXITED: Outcome = { kind: 'exited', code: 0 }

function observe(stdout: string, change: Partial<Observation> = {}): Observation {
  return { outcome: EXITED, stdout, truncated: false, durationMs: 10, ...change }
}

function passes(change: Parameters<typeof block>[1], observation: Observation): boolean {
  return evaluateGates(block('one/1', change), observation).every(({ passed }) => passed)
}

describe('what can pass', () => {
  const never: readonly Outcome[] = [
    { kind: 'signalled', signal: 'SIGKILL' },
    { kind: 'timed-out', afterMs: 1000 },
    { kind: 'cancelled' },
    { kind: 'disconnected', detail: 'cut' },
    { kind: 'not-started', detail: 'refused' },
    { kind: 'unknown', detail: 'crash' },
  ]
  it.each(never)('$kind never does, whatever the output says', (outcome) => {
    const wanted = { expectations: [{ mode: 'contains' as const, text: 'fine' }] }
    expect(passes(wanted, observe('fine', { outcome }))).toBe(false)
  })

  it('a command passes with 0, or with what exit= accepts', () => {
    expect(passes({}, observe(''))).toBe(true)
    expect(passes({}, observe('', { outcome: { kind: 'exited', code: 3 } }))).toBe(false)
    expect(passes({ exit: [1, 3] }, observe('', { outcome: { kind: 'exited', code: 3 } }))).toBe(
      true,
    )
    expect(passes({ exit: [1, 3] }, observe(''))).toBe(false)
  })

  it('an expectation that holds does not excuse a wrong exit code', () => {
    const wanted = { expectations: [{ mode: 'exact' as const, text: 'fine' }] }
    expect(passes(wanted, observe('fine', { outcome: { kind: 'exited', code: 1 } }))).toBe(false)
  })

  it('HTTP passes with 2xx, or with what status= accepts, within max=', () => {
    const http = { executor: 'http' as const, language: 'http' }
    const answered = (status: number): Partial<Observation> => ({
      outcome: { kind: 'responded', status },
    })
    expect(passes(http, observe('', answered(204)))).toBe(true)
    expect(passes(http, observe('', answered(302)))).toBe(false)
    expect(passes({ ...http, status: [503] }, observe('', answered(503)))).toBe(true)
    expect(passes({ ...http, maxMs: 9 }, observe('', answered(200)))).toBe(false)
    expect(passes({ ...http, maxMs: 10 }, observe('', answered(200)))).toBe(true)
  })

  it('a check in SQL passes with exactly one true', () => {
    const sql = { executor: 'sql' as const, language: 'sql', verb: 'check' as const }
    const answer = { outcome: { kind: 'responded' as const } }
    expect(passes(sql, observe('', { ...answer, json: '[{"ok":true}]' }))).toBe(true)
    expect(passes(sql, observe('', { ...answer, json: '[{"ok":"t"}]' }))).toBe(true)
    expect(passes(sql, observe('', { ...answer, json: '[{"ok":false}]' }))).toBe(false)
    expect(passes(sql, observe('', { ...answer, json: '[{"ok":true},{"ok":true}]' }))).toBe(false)
    expect(passes(sql, observe('', { ...answer, json: '[]' }))).toBe(false)
    expect(passes(sql, observe('', { ...answer, json: 'not rows' }))).toBe(false)
  })
})

describe('expectations', () => {
  const one = (mode: 'exact' | 'contains' | 'regex' | 'json' | 'rows', text: string) => ({
    expectations: [{ mode, text }],
  })

  it.each([
    ['exact', 'a\nb', 'a\nb\n', true],
    ['exact', 'a\nb', 'a\nb', true],
    ['exact', 'a\nb', 'a\nb\n\n', false],
    ['exact', '', '', true],
    ['contains', 'needle', 'a needle b', true],
    ['contains', 'needle', 'a needl b', false],
    ['regex', '^ready \\d+$', 'starting\nready 3\n', true],
    ['regex', '^ready \\d+$', 'ready x', false],
    ['regex', '(', 'anything', false],
    ['json', '{"a":{"b":1}}', '{"a":{"b":1,"c":2},"d":3}', true],
    ['json', '{"a":[1,2]}', '{"a":[1,2,3]}', false],
    ['json', '{"a":null}', '{}', false],
    ['json', '{"a":1}', '{"a":"1"}', false],
    ['json', '{"a":1}', 'not json', false],
    ['json', '{"__proto__":{"x":1}}', '{}', false],
    ['rows', '[{"recovering":false}]', '[{"recovering":"f","other":1}]', true],
    ['rows', '[{"n":5}]', '[{"n":"5"}]', true],
    ['rows', '[{"n":null}]', '[{"n":""}]', false],
    ['rows', '[{"n":5}]', '[{"n":5},{"n":5}]', false],
    ['rows', '[{"n":5}]', '[{"m":5}]', false],
  ] as const)('%s %j on %j: %s', (mode, wanted, seen, passed) => {
    expect(passes(one(mode, wanted), observe(seen))).toBe(passed)
  })

  it.each(['exact', 'json', 'rows'] as const)('%s never passes on output that was cut', (mode) => {
    const text = mode === 'exact' ? 'a' : '[]'
    expect(passes(one(mode, text), observe(text, { truncated: true }))).toBe(false)
  })

  it('say what was wanted, what was seen, and where the two part', () => {
    const [, gate] = evaluateGates(
      block('one/1', one('exact', 'line one\nline two')),
      observe('line one\nline 2\n'),
    )
    expect(gate).toMatchObject({ passed: false, wanted: 'two', seen: 'differs at 2:6: 2' })
  })

  it('all count: one that fails fails the block', () => {
    const wanted = {
      expectations: [...one('contains', 'a').expectations, ...one('contains', 'z').expectations],
    }
    expect(passes(wanted, observe('abc'))).toBe(false)
  })
})

describe('what nobody can know does not pass', () => {
  it('an HTTP answer without a status, an exit= without an exit status', () => {
    const answered = { outcome: { kind: 'responded' as const } }
    expect(passes({ executor: 'http', language: 'http' }, observe('fine', answered))).toBe(false)
    expect(passes({ exit: [0] }, observe('', answered))).toBe(false)
    expect(passes({ status: [200] }, observe(''))).toBe(false)
  })

  it('closing an interactive terminal passes, unless the author asks for a status', () => {
    const left = { outcome: { kind: 'exited' as const, code: 130 } }
    expect(passes({ verb: 'terminal' }, observe('', left))).toBe(true)
    expect(passes({ verb: 'terminal', exit: [0] }, observe('', left))).toBe(false)
  })

  it('a truth in an answer that was cut', () => {
    const sql = { executor: 'sql' as const, language: 'sql', verb: 'check' as const }
    const answer = { outcome: { kind: 'responded' as const }, truncated: true }
    expect(passes(sql, observe('[{"ok":true}]', answer))).toBe(false)
  })

  it('numbers that differ beyond the digits of a double', () => {
    const lsn = (digits: string): string => `[{"n":${digits}}]`
    for (const mode of ['json', 'rows'] as const) {
      const wanted = { expectations: [{ mode, text: lsn('9007199254740993') }] }
      expect(passes(wanted, observe(lsn('9007199254740992')))).toBe(false)
      expect(passes(wanted, observe(lsn('9007199254740993')))).toBe(true)
    }
    const text = { expectations: [{ mode: 'rows' as const, text: lsn('9007199254740993') }] }
    expect(passes(text, observe('[{"n":"9007199254740993"}]'))).toBe(true)
    expect(passes(text, observe('[{"n":"9007199254740992"}]'))).toBe(false)
  })

  it('a cell of JSON text is compared as JSON', () => {
    const wanted = { expectations: [{ mode: 'rows' as const, text: '[{"tags":{"a":1}}]' }] }
    expect(passes(wanted, observe('[{"tags":"{\\"a\\": 1, \\"b\\": 2}"}]'))).toBe(true)
    expect(passes(wanted, observe('[{"tags":"{\\"a\\": 2}"}]'))).toBe(false)
  })
})

describe('hostile output and hostile expectations', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  it.each(['json', 'rows'] as const)(
    '%s neither overflows nor passes on 50,000 brackets',
    (mode) => {
      expect(passes({ expectations: [{ mode, text: deep }] }, observe(deep))).toBe(false)
      expect(passes({ expectations: [{ mode, text: '[{"a":1}]' }] }, observe(deep))).toBe(false)
      expect(
        passes({ expectations: [{ mode, text: '[{"a":1}]' }] }, observe(`[{"a":${deep}}]`)),
      ).toBe(false)
    },
  )

  it('a check in SQL that answers with 50,000 brackets does not pass', () => {
    const sql = { executor: 'sql' as const, language: 'sql', verb: 'check' as const }
    const answer = { outcome: { kind: 'responded' as const } }
    expect(passes(sql, observe(`[{"a":${deep}}]`, answer))).toBe(false)
  })

  it('words about a megabyte of output stay short, and are whole characters', () => {
    const gates = (['exact', 'contains', 'regex', 'json', 'rows'] as const).flatMap((mode) =>
      evaluateGates(
        block('one/1', { expectations: [{ mode, text: '😀'.repeat(5_000) }] }),
        observe(`a${'😀'.repeat(250_000)}`),
      ),
    )
    for (const { wanted, seen } of gates) {
      expect(wanted.length).toBeLessThan(250)
      expect(seen.length).toBeLessThan(260)
      expect(/\p{Surrogate}/u.test(wanted + seen)).toBe(false)
    }
  })

  it('a catastrophic expression gives its answer at once', () => {
    const wanted = { expectations: [{ mode: 'regex' as const, text: '^(a+)+$' }] }
    expect(passes(wanted, observe(`${'a'.repeat(60_000)}!`))).toBe(false)
    expect(passes(wanted, observe('a'.repeat(60_000)))).toBe(true)
  })

  it('says of a cut output how much of it was looked at', () => {
    const gates = evaluateGates(
      block('one/1', { expectations: [{ mode: 'contains', text: 'z' }] }),
      observe('abc', { truncated: true }),
    )
    expect(gates.at(-1)).toMatchObject({ passed: false, seen: 'abc (in the first 3 characters)' })
  })
})
