import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SshProfile } from '../../main/core/connection/profile.ts'
import { startSshd, type Sshd } from './sshd.ts'

/** Several hosts by name: one real sshd that listens on an address of loopback for each. */

export interface Hosts {
  readonly sshd: Sshd
  readonly names: readonly string[]
  /** A shell test that is true on this host only. */
  readonly is: (name: string) => string
  readonly profile: (change?: Partial<SshProfile>) => SshProfile
}

function addressOf(index: number): string {
  return `127.0.1.${index + 1}`
}

/** Starts `web-1` and so on in a folder; whoever starts them closes `sshd`. */
export async function startHosts(folder: string, count: number): Promise<Hosts> {
  const names = Array.from({ length: count }, (_, index) => `web-${index + 1}`)
  const sshd = await startSshd(folder, { addresses: names.map((_, index) => addressOf(index)) })
  const configFile = join(folder, 'ssh_config')
  writeFileSync(
    configFile,
    names.map((name, index) => `Host ${name}\n  HostName ${addressOf(index)}\n`).join(''),
  )
  return {
    sshd,
    names,
    is: (name) => `[[ $SSH_CONNECTION == *" ${addressOf(names.indexOf(name))} "* ]]`,
    profile: (change = {}) => sshd.profile({ name: 'web', hosts: names, configFile, ...change }),
  }
}
