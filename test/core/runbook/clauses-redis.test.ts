import { describe, expect, test } from 'vitest'
import { evaluateGates } from '../../../main/core/run/gates.ts'
import type { RedisFacts } from '../../../main/core/run/events.ts'
import { planOf } from '../../../main/core/run/plan.ts'
import { parseRunbook } from '../../../main/core/runbook/parse.ts'
import { readRedisLines } from '../../../main/core/redis/command-line.ts'
import { HEAD, saidOfSteps } from './support/reading.ts'

/** A step on the cache with one block. */
function redis(code: string, verb = 'run', risk = 'safe', more = ''): string {
  return `### S\n\`\`\`yaml step\non: cache\nrisk: ${risk}\n\`\`\`\n\`\`\`redis ${verb}\n${code}\n\`\`\`\n${more}`
}

const said = (...given: Parameters<typeof redis>): readonly string[] =>
  saidOfSteps(redis(...given)).map((text) => text.split(' ')[0] ?? '')

function gates(source: string, facts: RedisFacts, stdout: string, json?: string) {
  const [block] = planOf(parseRunbook(HEAD + source).runbook).steps[0]?.blocks ?? []
  if (!block) throw new Error('There is no block.')
  return evaluateGates(block, {
    outcome: { kind: 'responded' },
    stdout,
    truncated: false,
    durationMs: 1,
    redis: facts,
    ...(json !== undefined && { json }),
  })
}

const answered: RedisFacts = {
  server: 'cache:6379',
  commands: [{ line: 1, text: 'GET a', state: 'answered', reply: '"1"' }],
}

