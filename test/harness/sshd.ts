import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { SshProfile } from '../../main/core/connection/profile.ts'
import { until } from './until.ts'

/** A real sshd on loopback, with keys of its own, for tests. */

export interface Sshd {
  readonly port: number
  readonly user: string
  readonly folder: string
  /** A key that is let in. */
  readonly identity: string
  /** A known_hosts file with the keys of this server. */
  readonly knownHosts: string
  readonly pid: number
  /** A profile that reaches it with that key; `change` overrides members. */
  profile(change?: Partial<SshProfile>): SshProfile
  /** Fingerprint of the host key of a type. */
  fingerprint(type?: 'ed25519' | 'ecdsa' | 'rsa'): string
  /** Starts again on the same port, with new host keys when asked. */
  restart(newKeys?: boolean): Promise<void>
  /** Kills the processes that serve connections, not the one that listens. */
  cutConnections(): void
  /** Stops the processes that serve connections without ending them: nothing answers, and nothing is closed. */
  freezeConnections(): void
  /** Kills it all. */
  close(): Promise<void>
}

const TYPES = ['ed25519', 'ecdsa', 'rsa'] as const
const PROGRAM = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path))

export async function freePort(address = '127.0.0.1'): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, address, () => {
      const place = server.address()
      server.close(() => resolve(typeof place === 'object' && place !== null ? place.port : 0))
    })
  })
}

export function generateKey(file: string, ...more: readonly string[]): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file, ...more])
}

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port })
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Children of a process, and theirs. */
function descendants(pid: number): number[] {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  } catch {
    return []
  }
  const children = text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

export interface SshdOptions {
  readonly addresses?: readonly string[]
  /** Further variables of the shells that it starts. */
  readonly environment?: Readonly<Record<string, string>>
  /** Further lines of its configuration. */
  readonly configuration?: readonly string[]
}

/** Starts one in a folder. Throws when this machine has no sshd. */
export async function startSshd(folder: string, options: SshdOptions = {}): Promise<Sshd> {
  if (PROGRAM === undefined) throw new Error('sshd is missing: install openssh-server.')
  const { addresses = ['127.0.0.1'], environment = {}, configuration = [] } = options
  mkdirSync(folder, { recursive: true })
  // Where sshd keeps its privilege separation, which a fresh machine has not made yet.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const user = userInfo().username
  const identity = join(folder, 'id_ed25519')
  generateKey(identity)
  copyFileSync(`${identity}.pub`, join(folder, 'authorized_keys'))
  const port = await freePort()
  const knownHosts = join(folder, 'known_hosts')
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  let child: ChildProcess | undefined

  const hostKey = (type: string): string => join(folder, `host_${type}`)
  function makeHostKeys(): void {
    for (const type of TYPES) {
      rmSync(hostKey(type), { force: true })
      rmSync(`${hostKey(type)}.pub`, { force: true })
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', hostKey(type)])
    }
  }
  function writeKnownHosts(): void {
    const lines = addresses.flatMap((address) =>
      TYPES.map(
        (type) => `[${address}]:${port} ${readFileSync(`${hostKey(type)}.pub`, 'utf8').trim()}`,
      ),
    )
    writeFileSync(knownHosts, `${lines.join('\n')}\n`)
  }
  makeHostKeys()
  writeKnownHosts()
  writeFileSync(
    join(folder, 'sshd_config'),
    [
      `Port ${port}`,
      ...addresses.map((address) => `ListenAddress ${address}`),
      ...TYPES.map((type) => `HostKey ${hostKey(type)}`),
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      `PidFile ${join(folder, 'sshd.pid')}`,
      'UsePAM no',
      'StrictModes no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'MaxStartups 200:30:300',
      'MaxSessions 100',
      'PrintMotd no',
      // What a person has written into the start-up files of their shell is not what is tested.
      `SetEnv ${Object.entries({ HOME: home, ...environment })
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`,
      'Subsystem sftp internal-sftp',
      ...configuration,
      '',
    ].join('\n'),
  )

  async function start(): Promise<void> {
    const started = spawn(PROGRAM ?? 'sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    let said = ''
    started.stderr.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4000)
    })
    await until('sshd answers', async () => {
      if (started.exitCode !== null) throw new Error(`sshd ended: ${said}`)
      return await answers(addresses[0] ?? '127.0.0.1', port)
    })
  }

  async function stop(): Promise<void> {
    const running = child
    child = undefined
    if (running?.pid === undefined || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    for (const pid of descendants(running.pid)) kill(pid)
    running.kill('SIGKILL')
    await ended
  }

  function kill(pid: number): void {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }

  await start()
  return {
    port,
    user,
    folder,
    identity,
    knownHosts,
    get pid() {
      return child?.pid ?? 0
    },
    profile: (change = {}) => ({
      kind: 'ssh',
      name: 'host',
      hosts: [addresses[0] ?? '127.0.0.1'],
      user,
      port,
      identityFiles: [identity],
      identitiesOnly: true,
      agent: false,
      knownHostsFiles: [knownHosts],
      configFile: '/dev/null',
      ...change,
    }),
    fingerprint(type = 'ed25519') {
      const text = execFileSync('ssh-keygen', ['-l', '-f', `${hostKey(type)}.pub`], {
        encoding: 'utf8',
      })
      return text.split(' ')[1] ?? ''
    },
    async restart(newKeys = false) {
      await stop()
      if (newKeys) makeHostKeys()
      await start()
    },
    cutConnections() {
      for (const pid of descendants(child?.pid ?? 0)) kill(pid)
    },
    freezeConnections() {
      for (const pid of descendants(child?.pid ?? 0)) process.kill(pid, 'SIGSTOP')
    },
    close: stop,
  }
}
