import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createTransports, createTunnels } from '../../../main/connections/ssh/pool.ts'
import type { Connections, Prompter, Secrets } from '../../../main/engine/ports.ts'
import { createHttpExecutor } from '../../../main/executors/http/executor.ts'
import { createRedisExecutor } from '../../../main/executors/redis/executor.ts'
import { startRedis, type RedisServer } from '../../harness/redis.ts'
import { startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { detail, ran, redisProfile, redisRequest } from '../redis/support.ts'
import { block, collect, shellRequest } from '../support/execution.ts'

/** Redis and HTTP behind a real ssh host, without a port on this laptop. */

const folder = temporaryFolder('through-ssh')
let sshd: Sshd
let server: RedisServer

const secrets: Secrets = {
  get: () => Promise.resolve({ problem: 'nobody is there.' }),
  refuse: () => undefined,
  learn: () => undefined,
  values: () => [],
}
const prompter: Prompter = { ask: () => Promise.resolve({ kind: 'declined', why: 'nobody' }) }
const transports = createTransports({ secrets, prompter })
const connections: Pick<Connections, 'resolve'> = {
  resolve: (_environment, kind, name) =>
    kind === 'ssh' && name === 'bastion'
      ? { profile: sshd.profile({ name: 'bastion' }), production: false }
      : { problem: `There is no ssh profile “${name}”.` },
}
const ports = { connections, secrets, tunnels: createTunnels(transports) }
const redis = createRedisExecutor(ports)
const http = createHttpExecutor({ ...ports, variables: {} })

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
  server = await startRedis()
})
afterEach(async () => {
  await redis.closeRun('run-1')
  await transports.closeRun('run-1')
})
afterAll(async () => {
  await server.stop()
  await sshd.close()
  folder.remove()
})

test('Redis: commands, a second connection to cancel, and the host that is named nowhere', async () => {
  const profile = redisProfile(server.port, { via: 'bastion' })
  expect((await ran(redis, redisRequest('SET a 1\nGET a', profile))).text).toBe('OK\n"1"\n')
  const waiting = redis.start(redisRequest('BLPOP q 0', profile), collect())
  await until('it waits', () => server.cli('INFO', 'clients').includes('blocked_clients:1'))
  waiting.stop('interrupt')
  expect((await waiting.result).outcome).toEqual({ kind: 'cancelled' })
  const nowhere = await ran(redis, redisRequest('PING', { ...profile, via: 'nobody' }))
  expect(nowhere.outcome.kind).toBe('not-started')
  expect(detail(nowhere)).toContain('There is no ssh profile “nobody”')
  const closed = await ran(redis, redisRequest('SET a 2', { ...profile, port: 1 }))
  expect(closed.outcome.kind).toBe('not-started')
  expect(detail(closed)).toContain('could not be reached through bastion')
})

test('Redis: the ssh connection is cut while a command waits: nobody knows, and the next block connects anew', async () => {
  const profile = redisProfile(server.port, { via: 'bastion' })
  const sink = collect()
  const waiting = redis.start(redisRequest('PING\nBLPOP q 0\nSET after 1', profile), sink)
  await until('it waits', () => server.cli('INFO', 'clients').includes('blocked_clients:1'))
  sshd.cutConnections()
  const result = await waiting.result
  expect(result.outcome.kind).toBe('disconnected')
  expect(result.redis?.commands.map(({ state }) => state)).toEqual([
    'answered',
    'unknown',
    'not-sent',
  ])
  expect(server.cli('EXISTS', 'after')).toBe('(integer) 0\n')
  expect((await ran(redis, redisRequest('PING', profile))).text).toBe('PONG\n')
})

test('HTTP', async () => {
  const web = createServer((_incoming, response) => response.end('inside'))
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const address = web.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const sink = collect()
    const { outcome } = await http.start(
      shellRequest('GET /', {
        block: block({ executor: 'http', language: 'http' }),
        profile: { kind: 'http', name: 'site', url: `http://127.0.0.1:${port}`, via: 'bastion' },
      }),
      sink,
    ).result
    expect(outcome).toEqual({ kind: 'responded', status: 200 })
    expect(sink.text).toBe('inside')
  } finally {
    await new Promise((resolve) => {
      web.close(resolve)
      web.closeAllConnections()
    })
  }
})
