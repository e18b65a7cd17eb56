import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createConnections } from '../../main/connections/profiles/connections-file.ts'
import { createSecrets } from '../../main/connections/secrets/secrets.ts'
import { createTransports, createTunnels } from '../../main/connections/ssh/pool.ts'
import type { Answer, Question } from '../../main/contract/prompts.ts'
import type { Profile } from '../../main/core/connection/profile.ts'
import { Patience } from '../../main/engine/patience.ts'
import { Probing } from '../../main/engine/probing.ts'
import type { Executor } from '../../main/engine/ports.ts'
import { createRedisExecutor } from '../../main/executors/redis/executor.ts'
import { createSshExecutor } from '../../main/executors/ssh/executor.ts'
import { startRedis, type RedisServer } from '../harness/redis.ts'
import { freePort, startSshd, type Sshd } from '../harness/sshd.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'

/** What a test of a connection waits for, and what it says of whom. */

let folder: TemporaryFolder
let sshd: Sshd
let redis: RedisServer
beforeAll(async () => {
  folder = temporaryFolder('probing')
  sshd = await startSshd(join(folder.path, 'sshd'))
  redis = await startRedis({ config: ['requirepass sesame'] })
})
afterAll(async () => {
  await redis?.stop()
  await sshd?.close()
  folder?.remove()
})

/** Probing over real executors, whose questions somebody answers when `ready` allows it. */
function attended(ready: Promise<unknown>, patienceMs: number) {
  const questions: Question[] = []
  const prompter = {
    async ask(question: Question): Promise<Answer> {
      questions.push(question)
      await ready
      return question.kind === 'host-key'
        ? { kind: 'host-key', accept: 'once' }
        : { kind: 'secret', values: ['sesame'] }
    },
  }
  const secrets = createSecrets(prompter)
  const transports = createTransports({ secrets, prompter })
  const connections = createConnections(folder.path)
  const ports = { secrets, connections, tunnels: createTunnels(transports) }
  const executors = [createSshExecutor(transports), createRedisExecutor(ports)]
  return { probing: new Probing(connections, executors, (text) => text, patienceMs), questions }
}

describe('the time that somebody is asked is not the time of the server', () => {
  test('patience stands still meanwhile', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const late = vi.fn()
      const patience = new Patience(1_000, late)
      vi.advanceTimersByTime(600)
      // Two are asked something, one behind the other.
      patience.onWaiting(true)
      patience.onWaiting(true)
      vi.advanceTimersByTime(60_000)
      patience.onWaiting(false)
      vi.advanceTimersByTime(60_000)
      expect(late).not.toHaveBeenCalled()
      patience.onWaiting(false)
      vi.advanceTimersByTime(399)
      expect(late).not.toHaveBeenCalled()
      vi.advanceTimersByTime(1)
      expect(late).toHaveBeenCalledOnce()
      const ended = new Patience(1_000, late)
      ended.end()
      ended.onWaiting(true)
      ended.onWaiting(false)
      vi.advanceTimersByTime(60_000)
      expect(late).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })

  test.each([
    ['a host that is not known, over ssh2', 'host-key', 'ssh2'],
    ['a host that is not known, over openssh', 'host-key', 'openssh'],
    ['a password of Redis', 'secret', undefined],
    ['a host on the way to Redis', 'host-key', 'via'],
  ] as const)('%s', async (_name, kind, way) => {
    const patienceMs = 3_000
    const silent: Executor = {
      probes: ['http'],
      accepts: () => 'It only probes.',
      start: () => {
        throw new Error('It only probes.')
      },
      probe: () => new Promise(() => undefined),
      closeRun: () => Promise.resolve(),
    }
    const connections = createConnections(folder.path)
    const other = new Probing(connections, [silent], (text) => text, patienceMs)
    const request = { probe: 'p', environment: 'staging' }
    const unknown = { knownHostsFiles: [join(folder.path, 'nothing')] }
    connections.save('staging', sshd.profile({ ...unknown, name: 'bastion' }))
    const there = { kind: 'redis', name: 'cache', host: '127.0.0.1', port: redis.port } as const
    vi.stubEnv('PROBING_PASSWORD', 'sesame')
    const profile: Profile =
      way === 'ssh2' || way === 'openssh'
        ? sshd.profile({ ...unknown, transport: way })
        : {
            ...there,
            password:
              way === 'via' ? { from: 'environment', name: 'PROBING_PASSWORD' } : { from: 'ask' },
            ...(way === 'via' && { via: 'bastion' }),
          }
    // Somebody answers when a server that says nothing has been given up.
    const ready = other.test(
      {},
      { ...request, profile: { kind: 'http', name: 'x', url: 'http://x' } },
      () => undefined,
    )
    const { probing, questions } = attended(ready, patienceMs)
    const probe = await probing.test({}, { ...request, profile }, () => undefined)
    vi.unstubAllEnvs()
    expect(await ready).toMatchObject({ ok: false, summary: /Nothing answered within 3 s/u })
    expect(questions.map((question) => question.kind)).toEqual([kind])
    expect(probe).toMatchObject({ ok: true })
  })
})

