import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SshProfile } from '../../main/core/connection/profile.ts'
import { startSshd, type Sshd } from './sshd.ts'

/** Several hosts by name: real sshds that listen on an address of loopback for each. */

export interface Hosts {
  /** The server of the first sixteen. */
  readonly sshd: Sshd
  readonly names: readonly string[]
  /** A shell test that is true on this host only. */
  readonly is: (name: string) => string
  readonly profile: (change?: Partial<SshProfile>) => SshProfile
  close(): Promise<void>
}

/** sshd listens on 16 sockets at most. */
const EACH = 16

function addressOf(index: number): string {
  return `127.0.1.${index + 1}`
}

/** Starts `web-1` and so on in a folder. */
export async function startHosts(
  folder: string,
  count: number,
  /** Further variables of the shells that the servers start. */
  environment: Readonly<Record<string, string>> = {},
): Promise<Hosts> {
  const names = Array.from({ length: count }, (_, index) => `web-${index + 1}`)
  const servers: Sshd[] = []
  for (let from = 0; from < count; from += EACH) {
    const addresses = names.slice(from, from + EACH).map((_, index) => addressOf(from + index))
    servers.push(await startSshd(join(folder, `sshd-${from}`), { addresses, environment }))
  }
  const [first] = servers
  if (first === undefined) throw new Error('There is no host to start.')
  // One key opens all of them.
  for (const { folder: other } of servers.slice(1))
    copyFileSync(join(first.folder, 'authorized_keys'), join(other, 'authorized_keys'))
  const configFile = join(folder, 'ssh_config')
  writeFileSync(
    configFile,
    names
      .map((name, index) => {
        const port = servers[Math.floor(index / EACH)]?.port ?? 0
        return `Host ${name}\n  HostName ${addressOf(index)}\n  Port ${port}\n`
      })
      .join(''),
  )
  return {
    sshd: first,
    names,
    is: (name) => `[[ $SSH_CONNECTION == *" ${addressOf(names.indexOf(name))} "* ]]`,
    profile: (change = {}) => {
      // The port is the configuration's.
      const { port: _port, ...profile } = first.profile()
      const knownHostsFiles = servers.map(({ knownHosts }) => knownHosts)
      return { ...profile, name: 'web', hosts: names, knownHostsFiles, configFile, ...change }
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}