describe('12. Redis', () => {
  test('F-12.1 one command a line, quoted as in redis-cli', () => {
    const words = (code: string) =>
      readRedisLines(code).lines.map(({ line, words: each }) => [
        line,
        each.map((word) => (word.kind === 'literal' ? word.parts : `{{${word.name}}}`)),
      ])
    expect(words(`# note\n\nSET a "x y"\n  SET 'it\\'s'  "\\x00\\n\\"é"\nset "" ''`)).toEqual([
      [3, [['SET'], ['a'], ['x y']]],
      [4, [['SET'], ["it's"], [0, '\n"é']]],
      [5, [['set'], [], []]],
    ])
    for (const code of ['SET a "b', "SET a 'b", 'SET a "b"c', "SET a 'b'c"])
      expect(said(code), code).toEqual(['redis-syntax'])
  })

  test('F-12.2 a value is a whole argument', () => {
    expect(said('SET a {{TICKET}}')).toEqual([])
    expect(said('SET a "{{ TICKET }}"')).toEqual([])
    expect(said('SET a {{ TICKET }}')).toEqual([])
    expect(said('SET a:{{TICKET}} 1')).toEqual(['redis-syntax'])
    expect(said('{{TICKET}} a')).toEqual(['redis-syntax'])
    expect(said('SET a {{NONE}}')).toEqual(['name-undefined'])
  })

  test('F-12.3 an answer that is an error has failed, and the gate says at which line', () => {
    expect(gates(redis('GET a'), answered, '"1"\n')).toMatchObject([{ passed: true }])
    const failed: RedisFacts = {
      server: 'cache:6379',
      commands: [
        { line: 1, text: 'SET a x', state: 'answered' },
        { line: 2, text: 'INCR a', state: 'error', error: 'ERR value is not an integer' },
        { line: 3, text: 'GET a', state: 'not-sent' },
      ],
    }
    expect(gates(redis('SET a x\nINCR a\nGET a'), failed, '')).toEqual([
      {
        gate: 'outcome',
        passed: false,
        wanted: 'every command answered without an error',
        seen: 'line 2, INCR a: ERR value is not an integer',
      },
    ])
  })

  test('F-12.4 data is compared as JSON, text as it is printed', () => {
    const json = redis(
      'CONFIG GET maxmemory-policy',
      'check',
      'safe',
      '```json expect\n{"maxmemory-policy":"noeviction"}\n```\n',
    )
    const seen = '1# "maxmemory-policy" => "noeviction"\n'
    expect(gates(json, answered, seen, '{"maxmemory-policy":"noeviction","x":"y"}')).toMatchObject([
      { passed: true },
      { gate: 'expect', passed: true },
    ])
    expect(gates(json, answered, seen, '{"maxmemory-policy":"allkeys-lru"}')[1]?.passed).toBe(false)
    const captured = (reply: string, cell?: string) => {
      const [block] =
        planOf(parseRunbook(HEAD + redis('GET a', 'run capture=A')).runbook).steps[0]?.blocks ?? []
      if (!block) throw new Error('There is no block.')
      return evaluateGates(block, {
        outcome: { kind: 'responded' },
        stdout: '',
        truncated: false,
        durationMs: 1,
        redis: {
          server: 'cache:6379',
          commands: [{ line: 1, text: 'GET a', state: 'answered', reply }],
        },
        ...(cell !== undefined && { cell }),
      }).at(-1)
    }
    expect(captured('"1"', '1')?.passed).toBe(true)
    expect(captured('""', '')?.passed).toBe(true)
    expect(captured('null')).toMatchObject({ passed: false, wanted: 'a value for A', seen: 'nil' })
    const text = redis('GET a', 'check', 'safe', '```text expect\n"1"\n```\n')
    expect(gates(text, answered, '"1"\n', '"1"')[1]?.passed).toBe(true)
  })

  test('F-12.5 what destroys must say so, also with a subcommand or in small letters', () => {
    for (const code of [
      'FLUSHALL',
      'flushdb async',
      'CONFIG SET maxmemory 1',
      'config  rewrite',
      'SHUTDOWN NOSAVE',
      'DEBUG SLEEP 1',
      'KEYS *',
      'SCRIPT FLUSH',
      'CLUSTER RESET HARD',
      'REPLICAOF NO ONE',
      'SLAVEOF a 1',
      'FAILOVER',
      'ACL SETUSER a',
      '"FLUSHALL"',
      'SWAPDB 0 1',
      'MIGRATE h 1 k 0 5',
      'ACL LOG RESET',
      'CONFIG {{TICKET}} a b',
      '"\\x46LUSHALL"',
    ]) {
      expect(said(code), code).toEqual(['redis-destructive'])
      expect(said(code, 'run', 'caution'), code).toEqual(['redis-destructive'])
      expect(said(code, 'run', 'destructive'), code).toEqual([])
    }
    for (const code of ['EVAL "return 1" 0', 'EVALSHA abc 0', 'FCALL f 0']) {
      expect(said(code), code).toEqual(['redis-caution'])
      expect(said(code, 'run', 'caution'), code).toEqual([])
    }
    for (const code of [
      'SET FLUSHALL 1',
      'CONFIG GET *',
      'ACL LOG',
      'CLUSTER INFO',
      'DEL a',
      'SCRIPT LOAD "return 1"',
    ])
      expect(said(code), code).toEqual([])
  })

  test('F-12.6 a check only reads', () => {
    for (const code of [
      'SET a 1',
      'del a',
      'FLUSHALL',
      'EVAL "return 1" 0',
      'SORT l',
      'XADD s * a b',
      'KEYS *',
    ])
      expect(said(code, 'check', 'destructive'), code).toEqual(['check-writes'])
    for (const code of [
      'GET a',
      'EVAL_RO "return 1" 0',
      'SORT_RO l',
      'INFO',
      'CONFIG GET *',
      'XRANGE s - +',
      'SCAN 0',
    ])
      expect(said(code, 'check'), code).toEqual([])
  })

  test('F-12.7 what never ends or has no answer', () => {
    for (const code of [
      'MONITOR',
      'SUBSCRIBE a',
      'psubscribe a*',
      'UNSUBSCRIBE',
      'CLIENT REPLY OFF',
    ])
      for (const verb of ['run', 'check'])
        expect(said(code, verb, 'destructive'), code).toEqual(['redis-unsupported'])
    expect(said('CLIENT LIST')).toEqual([])
  })
})
