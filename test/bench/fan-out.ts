import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compose } from '../../main/hosts/compose.ts'
import { createConnections } from '../../main/connections/profiles/connections-file.ts'
import { startHosts } from '../harness/hosts.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, timed, type Benchmark, type Contestant } from './measure.ts'
import { ensureProgram, finish } from './programs.ts'

/**
 * A health check on a hundred hosts, from the first connection to the last result: through the whole engine, with intent
 * and result of every host on disk, against two tools that are made for it. All may have 32 hosts in hand.
 */

const HOSTS = 100
const AT_ONCE = 32
const ROUNDS = 3
const CHECK = 'test -d /'

const RUNBOOK = `---
runbook: 1
title: Fan-out
kind: maintenance
targets: { web: { ssh: web } }
---
# Fan-out

## Look
### Look everywhere
\`\`\`yaml step
id: look
on: web
\`\`\`
\`\`\`bash check
${CHECK}
\`\`\`
`

export const fanOut: Benchmark = {
  name: 'fan-out',
  async run() {
    const folder = temporaryFolder('bench-fan-out')
    const hosts = await startHosts(join(folder.path, 'sshd'), HOSTS)
    const data = join(folder.path, 'data')
    mkdirSync(data)
    const path = join(folder.path, 'fan-out.md')
    writeFileSync(path, RUNBOOK)
    const { user, identityFiles, knownHostsFiles, configFile } = hosts.profile()
    const connections = createConnections(data)
    for (const transport of ['ssh2', 'openssh'] as const) {
      connections.saveEnvironment({ name: transport, production: false })
      connections.save(transport, hosts.profile({ transport }))
    }
    let ended: (passed: boolean) => void = () => undefined
    const muster = compose({ data, host: 'cli', version: '0.0.0', folders: [] })
    const connection = muster.engine.connect({
      push(push) {
        if (push.push !== 'run.events') return
        for (const { type, data: event } of push.data.events)
          if (type === 'block.finished') ended(event.passed)
      },
    })
    await connection.request('library.add', { path })
    const { sha256 } = await connection.request('library.read', { path })

    /** A run of its own each time: no connection stands already. */
    const everywhere = async (environment: string): Promise<number> => {
      const { run } = await connection.request('runs.start', {
        path,
        sha256,
        mode: 'live',
        inputs: {},
        commander: 'Bench',
        environment,
        acceptContent: true,
      })
      await connection.request('runs.follow', { run, follow: true })
      const command = async (
        given: Parameters<typeof connection.request<'runs.command'>>[1]['command'],
      ): Promise<void> => {
        const result = await connection.request('runs.command', {
          run,
          actor: 'Bench',
          command: given,
        })
        if (!result.ok) throw new Error(result.message)
      }
      await command({ type: 'step.begin', step: 'look' })
      const took = await timed(async () => {
        const done = new Promise<boolean>((resolve) => {
          ended = resolve
        })
        await command({ type: 'block.run', block: 'look/1' })
        if (!(await done)) throw new Error('A host did not pass.')
      })
      await command({ type: 'run.finish' })
      return took
    }

    // What Muster has from its profile stands in a configuration of ssh for the others.
    const configuration = join(folder.path, 'ssh_config')
    writeFileSync(
      configuration,
      `${readFileSync(configFile ?? '/dev/null', 'utf8')}
Host *
  User ${user ?? 'root'}
  IdentityFile ${identityFiles?.[0] ?? ''}
  IdentitiesOnly yes
  UserKnownHostsFile ${(knownHostsFiles ?? []).join(' ')}
  ControlMaster no
`,
    )
    const inventory = join(folder.path, 'inventory')
    writeFileSync(inventory, `${hosts.names.join('\n')}\n`)
    const missing: string[] = []
    const baselines: Contestant[] = []
    const ansible = ensureProgram('ansible', 'ansible-core')
    if (ansible === true) {
      const once = (): Promise<void> =>
        finish(
          'ansible',
          [
            'all',
            '-i',
            inventory,
            '-f',
            String(AT_ONCE),
            '-m',
            'raw',
            '-a',
            CHECK,
            `--ssh-common-args=-F ${configuration}`,
          ],
          folder.path,
        )
      baselines.push({ name: `ansible -m raw -f ${AT_ONCE}`, once: () => timed(once) })
    } else missing.push(`ansible: ${ansible}`)
    const clush = ensureProgram('clush', 'clustershell')
    if (clush === true) {
      const once = (): Promise<void> =>
        finish('clush', [
          '-f',
          String(AT_ONCE),
          '-w',
          hosts.names.join(','),
          '-o',
          `-F ${configuration}`,
          '-S',
          CHECK,
        ])
      baselines.push({ name: `clush -f ${AT_ONCE}`, once: () => timed(once) })
    } else missing.push(`clush: ${clush}`)

    try {
      return {
        comparisons: await compare({
          benchmark: `a check on ${HOSTS} hosts, cold`,
          unit: 'ms',
          better: 'less',
          rounds: ROUNDS,
          subjects: (['ssh2', 'openssh'] as const).map((transport) => ({
            name: `Muster (${transport})`,
            once: () => everywhere(transport),
          })),
          baselines,
        }),
        missing,
      }
    } finally {
      connection.close()
      await muster.close()
      await hosts.close()
      folder.remove()
    }
  },
}
