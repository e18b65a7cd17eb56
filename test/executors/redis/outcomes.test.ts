import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createRedisExecutor } from '../../../main/executors/redis/executor.ts'
import type { ExecutionRequest } from '../../../main/engine/ports.ts'
import { freePort, startRedis, type RedisServer } from '../../harness/redis.ts'
import { until } from '../../harness/until.ts'
import { collect } from '../support/execution.ts'
import { check, detail, ran, redisProfile, redisRequest } from './support.ts'

let server: RedisServer
const executor = createRedisExecutor()
const servers: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  server = await startRedis({ config: ['busy-reply-threshold 100', 'repl-diskless-sync-delay 0'] })
})
afterEach(async () => {
  await executor.closeRun('run-1')
  for (const stop of servers.splice(0)) await stop()
  server.cli('FLUSHALL')
})
afterAll(() => server.stop())

const request = (text: string, changes: Partial<ExecutionRequest> = {}): ExecutionRequest =>
  redisRequest(text, redisProfile(server.port), changes)

async function another(config: readonly string[] = []): Promise<RedisServer> {
  const started = await startRedis({ config })
  servers.push(() => started.stop())
  return started
}

/** A server that is none: what it does with each connection is given. */
async function impostor(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const listening: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket)
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  servers.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        listening.close(resolve)
      }),
  )
  const address = listening.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const blocked = (of: RedisServer): boolean =>
  of.cli('INFO', 'clients').includes('blocked_clients:1')

describe('an error of the server ends the block', () => {
  test('at its line, and what follows is not sent', async () => {
    const result = await ran(executor, request('SET k text\nINCR k\nSET after 1'))
    expect(result.outcome).toEqual({ kind: 'responded' })
    expect(result.redis?.commands.map(({ state }) => state)).toEqual([
      'answered',
      'error',
      'not-sent',
    ])
    expect(result.redis?.commands[1]?.error).toContain('not an integer')
    expect(server.cli('EXISTS', 'after')).toBe('(integer) 0\n')
  })

  test('and is said in words a person needs: out of memory, replica, not allowed', async () => {
    const full = await another(['maxmemory 1', 'maxmemory-policy noeviction'])
    const oom = await ran(executor, redisRequest('SET a b', redisProfile(full.port)))
    expect(oom.redis?.commands[0]?.error).toMatch(/^OOM/)
    expect(oom.notice).toContain('limit of memory')

    const replica = await another([`replicaof 127.0.0.1 ${server.port}`])
    await until('the replica has its data', () =>
      replica.cli('INFO', 'replication').includes('master_link_status:up'),
    )
    const readOnly = await ran(executor, redisRequest('SET a b', redisProfile(replica.port)))
    expect(readOnly.redis?.commands[0]?.error).toMatch(/^READONLY/)
    expect(readOnly.notice).toContain('is a replica')
  })

  test('a server that is loading says so', async () => {
    const loading = await another()
    loading.cli('DEBUG', 'POPULATE', '4000')
    loading.cli(
      'CONFIG',
      'SET',
      'key-load-delay',
      '1000',
      'loading-process-events-interval-bytes',
      '1024',
    )
    const reload = ran(
      executor,
      redisRequest('DEBUG RELOAD', redisProfile(loading.port), { run: 'run-2' }),
    )
    const answer = await until('it is loading', async () => {
      const tried = await ran(executor, redisRequest('GET key:1', redisProfile(loading.port)))
      return tried.redis?.commands[0]?.error?.startsWith('LOADING') === true && tried
    })
    expect(answer.outcome).toEqual({ kind: 'responded' })
    expect(answer.notice).toContain('loading its data')
    await loading.kill()
    expect((await reload).outcome.kind).toBe('disconnected')
    await executor.closeRun('run-2')
  })
})

