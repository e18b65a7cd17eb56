import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compose } from '../../main/hosts/compose.ts'
import { startSshd } from '../harness/sshd.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { compare, timed, type Benchmark, type Contestant } from './measure.ts'
import { finish } from './programs.ts'

/**
 * A block on a host, through the whole engine into the record, by both implementations of SSH, against the `ssh` command
 * into a file. Everybody has a connection that stands already.
 */

const BYTES = 64_000_000
const MEGABYTE = 1_000_000
const ROUNDS = 5
const COMMAND = `head -c ${BYTES} /dev/zero | tr '\\0' x`
const TARGETS = ['ssh2', 'openssh'] as const

const step = (target: string): string => `
### Print on ${target}
\`\`\`yaml step
id: print-${target}
on: ${target}
risk: safe
\`\`\`
\`\`\`bash run
${COMMAND}
\`\`\`
\`\`\`bash run
true
\`\`\`
- [ ] Never confirmed, so that the step stays open
`

const RUNBOOK = `---
runbook: 1
title: SSH
kind: maintenance
targets: { ${TARGETS.map((target) => `${target}: { ssh: ${target} }`).join(', ')} }
---
# SSH

## Print
${TARGETS.map(step).join('')}`

export const ssh: Benchmark = {
  name: 'ssh',
  async run() {
    const folder = temporaryFolder('bench-ssh')
    const sshd = await startSshd(join(folder.path, 'sshd'))
    const data = join(folder.path, 'data')
    mkdirSync(data)
    const path = join(folder.path, 'ssh.md')
    writeFileSync(path, RUNBOOK)
    const profile = (target: string): string => `
      ${target}:
        ssh: 127.0.0.1
        port: ${sshd.port}
        user: ${sshd.user}
        identity: ${sshd.identity}
        identities-only: true
        agent: false
        config: /dev/null
        known-hosts: ${sshd.knownHosts}
        transport: ${target}`
    writeFileSync(
      join(data, 'connections.yaml'),
      `connections: 1\nenvironments:\n  staging:\n    profiles:${TARGETS.map(profile).join('')}\n`,
    )
    let ended: (result: { readonly kind: string; readonly bytes: number }) => void = () => undefined
    const muster = compose({ data, host: 'cli', version: '0.0.0', folders: [] })
    const connection = muster.engine.connect({
      push(push) {
        if (push.push !== 'run.events') return
        for (const { type, data: event } of push.data.events)
          if (type === 'block.finished')
            ended({ kind: event.outcome.kind, bytes: event.stdout?.bytes ?? 0 })
      },
    })
    const control = join(folder.path, 'control')
    const reach = ['-F', 'none', '-S', control, '-p', String(sshd.port)]
    const master = spawn(
      'ssh',
      [
        ...reach,
        '-M',
        '-N',
        '-i',
        sshd.identity,
        '-o',
        `UserKnownHostsFile=${sshd.knownHosts}`,
        `${sshd.user}@127.0.0.1`,
      ],
      { stdio: 'ignore' },
    )
    try {
      await until('the ssh command has its connection', () => existsSync(control))
      await connection.request('library.add', { path })
      const { sha256 } = await connection.request('library.read', { path })
      const { run } = await connection.request('runs.start', {
        path,
        sha256,
        mode: 'live',
        inputs: {},
        commander: 'Bench',
        environment: 'staging',
        acceptContent: true,
      })
      await connection.request('runs.follow', { run, follow: true })
      const perform = async (
        command: Parameters<typeof connection.request<'runs.command'>>[1]['command'],
      ): Promise<void> => {
        const result = await connection.request('runs.command', { run, actor: 'Bench', command })
        if (!result.ok) throw new Error(result.message)
      }
      for (const target of TARGETS)
        await perform({ type: 'step.begin', step: `print-${target}`, reason: 'a benchmark' })
      const block = async (target: string, number: number, bytes: number): Promise<void> => {
        const done = new Promise<{ readonly kind: string; readonly bytes: number }>((resolve) => {
          ended = resolve
        })
        const id = `print-${target}/${number}`
        await perform({ type: 'block.run', block: id, reason: 'another round' })
        const result = await done
        if (result.kind !== 'exited' || result.bytes !== bytes)
          throw new Error(`${id} ended as ${result.kind} with ${result.bytes} of ${bytes} bytes.`)
      }
      const rate = (milliseconds: number): number => BYTES / MEGABYTE / (milliseconds / 1000)
      const file = join(folder.path, 'printed')
      const command = (words: string): Promise<void> =>
        finish('sh', ['-c', `exec ssh ${reach.join(' ')} 127.0.0.1 "$1" > ${file}`, 'sh', words])
      const flood: Contestant = {
        name: 'ssh HOST … > FILE',
        once: async () => {
          const took = await timed(() => command(COMMAND))
          if (statSync(file).size !== BYTES) throw new Error('ssh wrote too little.')
          return rate(took)
        },
      }
      return {
        comparisons: [
          ...(await compare({
            benchmark: 'recorded flood over SSH',
            unit: 'MB/s',
            better: 'more',
            rounds: ROUNDS,
            subjects: TARGETS.map((target) => ({
              name: `Muster, a block (${target})`,
              once: async () => rate(await timed(() => block(target, 1, BYTES))),
            })),
            baselines: [flood],
          })),
          ...(await compare({
            benchmark: 'a block over SSH, start to end',
            unit: 'ms',
            better: 'less',
            rounds: ROUNDS * 2,
            subjects: TARGETS.map((target) => ({
              name: `Muster, true (${target})`,
              once: () => timed(() => block(target, 2, 0)),
            })),
            baselines: [{ name: 'ssh HOST true', once: () => timed(() => command('true')) }],
          })),
        ],
        missing: [],
      }
    } finally {
      master.kill()
      connection.close()
      await muster.close()
      await sshd.close()
      folder.remove()
    }
  },
}
