import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Profile } from '../../../main/core/connection/profile.ts'
import { fence } from '../../engine/support/engine.ts'
import { startFaultProxy, type FaultProxy } from '../../harness/fault-proxy.ts'
import { startPostgres, type PostgresServer } from '../../harness/postgres.ts'
import { startRedis, type RedisServer } from '../../harness/redis.ts'
import { startSshd, type Sshd } from '../../harness/sshd.ts'

/** A real server of every kind behind a proxy that fails on purpose, and blocks that leave a mark there. */

export const KINDS = ['ssh (ssh2)', 'ssh (openssh)', 'postgres', 'redis', 'http'] as const
export type Kind = (typeof KINDS)[number]

/** The environment variable that holds the password of every server. */
export const VARIABLE = 'MUSTER_FAULTS_PASSWORD'

interface HttpServer {
  readonly port: number
  /** How often each mark was made. */
  readonly effects: ReadonlyMap<string, number>
  /** Cuts every connection. */
  cut(): void
  close(): Promise<void>
}

export interface Places {
  readonly folder: string
  readonly sshd: Sshd
  readonly postgres: PostgresServer
  readonly redis: RedisServer
  readonly http: HttpServer
  readonly proxies: Readonly<Record<Kind, FaultProxy>>
  /** A profile that leads through the proxy. */
  profile(kind: Kind): Profile
  /** A block that makes the mark `id` once, and answers a while later. */
  block(kind: Kind, id: string): string
  /** How often the mark was made. */
  count(kind: Kind, id: string): Promise<number>
  /** Whether the mark was made, and what comes after it in the block is at work. */
  isAtWork(kind: Kind, id: string): Promise<boolean>
  close(): Promise<void>
}

async function startHttp(): Promise<HttpServer> {
  const effects = new Map<string, number>()
  const server = createServer((request, response) => {
    const id = (request.url ?? '/').slice(1)
    request.resume()
    request.on('end', () => {
      // It knows nobody, and takes requests of those who say nothing about themselves.
      if (request.headers.authorization !== undefined) {
        response.writeHead(401).end('no')
        return
      }
      effects.set(id, (effects.get(id) ?? 0) + 1)
      setTimeout(() => response.end('done'), 400)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    effects,
    cut: () => server.closeAllConnections(),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Starts it all; what was started is ended where something else does not. */
export async function startPlaces(folder: string): Promise<Places> {
  const ends: (() => Promise<void>)[] = []
  try {
    return await start(folder, ends)
  } catch (error) {
    for (const end of ends.toReversed()) await end()
    throw error
  }
}

async function start(folder: string, ends: (() => Promise<void>)[]): Promise<Places> {
  const marks = join(folder, 'effects')
  const sshd = await startSshd(join(folder, 'sshd'), { configuration: ['MaxStartups 6:100:6'] })
  ends.push(() => sshd.close())
  const postgres = await startPostgres({ tls: false, config: ['max_connections=12'] })
  ends.push(() => postgres.stop())
  await postgres.admin('create table effect (id text not null); grant all on effect to app')
  const redis = await startRedis({
    config: ['maxclients 8', 'appendonly yes', 'appendfsync always'],
  })
  ends.push(() => redis.stop())
  const http = await startHttp()
  ends.push(() => http.close())
  async function proxyTo(port: number): Promise<FaultProxy> {
    const proxy = await startFaultProxy(port)
    ends.push(() => proxy.close())
    return proxy
  }
  const proxies = {
    'ssh (ssh2)': await proxyTo(sshd.port),
    'ssh (openssh)': await proxyTo(sshd.port),
    postgres: await proxyTo(postgres.port),
    redis: await proxyTo(redis.port),
    http: await proxyTo(http.port),
  }
  // The same host by other ports.
  for (const { port } of [proxies['ssh (ssh2)'], proxies['ssh (openssh)']])
    appendFileSync(
      sshd.knownHosts,
      readFileSync(sshd.knownHosts, 'utf8')
        .split('\n')
        .filter((line) => line.includes(`:${sshd.port} `))
        .map((line) => `${line.replace(`:${sshd.port} `, `:${port} `)}\n`)
        .join(''),
    )

  function profile(kind: Kind): Profile {
    const { port } = proxies[kind]
    const timing = { connectTimeoutMs: 5_000 }
    switch (kind) {
      case 'ssh (ssh2)':
      case 'ssh (openssh)':
        return sshd.profile({
          name: 'place',
          port,
          transport: kind === 'ssh (ssh2)' ? 'ssh2' : 'openssh',
          keepAlive: { everyMs: 1_000, misses: 2 },
          ...timing,
        })
      case 'postgres':
        return {
          kind: 'postgres',
          name: 'place',
          host: '127.0.0.1',
          port,
          database: 'orders',
          user: 'app',
          password: { from: 'environment', name: VARIABLE },
          sslMode: 'disable',
          ...timing,
        }
      case 'redis':
        return { kind: 'redis', name: 'place', host: '127.0.0.1', port, ...timing }
      case 'http':
        return { kind: 'http', name: 'place', url: `http://127.0.0.1:${port}`, ...timing }
    }
  }

  function block(kind: Kind, id: string): string {
    switch (kind) {
      case 'ssh (ssh2)':
      case 'ssh (openssh)':
        return fence('bash run', `echo ${id} >> ${marks}\nsleep 0.4\necho done`)
      case 'postgres':
        return fence('sql run', `insert into effect values ('${id}');\nselect pg_sleep(0.4);`)
      case 'redis':
        return fence('redis run', `INCR effect:${id}\nBLPOP nothing:${id} 0.4`)
      case 'http':
        return fence('http run', `POST /${id}`)
    }
  }

  async function count(kind: Kind, id: string): Promise<number> {
    switch (kind) {
      case 'ssh (ssh2)':
      case 'ssh (openssh)':
        return existsSync(marks)
          ? readFileSync(marks, 'utf8')
              .split('\n')
              .filter((line) => line === id).length
          : 0
      case 'postgres': {
        const rows = await postgres.admin(`select 1 from effect where id = '${id}'`)
        return rows.length
      }
      case 'redis':
        return Number(/\d+/u.exec(redis.cli('GET', `effect:${id}`))?.[0] ?? 0)
      case 'http':
        return http.effects.get(id) ?? 0
    }
  }

  async function isAtWork(kind: Kind, id: string): Promise<boolean> {
    if ((await count(kind, id)) === 0) return false
    if (kind === 'redis') return redis.cli('CLIENT', 'LIST').includes('cmd=blpop')
    if (kind !== 'postgres') return true
    const sleeping = await postgres.admin(
      `select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`,
    )
    return sleeping.length > 0
  }

  return {
    folder,
    sshd,
    postgres,
    redis,
    http,
    proxies,
    profile,
    block,
    count,
    isAtWork,
    async close() {
      for (const end of ends.toReversed()) await end()
    },
  }
}
