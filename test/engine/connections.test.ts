import { writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createConnections } from '../../main/connections/profiles/connections-file.ts'
import { parseRunbook } from '../../main/core/runbook/parse.ts'
import { placesAtStart } from '../../main/engine/places.ts'
import type { Connections, Executor } from '../../main/engine/ports.ts'
import { Probing } from '../../main/engine/probing.ts'
import { until } from '../harness/until.ts'
import { openBench, fence, type Bench } from './support/engine.ts'

let bench: Bench
beforeEach(() => {
  bench = openBench()
})
afterEach(async () => {
  await bench.close()
})

function withTargets(targets: string, body: string): string {
  return `---
runbook: 1
title: Places
kind: maintenance
targets: ${targets}
---
# Places

## Phase

### One

\`\`\`yaml step
id: one
on: laptop
\`\`\`
${body}
`
}

describe('profiles through the contract', () => {
  test('are saved, listed, and named with their mistakes', async () => {
    await bench.connection.request('connections.saveEnvironment', {
      name: 'staging',
      production: false,
    })
    await bench.connection.request('connections.save', {
      environment: 'staging',
      profile: { kind: 'redis', name: 'cache', host: '127.0.0.1', port: 1 },
    })
    const list = await bench.connection.request('connections.list', {})
    expect(list.environments).toEqual([
      {
        name: 'staging',
        production: false,
        profiles: [{ kind: 'redis', name: 'cache', host: '127.0.0.1', port: 1 }],
      },
    ])
    const changes = bench.pushes.filter(({ push }) => push === 'connections.changed')
    // The file is watched too, and may have been looked at meanwhile.
    expect(changes.length).toBeGreaterThanOrEqual(2)
    writeFileSync(join(bench.data, 'connections.yaml'), 'connections: 1\nenvs: {}\n')
    const broken = await bench.connection.request('connections.list', {})
    expect(broken.diagnostics).toMatchObject([{ code: 'unknown-key', severity: 'error' }])
    await expect(
      bench.connection.request('connections.remove', { environment: 'staging', profile: 'cache' }),
    ).rejects.toThrow(/has a mistake at 2:1/u)
  })

  test('a preflight says of every target where it leads, or why nowhere', async () => {
    const path = bench.write(
      'places.md',
      withTargets(
        '{ laptop: local, orders: { postgres: orders } }',
        `${fence('bash run', 'true')}${fence('sql check on=orders', 'select true')}`,
      ),
    )
    const results = await bench.connection.request('runs.preflight', { probe: 'p', path })
    expect(results).toEqual([
      { target: 'laptop', kind: 'local', profile: 'local', summary: 'this laptop' },
      {
        target: 'orders',
        kind: 'postgres',
        profile: 'orders',
        problem: expect.stringContaining('there is no postgres profile “orders”'),
      },
    ])
    expect(bench.pushes.filter(({ push }) => push === 'preflight.target')).toHaveLength(2)
  })
})

describe('a preflight of several hosts', () => {
  test('tries each of them, and one that is not there is not hidden by the others', async () => {
    const tried: string[] = []
    const connections: Connections = {
      load: () => ({ file: '', environments: [], diagnostics: [] }),
      resolve: (_environment, _kind, name) => ({
        profile: { kind: 'ssh', name, hosts: name === 'pair' ? ['p1', 'p2'] : [name] },
        production: false,
      }),
      save: () => undefined,
      remove: () => undefined,
      saveEnvironment: () => undefined,
      import: () => ({ added: 0, kept: [] }),
    }
    const executor: Executor = {
      accepts: () => true,
      start: () => {
        throw new Error('Nothing is started by a preflight.')
      },
      probes: ['ssh'],
      probe: ({ profile }) => {
        const host = profile.kind === 'ssh' ? profile.hosts.join() : ''
        tried.push(host)
        const ok = host !== 'web-2'
        return Promise.resolve({ ok, stages: [], summary: ok ? 'up' : 'nobody listens' })
      },
      closeRun: () => Promise.resolve(),
    }
    const results = await new Probing(connections, [executor]).preflight(
      {},
      {
        probe: 'p',
        environment: undefined,
        targets: [
          { name: 'web', kind: 'ssh', connection: 'web-1', hosts: ['web-1', 'web-2', 'web-3'] },
          { name: 'db', kind: 'ssh', connection: 'db', hosts: ['db'] },
        ],
        chosen: { db: 'pair' },
      },
      { onStage: () => undefined, onTarget: () => undefined },
    )
    expect(tried).toEqual(['web-1', 'web-2', 'web-3', 'p1', 'p2'])
    expect(results).toMatchObject([
      {
        target: 'web',
        probe: { ok: false, summary: '1 of 3 hosts were not reached. web-2: nobody listens' },
      },
      { target: 'db', profile: 'pair', probe: { ok: true, summary: 'All 2 hosts answer.' } },
    ])
  })
})

