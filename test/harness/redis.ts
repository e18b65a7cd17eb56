import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** Real Redis servers on loopback: alone, with TLS, users, a replica, sentinels or as a cluster. */

export interface RedisServer {
  readonly port: number
  readonly pid: number
  /** What redis-cli prints to a terminal; `words` are its arguments behind the port. */
  cli(...words: readonly string[]): string
  /** What redis-cli prints to a terminal for these lines, in RESP3. */
  lines(text: string): string
  /** Ends it and removes its folder. */
  stop(): Promise<void>
  /** Ends it without a chance to say goodbye. */
  kill(): Promise<void>
  /** Kills it and starts it again, on the same port and with what it had on its disk. */
  restart(): Promise<void>
}

export interface RedisOptions {
  /** Lines of redis.conf. */
  readonly config?: readonly string[]
  readonly sentinel?: boolean
  /** Arguments for redis-cli, for servers that want a password. */
  readonly cli?: readonly string[]
  /** Listen with TLS alone: PEM of each. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string }
}

/** A port that was free just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = temporaryFolder('redis')
  const port = await freePort()
  const file = (name: string, content: string): string => {
    const path = join(folder.path, name)
    writeFileSync(path, content)
    return path
  }
  const secure =
    options.tls === undefined
      ? []
      : [
          'port 0',
          `tls-port ${port}`,
          `tls-cert-file ${file('server.pem', options.tls.cert)}`,
          `tls-key-file ${file('server.key', options.tls.key)}`,
          `tls-ca-cert-file ${file('ca.pem', options.tls.ca)}`,
        ]
  const config = [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${folder.path}`,
    'save ""',
    'daemonize no',
    'logfile ""',
    ...(options.sentinel === true ? [] : ['enable-debug-command yes']),
    ...secure,
    ...(options.config ?? []),
  ]
  const path = file('redis.conf', `${config.join('\n')}\n`)
  const ready = options.sentinel === true ? 'Sentinel ID is' : 'Ready to accept connections'
  async function start(): Promise<ChildProcess> {
    const started = spawn(
      'redis-server',
      [path, ...(options.sentinel === true ? ['--sentinel'] : [])],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let log = ''
    started.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()))
    try {
      await until('the Redis server is ready', () => {
        if (started.exitCode !== null) throw new Error(`redis-server did not start:\n${log}`)
        return log.includes(ready)
      })
    } catch (error) {
      started.kill('SIGKILL')
      folder.remove()
      throw error
    }
    return started
  }
  let child = await start()
  const run = (words: readonly string[], input?: string): string =>
    spawnSync('redis-cli', ['-p', String(port), ...(options.cli ?? []), ...words], {
      encoding: 'utf8',
      env: { ...process.env, FAKETTY: '1' },
      ...(input !== undefined && { input }),
    }).stdout
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended(child)
    folder.remove()
  }
  return {
    port,
    get pid() {
      return child.pid ?? 0
    },
    cli: (...words) => run(words),
    lines: (text) => run(['-3'], text),
    // A server that is stopped or busy would not answer SIGTERM, and there is nothing to save.
    stop: () => end('SIGKILL'),
    kill: () => end('SIGKILL'),
    async restart() {
      child.kill('SIGKILL')
      await ended(child)
      child = await start()
    },
  }
}

/** Three nodes that serve a third of the slots each. */
export async function startCluster(): Promise<{
  readonly nodes: readonly RedisServer[]
  stop(): Promise<void>
}> {
  const config = [
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    'cluster-node-timeout 5000',
  ]
  const nodes: RedisServer[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (let count = 0; count < 3; count++) {
      // The bus of a node listens 10,000 ports above it.
      const node = await startRedis({ config: [...config, `cluster-port ${await freePort()}`] })
      nodes.push(node)
    }
    const [first] = nodes
    const ranges = ['0 5460', '5461 10922', '10923 16383']
    for (const [index, node] of nodes.entries()) {
      node.cli('CLUSTER', 'ADDSLOTSRANGE', ...(ranges[index] ?? '').split(' '))
      if (first === undefined || node === first) continue
      const bus = /@(\d+)/u.exec(node.cli('CLUSTER', 'NODES'))?.[1] ?? ''
      first.cli('CLUSTER', 'MEET', '127.0.0.1', String(node.port), bus)
    }
    await until('the cluster is whole', () =>
      nodes.every((node) => {
        const info = node.cli('CLUSTER', 'INFO')
        return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
      }),
    )
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, stop }
}
