import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answersTcp, type Liveness } from '../../../main/executors/network/liveness.ts'
import { createPostgresExecutor } from '../../../main/executors/postgres/executor.ts'
import { createRedisExecutor } from '../../../main/executors/redis/executor.ts'
import { startFaultProxy, type FaultProxy } from '../../harness/fault-proxy.ts'
import { startPostgres, type PostgresServer } from '../../harness/postgres.ts'
import { startRedis, type RedisServer } from '../../harness/redis.ts'
import { until } from '../../harness/until.ts'
import { postgresProfile, SECRETS, sql } from '../postgres/support.ts'
import { ran, redisProfile, redisRequest } from '../redis/support.ts'
import { collect } from '../support/execution.ts'

/** Whoever waits without a limit of time for a server that is not there any more. */

let redis: RedisServer
let postgres: PostgresServer
let proxies: { readonly redis: FaultProxy; readonly postgres: FaultProxy }

beforeAll(async () => {
  ;[redis, postgres] = await Promise.all([startRedis(), startPostgres()])
  proxies = {
    redis: await startFaultProxy(redis.port),
    postgres: await startFaultProxy(postgres.port),
  }
})
afterAll(async () => {
  await Promise.all([proxies.redis.close(), proxies.postgres.close()])
  await Promise.all([redis.stop(), postgres.stop()])
})

/** Looks often, and finds nobody once the packets are dropped. */
function dropping(proxy: FaultProxy): Liveness {
  return { everyMs: 10, misses: 3, answers: () => Promise.resolve(!proxy.fired) }
}

/** Looks often, at what is really there. */
const REAL: Liveness = { everyMs: 5, misses: 2, answers: (place) => answersTcp(place) }

describe('a server that has gone without a word, and no limit of time', () => {
  test('Redis: disconnected, and not sent again', async () => {
    const executor = createRedisExecutor({ liveness: dropping(proxies.redis) })
    const profile = redisProfile(proxies.redis.port)
    const running = ran(executor, redisRequest('BLPOP jobs 0', profile))
    await until('it waits', () => redis.cli('INFO', 'clients').includes('blocked_clients:1'))
    proxies.redis.arm({ kind: 'stall', direction: 'to-client', after: 0 })
    redis.cli('RPUSH', 'jobs', 'a', 'b')
    const { outcome } = await running
    expect(outcome).toEqual({
      kind: 'disconnected',
      detail: expect.stringMatching(
        /Nothing has answered at 127\.0\.0\.1:\d+ any more, not to 3 new/u,
      ),
    })
    // One was taken, and nobody took another.
    expect(redis.cli('LLEN', 'jobs')).toBe('(integer) 1\n')
    await executor.closeRun('run-1')
  })

  test('PostgreSQL: disconnected, and not sent again', async () => {
    await postgres.admin('create table marks (at int); grant all on marks to app')
    const executor = createPostgresExecutor({
      secrets: SECRETS,
      liveness: dropping(proxies.postgres),
      learn: () => undefined,
    })
    const profile = postgresProfile(proxies.postgres)
    const running = executor.start(
      sql('insert into marks select 1 from pg_sleep(1)', profile),
      collect(),
    )
    await until('it runs', async () => {
      const rows = await postgres.admin(
        "select 1 from pg_stat_activity where wait_event = 'PgSleep'",
      )
      return rows.length === 1
    })
    proxies.postgres.arm({ kind: 'stall', direction: 'to-client', after: 0 })
    const { outcome } = await running.result
    expect(outcome).toEqual({
      kind: 'disconnected',
      detail: expect.stringMatching(
        /^Nothing has answered at .*Whether it took effect is not known/u,
      ),
    })
    // Its answer did not come, so nothing told the server to commit, and nothing was sent again.
    expect(await postgres.admin('select count(*)::int as n from marks')).toEqual([{ n: 0 }])
    await executor.closeRun('run-1')
  })
})

describe('a server that is there and says nothing for long', () => {
  test('Redis is waited for', async () => {
    const executor = createRedisExecutor({ liveness: REAL })
    const profile = redisProfile(redis.port)
    const running = ran(executor, redisRequest('BLPOP later 0', profile))
    await until('it waits', () => redis.cli('INFO', 'clients').includes('blocked_clients:1'))
    const seen = Number(/total_connections_received:(\d+)/u.exec(redis.cli('INFO', 'stats'))?.[1])
    await until('it was looked at often', () => {
      const now = /total_connections_received:(\d+)/u.exec(redis.cli('INFO', 'stats'))?.[1]
      return Number(now) > seen + 10
    })
    redis.cli('RPUSH', 'later', 'x')
    expect((await running).outcome).toEqual({ kind: 'responded' })
    await executor.closeRun('run-1')
  })

  test('PostgreSQL is waited for', async () => {
    const executor = createPostgresExecutor({
      secrets: SECRETS,
      liveness: REAL,
      learn: () => undefined,
    })
    const sink = collect()
    const { outcome } = await executor.start(
      sql('select pg_sleep(0.5)', postgresProfile(postgres)),
      sink,
    ).result
    expect(outcome).toEqual({ kind: 'responded' })
    await executor.closeRun('run-1')
  })
})

describe('whether anything answers', () => {
  test('who listens does, and so does who refuses', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const place = { host: '127.0.0.1', port }
    expect(await answersTcp(place)).toBe(true)
    await new Promise((resolve) => server.close(resolve))
    expect(await answersTcp(place)).toBe(true)
  })

  test('silence does not', async () => {
    // Its queue is soon full, and then the kernel drops whoever knocks.
    const child = spawn(process.execPath, [
      '-e',
      `const s = require('net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
        require('fs').writeSync(1, s.address().port + '\\n'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })`,
    ])
    try {
      let said = ''
      child.stdout.on('data', (bytes: Buffer) => {
        said += bytes.toString()
      })
      await until('it listens', () => said.includes('\n'))
      const place = { host: '127.0.0.1', port: Number(said) }
      await until('its queue is full', async () => !(await answersTcp(place, 300)))
    } finally {
      child.kill('SIGKILL')
    }
  })
})
