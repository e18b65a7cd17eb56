import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRedisExecutor } from '../../../main/executors/redis/executor.ts'
import { startRedis, type RedisServer } from '../../harness/redis.ts'
import { detail, ran, redisProfile, redisRequest } from './support.ts'

let server: RedisServer
const executor = createRedisExecutor()

beforeAll(async () => {
  server = await startRedis()
})
afterAll(async () => {
  await executor.closeRun('run-1')
  await server.stop()
})

const run = (text: string, values: Record<string, string> = {}) =>
  ran(executor, redisRequest(text, redisProfile(server.port), { values }))

describe('stdout is what redis-cli -3 prints to a terminal', () => {
  test.for([
    ['status, string, integer, nil', 'SET k hello\nGET k\nSTRLEN k\nGET none\nPING'],
    [
      'bytes, quotes and control characters',
      'SET b "a\\x00\\xff\\"\\n\\t\\\\é"\nGET b\nGET "b"\nECHO \'it\\\'s\'',
    ],
    [
      'lists, with the numbers aligned',
      'RPUSH l a b c d e f g h i j k\nLRANGE l 0 -1\nLRANGE none 0 -1',
    ],
    ['maps and empty maps', 'HSET h f1 v1 f2 v2\nHGETALL h\nHGETALL none'],
    [
      'sets, doubles, pairs',
      'SADD s one\nSMEMBERS s\nSMEMBERS none\nZADD z 1.5 a 2 b inf c\nZRANGE z 0 -1 WITHSCORES\nZSCORE z a',
    ],
    [
      'nested replies with errors in them',
      `EVAL "return {1,{2,{3,'x',{}}},redis.status_reply('FINE'),redis.error_reply('BAD x')}" 0`,
    ],
    [
      'maps in lists, lists in maps',
      'EVAL "redis.setresp(3); return {{map={a={1,2}}},{map={a={map={x={1}}}}},{map={a={map={x=1}}}},{map={a={}}}}" 0',
    ],
    [
      'streams',
      'XADD st 1-1 a b c d\nXADD st 2-1 a e\nXRANGE st - +\nXREAD STREAMS st 0\nXINFO STREAM st',
    ],
    [
      'deep and wide',
      'COMMAND INFO get set xadd\nCOMMAND DOCS get\nCONFIG GET max*\nCOMMAND COUNT',
    ],
    [
      'protocol types',
      'DEBUG PROTOCOL double\nDEBUG PROTOCOL null\nDEBUG PROTOCOL set\nDEBUG PROTOCOL map\nDEBUG PROTOCOL true\nDEBUG PROTOCOL false\nDEBUG PROTOCOL verbatim',
    ],
    ['a transaction', 'MULTI\nSET t 1\nINCR t\nEXEC\nMULTI\nDISCARD'],
    ['an error', 'SET k hello\nLPUSH k x'],
  ] as const)('%s', async ([, text]) => {
    const result = await run(text)
    server.cli('FLUSHALL')
    expect(result.outcome).toEqual({ kind: 'responded' })
    expect(result.text).toBe(server.lines(text))
    server.cli('FLUSHALL')
    expect(result.text.length).toBeGreaterThan(0)
  })

  test('as it arrives: 300,000 elements and a string of 40 MB, whole and in bounded memory', async () => {
    server.lines(
      "DEL big\nEVAL \"for i=1,300000 do redis.call('rpush',KEYS[1],'value-'..i) end\" 1 big\nSETRANGE huge 41943039 x",
    )
    const before = process.memoryUsage().arrayBuffers
    const list = await run('LRANGE big 0 -1')
    const lines = list.text.split('\n')
    expect(lines).toHaveLength(300_001)
    expect(lines[0]).toBe('     1) "value-1"')
    expect(lines[299_999]).toBe('300000) "value-300000"')
    expect(list.redis?.commands[0]).not.toHaveProperty('reply')
    expect(list.data).toEqual({})
    expect(list.notice).toContain('The reply of line 1 is too large for JSON')
    const huge = await run('GETRANGE huge 41943030 -1\nSTRLEN huge')
    expect(huge.text).toBe(`"${'\\x00'.repeat(9)}x"\n(integer) 41943040\n`)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  })
})