describe('which profile is meant', () => {
  test('a name that is in one environment is that one, with its way through a host of it', async () => {
    const connections = createConnections(join(folder.path))
    connections.save('drill', sshd.profile({ name: 'only-here' }))
    connections.save('drill', {
      kind: 'redis',
      name: 'behind',
      host: '127.0.0.1',
      port: redis.port,
      via: 'only-here',
    })
    const { probing } = attended(Promise.resolve(), 20_000)
    const probe = await probing.test(
      {},
      { probe: 'p', environment: undefined, profile: 'behind' },
      () => undefined,
    )
    // It got through, and Redis asks for a password that the profile does not have.
    expect(probe.stages[0]).toMatchObject({
      name: 'connect',
      ok: true,
      detail: 'through only-here',
    })
  })

  test('a name that is in several is none of them', async () => {
    const connections = createConnections(folder.path)
    for (const environment of ['first', 'second'])
      connections.save(environment, { kind: 'ssh', name: 'twice', hosts: [environment] })
    const { probing } = attended(Promise.resolve(), 20_000)
    const probe = await probing.test(
      {},
      { probe: 'p', environment: undefined, profile: 'twice' },
      () => undefined,
    )
    expect(probe).toEqual({
      ok: false,
      stages: [],
      summary: '“twice” is in first and second. Say which environment is meant.',
    })
  })

  test('a name that is no profile of the environment is said to be an alias', async () => {
    const connections = createConnections(folder.path)
    connections.saveEnvironment({ name: 'bare', production: false })
    const { probing } = attended(Promise.resolve(), 20_000)
    const [result] = await probing.preflight(
      {},
      {
        probe: 'p',
        environment: 'bare',
        targets: [{ name: 'db', kind: 'ssh', connection: 'no-such-host', hosts: ['no-such-host'] }],
        chosen: {},
      },
      { onStage: () => undefined, onTarget: () => undefined },
    )
    expect(result).toMatchObject({
      summary: 'ssh no-such-host (an ssh alias: bare has no profile “no-such-host”)',
      probe: { ok: false },
    })
  })

  test.each(['ssh2', 'openssh'] as const)(
    'an account that runs no commands is not a place where blocks can run (%s)',
    async (transport) => {
      const barred = await startSshd(join(folder.path, `barred-${transport}`), {
        configuration: ['ForceCommand echo This account is closed.; exit 1'],
      })
      try {
        const { probing } = attended(Promise.resolve(), 20_000)
        const probe = await probing.test(
          {},
          { probe: 'p', environment: undefined, profile: barred.profile({ transport }) },
          () => undefined,
        )
        expect(probe).toMatchObject({ ok: false })
        expect(probe.summary).toBe(
          '127.0.0.1 lets one in, and does not run commands: “uname” ended with code 1: This account is closed.',
        )
      } finally {
        await barred.close()
      }
    },
  )

  test('of several hosts each is tried, and the stages of one stand together', async () => {
    const nobody = await freePort()
    const { port, ...profile } = sshd.profile()
    const { probing } = attended(Promise.resolve(), 20_000)
    const told: string[] = []
    const probe = await probing.test(
      {},
      {
        probe: 'p',
        environment: 'staging',
        profile: { ...profile, hosts: [`127.0.0.1:${nobody}`, `127.0.0.1:${port}`] },
      },
      ({ of, name, ok }) => told.push(`${of} ${name} ${ok}`),
    )
    expect(probe.ok).toBe(false)
    expect(probe.summary).toMatch(/^1 of 2 hosts were not reached\. 127\.0\.0\.1:\d+: /u)
    expect(told.map((line) => line.replaceAll(/:\d+/gu, ''))).toEqual([
      '127.0.0.1 connect false',
      '127.0.0.1 connect true',
      '127.0.0.1 host-key true',
      '127.0.0.1 authenticate true',
      '127.0.0.1 first-query true',
    ])
  })
})