describe('who asks whether places can be reached', () => {
  /** A server that never says anything, and who is connected to it. */
  async function silentServer() {
    const open = new Set<Socket>()
    const server = createServer((socket) => {
      open.add(socket)
      socket.on('error', () => undefined).on('close', () => open.delete(socket))
      socket.resume()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return {
      open,
      profile: { kind: 'redis', name: 'mute', host: '127.0.0.1', port } as const,
      async close() {
        for (const socket of open) socket.destroy()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }

  test('and goes away gives it up, and nobody else does', async () => {
    const server = await silentServer()
    const other = bench.muster.engine.connect({ push: () => undefined })
    try {
      const params = { probe: 'same', profile: server.profile }
      const mine = bench.connection.request('connections.test', params)
      const theirs = other.request('connections.test', params)
      await until('both are connected', () => server.open.size === 2)
      other.close()
      expect(await theirs).toMatchObject({ ok: false })
      await until('theirs is gone', () => server.open.size === 1)
      await bench.connection.request('probe.cancel', { probe: 'same' })
      expect(await mine).toMatchObject({ ok: false })
      await until('mine is gone too', () => server.open.size === 0)
    } finally {
      await server.close()
    }
  })

  test('asks for the file that they see, and no other', async () => {
    const path = bench.write('same.md', withTargets('{ laptop: local }', fence('bash run', 'true')))
    const { sha256 } = await bench.connection.request('library.read', { path })
    const request = { probe: 'p', path, sha256 }
    expect(await bench.connection.request('runs.preflight', request)).toHaveLength(1)
    bench.write('same.md', withTargets('{ other: local }', fence('bash run', 'false')))
    await expect(bench.connection.request('runs.preflight', request)).rejects.toThrow(
      /has changed since you looked at it/u,
    )
  })

  test('is told of a password in the name of a host before anything is sent', async () => {
    const path = bench.write(
      'secret.md',
      withTargets('{ laptop: local, web: { ssh: "me:hunter2@web-1" } }', fence('bash run', 'true')),
    )
    const { source } = await bench.connection.request('library.read', { path })
    const { diagnostics } = parseRunbook(source)
    expect(diagnostics.find(({ code }) => code === 'secret-in-file')?.range.start.line).toBe(5)
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2')
    const probe = await bench.connection.request('connections.test', {
      probe: 'p',
      profile: { kind: 'ssh', name: 'web', hosts: ['me:hunter2@127.0.0.1'] },
    })
    expect(probe.ok).toBe(false)
    expect(JSON.stringify(probe)).toContain('A password is written in the name of the host')
    expect(JSON.stringify(probe)).not.toContain('hunter2')
  })
})

test('a drill never starts in production', () => {
  const connections = createConnections(bench.data)
  connections.saveEnvironment({ name: 'live', production: true })
  connections.saveEnvironment({ name: 'drill', production: false })
  const start = (environment: string): unknown =>
    placesAtStart([], { mode: 'drill', environment }, connections)
  expect(() => start('live')).toThrow('“live” is production, and a drill never touches it.')
  expect(start('drill')).toEqual({ environment: 'drill', production: false, connections: {} })
})

describe('a run in an environment', () => {
  test('what was chosen is remembered, for each environment apart', async () => {
    writeFileSync(
      join(bench.data, 'connections.yaml'),
      'connections: 1\nenvironments: { one: { profiles: { a: { redis: true }, b: { redis: true } } }, two: { profiles: { cache: { redis: true } } } }\n',
    )
    const path = bench.write(
      'remembered.md',
      withTargets(
        '{ laptop: local, cache: { redis: cache } }',
        `${fence('bash run', 'true')}${fence('redis check on=cache', 'PING')}`,
      ),
    )
    const { sha256 } = await bench.connection.request('library.read', { path })
    const start = { path, sha256, mode: 'live', inputs: {}, commander: 'Ada' } as const
    for (const places of [
      { environment: 'one', connections: { cache: 'a' } },
      { environment: 'two' },
      { environment: 'one', connections: { cache: 'b' } },
      {},
      { environment: 'two' },
    ])
      await bench.connection.request('runs.start', { ...start, ...places, acceptContent: true })
    const remembered = {
      environment: 'two',
      chosen: { '': {}, one: { cache: 'b' }, two: {} },
    }
    await bench.reopen()
    const { places } = await bench.connection.request('settings.get', {})
    expect(places[path]).toEqual(remembered)
  })

  test('records where its targets led, and a mapping that cannot be is refused', async () => {
    writeFileSync(
      join(bench.data, 'connections.yaml'),
      'connections: 1\nenvironments: { production: { profiles: { orders-b: { postgres: "postgres://app@db-b/orders" } } } }\n',
    )
    const path = bench.write(
      'places.md',
      withTargets(
        '{ laptop: local, orders: { postgres: orders } }',
        `${fence('bash run', 'true')}${fence('sql check on=orders', 'select true')}`,
      ),
    )
    const { sha256 } = await bench.connection.request('library.read', { path })
    const start = (more: object): Promise<{ run: string }> =>
      bench.connection.request('runs.start', {
        path,
        sha256,
        mode: 'live',
        inputs: {},
        commander: 'Ada',
        acceptContent: true,
        ...more,
      })
    await expect(start({ environment: 'prod' })).rejects.toThrow(/no environment “prod”/u)
    await expect(
      start({ environment: 'production', connections: { orders: 'orders-c' } }),
    ).rejects.toThrow(/Did you mean “orders-b”/u)
    await expect(
      start({ environment: 'production', connections: { ordres: 'orders-b' } }),
    ).rejects.toThrow(/no target called “ordres”/u)
    const { run } = await start({
      environment: 'production',
      connections: { orders: 'orders-b' },
    })
    expect(await bench.state(run)).toMatchObject({
      environment: 'production',
      production: true,
      connections: {
        orders: { profile: 'orders-b', summary: 'postgres postgres://app@db-b/orders' },
      },
    })
  })

  test('a target that leads nowhere starts nothing, and says what to add', async () => {
    const path = bench.write(
      'places.md',
      withTargets(
        '{ laptop: local, cache: { redis: cache } }',
        `${fence('redis run on=cache', 'PING')}${fence('bash run', 'true')}`,
      ),
    )
    const run = await bench.start(path)
    await bench.command(run, { type: 'step.begin', step: 'one' })
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    const state = await bench.settled(run, 'one/1')
    expect(state.blocks['one/1']).toMatchObject({
      status: 'failed',
      attempts: [
        {
          outcome: {
            kind: 'not-started',
            detail: expect.stringContaining('there is no redis profile “cache”. Add it'),
          },
          passed: false,
        },
      ],
    })
  })

  test('a target of several hosts runs on each, with a result of its own', async () => {
    const path = bench.write(
      'hosts.md',
      withTargets(
        '{ laptop: local, web: { ssh: [web-1, web-2] } }',
        `${fence('bash run on=web', 'uptime')}${fence('bash run', 'true')}`,
      ),
    )
    const run = await bench.start(path)
    await bench.command(run, { type: 'step.begin', step: 'one' })
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    const state = await bench.settled(run, 'one/1')
    const attempt = state.blocks['one/1']?.attempts[0]
    expect(attempt?.hosts?.map(({ host, passed }) => ({ host, passed }))).toEqual([
      { host: 'web-1', passed: false },
      { host: 'web-2', passed: false },
    ])
    expect(attempt?.passed).toBe(false)
  })
})