test('a disk that is full does not stop the commands, and it is said', async () => {
  const { outcome, notice, redis } = await executor.start(
    redisRequest('SET a 1\nGET a', redisProfile(server.port)),
    { stdout: () => Promise.reject(new Error('no space left')), stderr: () => Promise.resolve() },
  ).result
  expect(outcome).toEqual({ kind: 'responded' })
  expect(redis?.commands.map(({ state }) => state)).toEqual(['answered', 'answered'])
  expect(notice).toBe('Some of the answer could not be recorded: no space left')
})

describe('arguments', () => {
  test('a value is one whole argument, whatever stands in it', async () => {
    const value = 'a "b" c\n\'d\' {{X}} \\x00 é'
    await run('SET v {{VALUE}}\nSET w "{{ VALUE }}"', { VALUE: value })
    expect(server.cli('--no-raw', 'STRLEN', 'v')).toBe(`(integer) ${Buffer.byteLength(value)}\n`)
    const result = await run('GET v\nGET w')
    expect(JSON.parse(result.data?.json ?? '')).toEqual([value, value])
    expect(result.data?.text).toBe(value)
  })

  test('a value without one, half an argument, an open quote, nothing: nothing is sent', async () => {
    for (const [text, words] of [
      ['SET a {{NONE}}', 'Line 1: {{NONE}} has no value yet'],
      ['PING\nSET a:{{ID}} 1', 'Line 2: {{ID}} must be an argument of its own'],
      ['SET a "b', 'Line 1: The quote " is never closed'],
      ['SET a "b"c', 'Line 1: A space must follow'],
      ['# only words', 'There is no command'],
    ] as const) {
      const result = await run(text, { ID: '1' })
      expect(result.outcome.kind).toBe('not-started')
      expect(detail(result)).toContain(words)
    }
  })

  test('comments and empty lines are not sent, and lines keep their numbers', async () => {
    const result = await run('# first\n\nSET c 1\n  # then\n  LPUSH c 2\nSET d 1')
    expect(result.redis?.commands).toMatchObject([
      { line: 3, text: 'SET c 1', state: 'answered', reply: '"OK"' },
      { line: 5, text: 'LPUSH c 2', state: 'error' },
      { line: 6, text: 'SET d 1', state: 'not-sent' },
    ])
    expect(server.cli('EXISTS', 'd')).toBe('(integer) 0\n')
  })

  test('what never ends or has no answer is refused in words', async () => {
    for (const text of ['MONITOR', 'SUBSCRIBE a', 'CLIENT REPLY OFF', 'psubscribe x']) {
      const result = await run(text)
      expect(result.outcome.kind).toBe('not-started')
      expect(detail(result)).toMatch(/^Line 1: [A-Z ]+ (?:never ends|would leave)/)
    }
  })
})

describe('JSON of replies', () => {
  test('one command gives its reply, several a list; numbers that JavaScript rounds stay text', async () => {
    const one = await run('CONFIG GET maxmemory-policy')
    expect(one.data?.json).toBe('{"maxmemory-policy":"noeviction"}')
    const several = await run(
      'SET n 9007199254740993\nINCR n\nGET none\nSET y "\\xff"\nGET y\nDEBUG PROTOCOL double\nDEBUG PROTOCOL verbatim',
    )
    expect(JSON.parse(several.data?.json ?? '')).toEqual([
      'OK',
      '9007199254740994',
      null,
      'OK',
      '\\xff',
      expect.closeTo(Math.PI, 2),
      'This is a verbatim\nstring',
    ])
  })

  test('a capture keeps the last reply as redis-cli --raw prints it', async () => {
    expect((await run('SET a 1\nGET a')).data?.text).toBe('1')
    expect((await run('DEL r\nRPUSH r x y\nLRANGE r 0 -1')).data?.text).toBe('x\ny')
    expect((await run('SET e ""\nGET e')).data?.text).toBe('')
    expect((await run('GET none')).data).toEqual({ json: 'null' })
  })
})
