import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { RedisProfile } from '../../../main/core/connection/profile.ts'
import { createRedisExecutor } from '../../../main/executors/redis/executor.ts'
import type { NetworkPorts } from '../../../main/executors/network/reach.ts'
import type { ProbeStage } from '../../../main/engine/ports.ts'
import { freePort, startCluster, startRedis, type RedisServer } from '../../harness/redis.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { makeAuthority, type Authority } from '../support/certificates.ts'
import { detail, ran, redisProfile, redisRequest } from './support.ts'

/** Secrets as a person typed them, and those that were refused. */
class Typed {
  readonly refused: string[] = []
  readonly #values: Readonly<Record<string, string>>

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values
  }

  get: NonNullable<NetworkPorts['secrets']>['get'] = (source) => {
    const name = source.from === 'keychain' || source.from === 'environment' ? source.name : ''
    const value = this.#values[name]
    return Promise.resolve(value === undefined ? { problem: 'nobody typed one.' } : { value })
  }

  refuse: NonNullable<NetworkPorts['secrets']>['refuse'] = (_source, purpose) => {
    this.refused.push(purpose.label)
  }
}

const secrets = new Typed({ right: 'correct horse', wrong: 'battery staple' })
const right = { from: 'environment', name: 'right' } as const
const wrong = { from: 'environment', name: 'wrong' } as const
const servers: { stop(): Promise<void> }[] = []
let executor = createRedisExecutor({ secrets })

afterEach(async () => {
  await executor.closeRun('run-1')
  for (const server of servers.splice(0).toReversed()) await server.stop()
  secrets.refused.length = 0
  executor = createRedisExecutor({ secrets })
})

async function start(...given: Parameters<typeof startRedis>): Promise<RedisServer> {
  const server = await startRedis(...given)
  servers.push(server)
  return server
}

const run = (text: string, profile: RedisProfile) => ran(executor, redisRequest(text, profile))

describe('users', () => {
  test('an ACL user with its password, of a database in the URL', async () => {
    const server = await start({ config: ['user ops on >"correct horse" ~* &* +@all'] })
    const profile: RedisProfile = {
      kind: 'redis',
      name: 'cache',
      url: `redis://ops@127.0.0.1:${server.port}/5`,
      password: right,
    }
    const result = await run('ACL WHOAMI\nCLIENT INFO', profile)
    expect(result.text).toMatch(/^"ops"\n.* db=5 /)
  })

  test('a password that is wrong: nothing was sent, and it is not offered again', async () => {
    const server = await start({
      config: ['requirepass "correct horse"'],
      cli: ['-a', 'correct horse'],
    })
    const refused = await run('SET a 1', redisProfile(server.port, { password: wrong }))
    expect(refused.outcome.kind).toBe('not-started')
    expect(detail(refused)).toContain('refused the password of the default user')
    expect(detail(refused)).not.toContain('battery')
    expect(secrets.refused).toEqual([`password of the default user at 127.0.0.1:${server.port}`])
    const none = await run('SET a 1', redisProfile(server.port))
    expect(detail(none)).toContain('wants a password, and the profile has none')
    const declined = await run('SET a 1', redisProfile(server.port, { password: { from: 'ask' } }))
    expect(detail(declined)).toContain('nobody typed one')
    expect((await run('PING', redisProfile(server.port, { password: right }))).text).toBe('PONG\n')
  })

  test('a user who may do little: not even CLIENT ID or COMMAND', async () => {
    const server = await start({ config: ['user reader on nopass ~* -@all +get +hello'] })
    const profile = redisProfile(server.port, { user: 'reader' })
    expect((await run('GET a', profile)).text).toBe('(nil)\n')
    const refused = await run('SET a 1', profile)
    expect(refused.redis?.commands[0]?.error).toMatch(/^NOPERM/)
    const { block: given, ...rest } = redisRequest('GET a', profile)
    const check = await ran(executor, { ...rest, block: { ...given, verb: 'check' } })
    expect(check.outcome).toEqual({ kind: 'responded' })
    expect(check.notice).toContain('COMMAND INFO is not allowed')
  })
})

