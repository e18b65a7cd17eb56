import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createTransports } from '../../../main/connections/ssh/pool.ts'
import type { Profile } from '../../../main/core/connection/profile.ts'
import type { PlanBlock } from '../../../main/core/run/plan.ts'
import type { ExecutionRequest, Executor } from '../../../main/engine/ports.ts'
import { createHttpExecutor } from '../../../main/executors/http/executor.ts'
import { createPostgresExecutor } from '../../../main/executors/postgres/executor.ts'
import { createRedisExecutor } from '../../../main/executors/redis/executor.ts'
import { createSshExecutor } from '../../../main/executors/ssh/executor.ts'
import { block } from '../../executors/support/execution.ts'
import { startPostgres, PASSWORD } from '../../harness/postgres.ts'
import { startRedis } from '../../harness/redis.ts'
import { startSshd } from '../../harness/sshd.ts'

/** One kind of connection under trial: a real server, and a block with an effect that can be counted on it. */
export interface Subject {
  readonly name: string
  readonly executor: Executor
  /** The port of the server. */
  readonly port: number
  /** Blocks of one run share a connection. */
  readonly keepsConnection: boolean
  /** A request that has the effect `id` once, through a port. */
  request(id: string, port: number): Pick<ExecutionRequest, 'block' | 'text' | 'profile'>
  /** How often the effect `id` has happened. */
  count(id: string): Promise<number>
  close(): Promise<void>
}

/** Longer than any busy machine takes; what hangs for good is given up by the trial. */
const CONNECT_MS = 10_000

const secrets = {
  get: () => Promise.resolve({ value: PASSWORD }),
  refuse: () => undefined,
  learn: () => undefined,
  values: () => [],
}

function blockOf(language: string, executor: PlanBlock['executor'], code: string): PlanBlock {
  return block({ language, executor, code })
}

async function sshSubject(folder: string, transport: 'ssh2' | 'openssh'): Promise<Subject> {
  const sshd = await startSshd(join(folder, `sshd-${transport}`))
  const effects = join(folder, `effects-${transport}`)
  const executor = createSshExecutor(
    createTransports({
      secrets,
      // Every port of the proxy is another host to known_hosts; the key is what counts here.
      prompter: { ask: () => Promise.resolve({ kind: 'host-key', accept: 'once' }) },
    }),
  )
  return {
    name: `ssh (${transport})`,
    executor,
    port: sshd.port,
    keepsConnection: true,
    request(id, port) {
      const text = `echo ${id} >> ${effects}\nsleep 0.05\necho done`
      const profile: Profile = sshd.profile({
        port,
        transport,
        knownHostsFiles: [join(folder, 'known_hosts')],
        connectTimeoutMs: CONNECT_MS,
        keepAlive: { everyMs: 1_000, misses: 3 },
      })
      return { block: blockOf('bash', 'shell', text), text, profile }
    },
    count: (id) =>
      Promise.resolve(
        existsSync(effects)
          ? readFileSync(effects, 'utf8')
              .split('\n')
              .filter((line) => line === id).length
          : 0,
      ),
    close: () => sshd.close(),
  }
}

async function postgresSubject(): Promise<Subject> {
  const server = await startPostgres({ tls: false })
  await server.admin('create table effect (id text not null); grant all on effect to app')
  return {
    name: 'postgres',
    executor: createPostgresExecutor({ secrets }),
    port: server.port,
    keepsConnection: true,
    request(id, port) {
      const text = `insert into effect values ('${id}');\nselect pg_sleep(0.02), repeat('x', 2000);`
      const profile: Profile = {
        kind: 'postgres',
        name: 'orders',
        host: '127.0.0.1',
        port,
        database: 'orders',
        user: 'app',
        password: { from: 'ask' },
        sslMode: 'disable',
        connectTimeoutMs: CONNECT_MS,
      }
      return { block: blockOf('sql', 'sql', text), text, profile }
    },
    async count(id) {
      const [row] = await server.admin(`select count(*)::int as n from effect where id = '${id}'`)
      return Number(row?.['n'])
    },
    close: () => server.stop(),
  }
}

async function redisSubject(): Promise<Subject> {
  const server = await startRedis()
  return {
    name: 'redis',
    executor: createRedisExecutor({ secrets }),
    port: server.port,
    keepsConnection: true,
    request(id, port) {
      const text = `INCR effect:${id}\nECHO ${'x'.repeat(60)}\nPING`
      const profile: Profile = {
        kind: 'redis',
        name: 'cache',
        host: '127.0.0.1',
        port,
        connectTimeoutMs: CONNECT_MS,
      }
      return { block: blockOf('redis', 'redis', text), text, profile }
    },
    count: (id) =>
      Promise.resolve(Number(/\d+/u.exec(server.cli('GET', `effect:${id}`))?.[0] ?? 0)),
    close: () => server.stop(),
  }
}

async function httpSubject(): Promise<Subject> {
  const effects = new Map<string, number>()
  const server = createServer((request, response) => {
    const id = (request.url ?? '/').slice(1)
    request.resume()
    request.on('end', () => {
      effects.set(id, (effects.get(id) ?? 0) + 1)
      setTimeout(() => response.end('x'.repeat(3_000)), 10)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    name: 'http',
    executor: createHttpExecutor({ secrets, variables: {} }),
    port: typeof address === 'object' && address !== null ? address.port : 0,
    keepsConnection: false,
    request(id, port) {
      const url = `http://127.0.0.1:${port}`
      const text = `POST /${id}\nContent-Type: text/plain\n\n${'y'.repeat(300)}`
      const profile: Profile = { kind: 'http', name: 'site', url, connectTimeoutMs: CONNECT_MS }
      return { block: blockOf('http', 'http', text), text, profile }
    },
    count: (id) => Promise.resolve(effects.get(id) ?? 0),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Every kind of connection that Muster makes. */
export async function allSubjects(folder: string): Promise<readonly Subject[]> {
  return await Promise.all([
    sshSubject(folder, 'ssh2'),
    sshSubject(folder, 'openssh'),
    postgresSubject(),
    redisSubject(),
    httpSubject(),
  ])
}