describe('not started: nothing of the block was sent', () => {
  test('nobody listens, a name that is none, no profile', async () => {
    const port = await freePort()
    const refused = await ran(executor, redisRequest('SET a 1', redisProfile(port)))
    expect(refused.outcome).toMatchObject({ kind: 'not-started' })
    expect(detail(refused)).toBe(
      `Nothing listens at 127.0.0.1:${port}: the connection was refused.`,
    )
    const nowhere = redisProfile(6379, { host: 'no-such-host.invalid' })
    expect(detail(await ran(executor, redisRequest('PING', nowhere)))).toContain(
      'cannot be resolved',
    )
    const { profile: _profile, ...without } = request('PING')
    expect(detail(await ran(executor, without))).toContain(
      'There is no redis profile “cache” in the environment staging',
    )
  })

  test('the server is full', async () => {
    const full = await another(['maxclients 1'])
    const holder = executor.start(
      redisRequest('BLPOP none 0', redisProfile(full.port), { run: 'run-2' }),
      collect(),
    )
    await until('the one client is there', async () => {
      const result = await ran(executor, redisRequest('SET a 1', redisProfile(full.port)))
      return result.outcome.kind === 'not-started' && detail(result).includes('maxclients')
    })
    holder.stop('kill')
    await holder.result
  })

  test('what listens is no Redis server, or never says anything', async () => {
    const http = await impostor((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const wrong = await ran(executor, redisRequest('PING', redisProfile(http)))
    expect(wrong.outcome.kind).toBe('not-started')
    const silent = await impostor(() => undefined)
    const waited = await ran(
      executor,
      redisRequest('PING', redisProfile(silent, { connectTimeoutMs: 100 })),
    )
    expect(waited.outcome).toEqual({
      kind: 'not-started',
      detail: `127.0.0.1:${silent} did not answer within 0.1 s.`,
    })
    const closing = await impostor((socket) => socket.destroy())
    expect(detail(await ran(executor, redisRequest('PING', redisProfile(closing))))).toMatch(
      /closed the connection before|cut the connection/,
    )
  })

  test('a kept connection that has died is made anew, before anything is sent', async () => {
    const profile = redisProfile(server.port)
    await ran(executor, redisRequest('SET a 1', profile))
    server.cli('CLIENT', 'KILL', 'TYPE', 'normal')
    const again = await ran(executor, redisRequest('INCR a', profile))
    expect(again.outcome).toEqual({ kind: 'responded' })
    expect(again.text).toBe('(integer) 2\n')
  })
})

describe('a connection that is lost in flight is never a success', () => {
  test('the server is killed while a command waits: which lines were answered is said', async () => {
    const victim = await another()
    const execution = executor.start(
      redisRequest('SET a 1\nBLPOP queue 0\nSET b 1', redisProfile(victim.port)),
      collect(),
    )
    await until('it waits', () => blocked(victim))
    await victim.kill()
    const result = await execution.result
    expect(result.outcome.kind).toBe('disconnected')
    expect(detail(result)).toContain('Line 2 (BLPOP queue 0) was sent and not answered')
    expect(detail(result)).toContain('Line 1 was answered before')
    expect(detail(result)).toContain('Line 3 was not sent')
    expect(result.redis?.commands.map(({ state }) => state)).toEqual([
      'answered',
      'unknown',
      'not-sent',
    ])
  })

  test('cut in the middle of a reply: what came is recorded, and the command is unknown', async () => {
    const port = await impostor((socket) => {
      let greeted = 0
      socket.on('data', () => {
        greeted++
        if (greeted === 1) socket.write('%1\r\n+proto\r\n:3\r\n')
        else if (greeted === 2) socket.write(':7\r\n')
        else socket.write('*2\r\n$3\r\none\r\n$10\r\nhal', () => socket.end())
      })
    })
    const result = await ran(executor, redisRequest('LRANGE a 0 -1', redisProfile(port)))
    expect(result.outcome.kind).toBe('disconnected')
    expect(result.text).toBe('1) "one"\n2) "hal')
  })

  test('a server from before RESP3 is spoken to in RESP2', async () => {
    const heard: string[] = []
    const port = await impostor((socket) => {
      socket.on('data', (bytes: Buffer) => {
        const text = bytes.toString()
        heard.push(text)
        if (/HELLO/iu.test(text)) socket.write("-ERR unknown command 'HELLO'\r\n")
        else if (/AUTH|SELECT/iu.test(text))
          socket.write('+OK\r\n'.repeat(text.match(/AUTH|SELECT/giu)?.length ?? 0))
        else if (/CLIENT/iu.test(text)) socket.write(':7\r\n')
        else socket.write('*2\r\n$1\r\na\r\n$-1\r\n')
      })
    })
    const result = await ran(executor, redisRequest('MGET a b', redisProfile(port)))
    expect(result.outcome).toEqual({ kind: 'responded' })
    expect(result.text).toBe('1) "a"\n2) (nil)\n')
    expect(heard[0]).toMatch(/HELLO/iu)
  })

  test('what comes is not the protocol', async () => {
    const port = await impostor((socket) => {
      let said = 0
      socket.on('data', () =>
        socket.write(['%1\r\n+proto\r\n:3\r\n', ':7\r\n', 'what?\r\n'][Math.min(said++, 2)] ?? ''),
      )
    })
    const result = await ran(executor, redisRequest('PING', redisProfile(port)))
    expect(result.outcome.kind).toBe('disconnected')
    expect(detail(result)).toContain('not the Redis protocol')
  })

  test.for([
    ['before the effect', false, '(nil)'],
    ['after the effect', true, '"1"'],
  ] as const)('cut %s: unknown, and sent once', async ([, reaches, counted]) => {
    const port = await impostor((client) => {
      const upstream = connect(server.port, '127.0.0.1')
      upstream.on('error', () => undefined)
      client.on('close', () => upstream.destroy())
      let cut = false
      client.on('data', (bytes: Buffer) => {
        cut ||= bytes.includes('INCR')
        if (!cut || reaches) upstream.write(bytes)
        else client.destroy()
      })
      upstream.on('data', (bytes: Buffer) => {
        if (cut) client.destroy()
        else client.write(bytes)
      })
    })
    const result = await ran(executor, redisRequest('PING\nINCR n\nINCR n', redisProfile(port)))
    expect(result.outcome.kind).toBe('disconnected')
    expect(result.redis?.commands.map(({ state }) => state)).toEqual([
      'answered',
      'unknown',
      'not-sent',
    ])
    expect(server.cli('GET', 'n')).toBe(`${counted}\n`)
  })
})

describe('a server that is there and says nothing any more', () => {
  test('before a block: a kept connection is not trusted, and nothing is sent', async () => {
    const frozen = await another()
    const profile = redisProfile(frozen.port, { connectTimeoutMs: 200 })
    await ran(executor, redisRequest('SET a 1', profile))
    process.kill(frozen.pid, 'SIGSTOP')
    const result = await ran(executor, redisRequest('INCR a', profile))
    expect(result.outcome).toEqual({
      kind: 'not-started',
      detail: `127.0.0.1:${frozen.port} did not answer within 0.2 s.`,
    })
    process.kill(frozen.pid, 'SIGCONT')
    await until('it answers again', () => frozen.cli('GET', 'a') === '"1"\n')
  })

  test('during a command: its time runs out, and whether it took effect is not known', async () => {
    const frozen = await another()
    const profile = redisProfile(frozen.port, { connectTimeoutMs: 200 })
    const sink = collect()
    const execution = executor.start(
      redisRequest('PING\nBLPOP q 0', profile, { timeoutMs: 400 }),
      sink,
    )
    await sink.seen('PONG')
    process.kill(frozen.pid, 'SIGSTOP')
    const result = await execution.result
    expect(result.outcome).toEqual({ kind: 'timed-out', afterMs: 400 })
    expect(result.redis?.commands.map(({ state }) => state)).toEqual(['answered', 'unknown'])
    expect(result.notice).toContain('a second connection could not be made')
  })
})

describe('stopping', () => {
  test('a command that waits is unblocked at the server, and took nothing', async () => {
    const execution = executor.start(request('BLPOP queue 0\nSET after 1'), collect())
    await until('it waits', () => blocked(server))
    execution.stop('interrupt')
    const result = await execution.result
    expect(result.outcome).toEqual({ kind: 'cancelled' })
    expect(result.redis?.commands[0]?.error).toMatch(/^UNBLOCKED/)
    server.cli('RPUSH', 'queue', 'x')
    expect(server.cli('LLEN', 'queue')).toBe('(integer) 1\n')
    expect(server.cli('EXISTS', 'after')).toBe('(integer) 0\n')
  })

  test('a script is killed', async () => {
    const execution = executor.start(request('EVAL "while true do end" 0'), collect())
    await until('it is busy', () => server.cli('PING').includes('BUSY'), 20_000)
    execution.stop('interrupt')
    const result = await execution.result
    expect(result.outcome).toEqual({ kind: 'cancelled' })
    expect(server.cli('PING')).toBe('PONG\n')
  })

  test('its time over, a command that waits is ended at the server too', async () => {
    const result = await ran(executor, request('BLPOP queue 0', { timeoutMs: 150 }))
    expect(result.outcome).toEqual({ kind: 'timed-out', afterMs: 150 })
    expect(blocked(server)).toBe(false)
  })

  test('killed in flight, nobody knows; abandoned, the same at once', async () => {
    for (const rung of ['kill', 'abandon'] as const) {
      const execution = executor.start(request('BLPOP queue 0'), collect())
      await until('it waits', () => blocked(server))
      execution.stop(rung)
      const result = await execution.result
      expect(result.outcome.kind).toBe('unknown')
      expect(detail(result)).toContain('whether it took effect is not known')
      await until('the server has noticed', () => !blocked(server))
    }
  })

  test('before anything was sent it is cancelled', async () => {
    const silent = await impostor(() => undefined)
    const execution = executor.start(redisRequest('SET a 1', redisProfile(silent)), collect())
    execution.stop('interrupt')
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
  })
})

describe('transactions', () => {
  test('an EXEC whose commands failed has failed, and says with what', async () => {
    const result = await ran(executor, request('SET k v\nMULTI\nINCR k\nSET x 1\nEXEC\nSET y 1'))
    const last = result.redis?.commands[4]
    expect(last).toMatchObject({ line: 5, state: 'error' })
    expect(last?.error).toContain('not an integer')
    expect(result.redis?.commands[5]?.state).toBe('not-sent')
  })

  test('an EXEC that executed nothing because of WATCH has failed', async () => {
    server.cli('SET', 'w', '1')
    const result = await ran(
      executor,
      request(`WATCH w\nEVAL "redis.call('set','w','2')" 0\nMULTI\nGET w\nEXEC`),
    )
    expect(result.redis?.commands[4]?.error).toContain('EXEC executed nothing')
  })

  test('one that is left open is told, executes nothing, and does not reach the next block', async () => {
    const left = await ran(executor, request('MULTI\nSET open 1'))
    expect(left.notice).toContain('MULTI was not followed by EXEC')
    const next = await ran(executor, request('GET open'))
    expect(next.text).toBe('(nil)\n')
  })

  test('blocks share nothing: SELECT ends with its block', async () => {
    await ran(executor, request('SELECT 3\nSET only 1'))
    expect((await ran(executor, request('GET only'))).text).toBe('(nil)\n')
  })

  test('blocks of a run and target share one connection, and its end closes it', async () => {
    const one = await ran(executor, request('ECHO a'))
    expect(one.outcome.kind).toBe('responded')
    await ran(executor, request('ECHO b'))
    const clients = (): number =>
      server
        .cli('CLIENT', 'LIST')
        .split('\n')
        .filter((line) => line.includes('addr=')).length
    // redis-cli, which asks, is one of them.
    expect(clients()).toBe(2)
    await executor.closeRun('run-1')
    await until('it is closed', () => clients() === 1)
  })
})

describe('a check only reads', () => {
  test('what writes, destroys or cannot be told is refused before anything is sent', async () => {
    for (const text of [
      'SET a 1',
      'GET a\nDEL a',
      'FLUSHALL',
      'EVAL "return 1" 0',
      'SORT l',
      'KEYS *',
      'CONFIG SET maxmemory 1',
    ]) {
      const result = await ran(executor, check(text, redisProfile(server.port)))
      expect(result.outcome.kind, text).toBe('not-started')
      expect(detail(result), text).toMatch(/a check only reads|A check (?:may use|uses)/)
    }
  })

  test('what reads is sent', async () => {
    const text =
      'GET a\nPING\nINFO server\nCONFIG GET maxmemory\nEVAL_RO "return 1" 0\nSORT_RO l\nMULTI\nGET a\nEXEC\nCLIENT LIST\nDBSIZE'
    const result = await ran(executor, check(text, redisProfile(server.port)))
    expect(result.outcome).toEqual({ kind: 'responded' })
    expect(result.redis?.commands.filter(({ state }) => state !== 'answered')).toEqual([])
  })
})