describe('TLS', () => {
  let authority: Authority
  let files: { readonly ca: string; readonly certificate: string; readonly key: string }
  const folder = temporaryFolder('redis-tls')

  beforeAll(() => {
    authority = makeAuthority()
    const client = authority.issue('DNS:client', 30)
    mkdirSync(folder.path, { recursive: true })
    const write = (name: string, content: string): string => {
      const path = join(folder.path, name)
      writeFileSync(path, content)
      return path
    }
    files = {
      ca: write('ca.pem', authority.cert),
      certificate: write('client.pem', client.cert),
      key: write('client.key', client.key),
    }
  })
  afterAll(() => {
    authority.remove()
    folder.remove()
  })

  const secured = (names: string, config: readonly string[] = []): Promise<RedisServer> =>
    start({ tls: { ...authority.issue(names, 30), ca: authority.cert }, config })

  test('with an authority and a client certificate of the profile', async () => {
    const server = await secured('IP:127.0.0.1')
    const profile = redisProfile(server.port, { tls: files })
    expect((await run('SET a 1\nGET a', profile)).text).toBe('OK\n"1"\n')
  })

  test('without a client certificate the server refuses, and nothing was done', async () => {
    const server = await secured('IP:127.0.0.1')
    const result = await run('SET a 1', redisProfile(server.port, { tls: { ca: files.ca } }))
    expect(result.outcome.kind).toBe('not-started')
  })

  test('another name than asked for, an unknown authority, no TLS at all: nothing is sent', async () => {
    const server = await secured('DNS:cache.example.com', ['tls-auth-clients no'])
    const named = await run('SET a 1', redisProfile(server.port, { tls: { ca: files.ca } }))
    expect(detail(named)).toContain('made out to cache.example.com')
    const told = await run(
      'PING',
      redisProfile(server.port, { tls: { ca: files.ca, serverName: 'cache.example.com' } }),
    )
    expect(told.text).toBe('PONG\n')
    const unknown = await run(
      'SET a 1',
      redisProfile(server.port, { tls: { serverName: 'cache.example.com' } }),
    )
    expect(detail(unknown)).toContain('does not know')
    const plain = await start()
    const none = await run(
      'SET a 1',
      redisProfile(plain.port, { tls: true, connectTimeoutMs: 300 }),
    )
    expect(none.outcome.kind).toBe('not-started')
    expect(detail(none)).toContain('0.3 s. It took the connection and says nothing of TLS')
    const missing = await run('PING', redisProfile(server.port, { tls: { ca: '/nowhere/ca.pem' } }))
    expect(detail(missing)).toContain('/nowhere/ca.pem, is not there')
  })
})

describe('Sentinel', () => {
  test('leads to the primary, also after a failover, and never writes to a replica', async () => {
    const config = ['repl-diskless-sync-delay 0']
    const primary = await start({ config })
    const replica = await start({ config: [...config, `replicaof 127.0.0.1 ${primary.port}`] })
    await until('the replica has its data', () =>
      replica.cli('INFO', 'replication').includes('master_link_status:up'),
    )
    // The primary counts it among its replicas a moment later.
    await until('the primary knows', () =>
      primary.cli('INFO', 'replication').includes('state=online'),
    )
    const sentinel = await start({
      sentinel: true,
      config: [
        `sentinel monitor orders 127.0.0.1 ${primary.port} 1`,
        'sentinel down-after-milliseconds orders 300',
        'sentinel failover-timeout orders 2000',
      ],
    })
    sentinel.cli('SENTINEL', 'DEBUG', 'INFO-PERIOD', '200', 'PING-PERIOD', '100')
    const dead = await freePort()
    const profile: RedisProfile = {
      kind: 'redis',
      name: 'cache',
      sentinel: { master: 'orders', nodes: [`127.0.0.1:${dead}`, `127.0.0.1:${sentinel.port}`] },
    }
    const first = await run('SET a 1\nWAIT 1 10000', profile)
    expect(first.text).toBe('OK\n(integer) 1\n')
    expect(first.redis?.server).toBe(`127.0.0.1:${primary.port}`)
    await until('the sentinel begins', () =>
      sentinel.cli('SENTINEL', 'FAILOVER', 'orders').includes('OK'),
    )
    const later = await until('the other one is primary', async () => {
      const result = await run('INCR a', profile)
      return result.redis?.server === `127.0.0.1:${replica.port}` && result
    })
    expect(later.redis?.commands[0]?.state).toBe('answered')
    const unknown = await run('PING', {
      ...profile,
      sentinel: { master: 'others', nodes: [`127.0.0.1:${sentinel.port}`] },
    })
    expect(detail(unknown)).toContain('watches no primary with the name others')
  }, 30_000)
})

describe('Cluster', () => {
  test('each command goes where its key is, and which node answered is recorded', async () => {
    const cluster = await startCluster()
    servers.push(cluster)
    const [first, second, third] = cluster.nodes
    const place = (node: RedisServer | undefined): string => `127.0.0.1:${node?.port}`
    const profile: RedisProfile = {
      kind: 'redis',
      name: 'cache',
      cluster: [`127.0.0.1:${await freePort()}`, place(first)],
    }
    // The slots of foo, bar and hello are 12182, 5061 and 866.
    const result = await run('SET foo 1\nSET bar 2\nSET hello 3\nGET foo', profile)
    expect(result.text).toBe('OK\nOK\nOK\n"1"\n')
    expect(result.redis?.server).toBe(place(first))
    expect(result.redis?.commands.map(({ node }) => node)).toEqual([
      place(third),
      undefined,
      undefined,
      place(third),
    ])

    const wrongNode = await run('GET bar\nMULTI\nSET foo 9\nEXEC', profile)
    expect(wrongNode.redis?.commands[2]).toMatchObject({ line: 3, state: 'error' })
    expect(wrongNode.notice).toContain('Put a command that reads the key before MULTI')
    const rightNode = await run('GET foo\nMULTI\nSET foo 9\nEXEC\nGET foo', profile)
    expect(rightNode.text).toContain('"9"')

    // A slot on its way from one node to another: keys that are not there any more are asked for at the other.
    const id = (node: RedisServer | undefined): string =>
      /"(\w+)"/u.exec(node?.cli('CLUSTER', 'MYID') ?? '')?.[1] ?? ''
    second?.cli('CLUSTER', 'SETSLOT', '866', 'IMPORTING', id(first))
    first?.cli('CLUSTER', 'SETSLOT', '866', 'MIGRATING', id(second))
    const asked = await run('SET {hello}new 1', profile)
    expect(asked.redis?.commands[0]).toMatchObject({ state: 'answered' })
    expect(asked.redis?.commands[0]?.node ?? asked.redis?.server).toBe(place(second))

    const crossed = await run('MSET foo 1 bar 2', profile)
    expect(crossed.notice).toContain('must belong to one slot')
    const alone = await run('SET foo 1', redisProfile(first?.port ?? 0))
    expect(alone.redis?.commands[0]?.error).toMatch(/^MOVED/)
    expect(alone.notice).toContain('node of a cluster')

    await third?.kill()
    const gone = await run('GET bar\nSET foo 1', profile)
    expect(gone.outcome.kind).toBe('disconnected')
    expect(detail(gone)).toMatch(/could not be reached|was not sent/)
  }, 30_000)
})

describe('through an ssh target', () => {
  test('a stream of the tunnel is used, and its words when there is none', async () => {
    const server = await start()
    const asked: string[] = []
    executor = createRedisExecutor({
      secrets,
      tunnels: {
        open({ via, host, port }) {
          asked.push(`${via.name} ${host}:${port}`)
          if (port === 1) return Promise.reject(new Error('bastion refused the forward.'))
          return Promise.resolve(connect(server.port, '127.0.0.1'))
        },
      },
    })
    const profile = redisProfile(6379, { host: 'cache.internal', via: 'bastion' })
    expect((await run('PING', profile)).text).toBe('PONG\n')
    const refused = await run('PING', { ...profile, port: 1 })
    expect(refused.outcome).toEqual({
      kind: 'not-started',
      detail: 'cache.internal:1 could not be reached through bastion: bastion refused the forward.',
    })
    expect(asked).toEqual(['bastion cache.internal:6379', 'bastion cache.internal:1'])
  })
})

describe('testing a connection', () => {
  const probe = async (profile: RedisProfile) => {
    const stages: ProbeStage[] = []
    const signal = new AbortController().signal
    const result = await executor.probe?.({ profile, environment: 'staging', signal }, (stage) => {
      stages.push(stage)
    })
    expect(result?.stages).toEqual(stages)
    return { ...result, names: stages.map(({ name, ok }) => (ok ? name : `${name}!`)) }
  }

  test('says each stage', async () => {
    const server = await start({ config: ['requirepass "correct horse"'] })
    const good = await probe(redisProfile(server.port, { host: 'localhost', password: right }))
    expect(good.ok).toBe(true)
    expect(good.names).toEqual(['resolve', 'connect', 'authenticate', 'first-query'])
    expect(good.summary).toMatch(/^localhost:\d+ answered: Redis \d[\d.]*, a primary\.$/)
    const bad = await probe(redisProfile(server.port, { password: wrong }))
    expect(bad.ok).toBe(false)
    expect(bad.names).toEqual(['connect', 'authenticate!'])
    expect(bad.summary).toContain('refused the password')
    const nowhere = await probe(redisProfile(1, { host: 'no-such-host.invalid' }))
    expect(nowhere.names).toEqual(['resolve!'])
    const closed = await probe(redisProfile(await freePort()))
    expect(closed.names).toEqual(['connect!'])
  })
})
