import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compose } from '../../main/hosts/compose.ts'
import { createConnections } from '../../main/connections/profiles/connections-file.ts'
import { startHosts } from '../harness/hosts.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { compare, timed, type Benchmark } from './measure.ts'
import { ensureProgram, finish } from './programs.ts'

/** Fifty targets tried before a run, with every stage told, against as many ssh commands, sixteen at a time for both. */

const TARGETS = 50
const AT_ONCE = 16
const ROUNDS = 3

export const preflight: Benchmark = {
  name: 'preflight',
  async run() {
    const here = ensureProgram('ssh', 'openssh-client')
    if (here !== true) return { comparisons: [], missing: [`ssh: ${here}`] }
    const folder = temporaryFolder('bench-preflight')
    const hosts = await startHosts(join(folder.path, 'sshd'), TARGETS)
    const data = join(folder.path, 'data')
    mkdirSync(data)
    const { identityFiles, knownHostsFiles, configFile } = hosts.profile()
    const connections = createConnections(data)
    connections.saveEnvironment({ name: 'staging', production: false })
    for (const name of hosts.names)
      connections.save('staging', hosts.profile({ name, hosts: [name], transport: 'ssh2' }))
    const path = join(folder.path, 'preflight.md')
    const targets = hosts.names.map((name) => `  ${name}: { ssh: ${name} }`).join('\n')
    const steps = hosts.names
      .map((name) => `\n### Look at ${name}\n\n\`\`\`bash check on=${name}\ntrue\n\`\`\`\n`)
      .join('')
    writeFileSync(
      path,
      `---\nrunbook: 1\ntitle: Preflight\nkind: maintenance\ntargets:\n${targets}\n---\n# Preflight\n\n## Look\n${steps}`,
    )
    const configuration = join(folder.path, 'ssh_config')
    writeFileSync(
      configuration,
      `${readFileSync(configFile ?? '/dev/null', 'utf8')}
Host *
  IdentityFile ${identityFiles?.[0] ?? ''}
  IdentitiesOnly yes
  UserKnownHostsFile ${(knownHostsFiles ?? []).join(' ')}
  ControlMaster no
`,
    )
    const muster = compose({ data, host: 'cli', version: '0.0.0', folders: [] })
    const connection = muster.engine.connect({ push: () => undefined })
    let probes = 0
    try {
      await connection.request('library.add', { path })
      return {
        comparisons: await compare({
          benchmark: `preflight of ${TARGETS} targets`,
          unit: 'ms',
          better: 'less',
          rounds: ROUNDS,
          subjects: [
            {
              name: 'Muster, runs.preflight',
              once: () =>
                timed(async () => {
                  probes += 1
                  const results = await connection.request('runs.preflight', {
                    probe: `probe-${probes}`,
                    path,
                    environment: 'staging',
                  })
                  const reached = results.filter(({ probe }) => probe?.ok === true).length
                  if (reached !== TARGETS) throw new Error(`${reached} of ${TARGETS} were reached.`)
                }),
            },
          ],
          baselines: [
            {
              name: `xargs -P ${AT_ONCE} ssh HOST uname`,
              once: () =>
                timed(() =>
                  finish('sh', [
                    '-c',
                    `printf '%s\\n' "$@" | xargs -P ${AT_ONCE} -I{} ssh -F ${configuration} {} uname -srm > /dev/null`,
                    'sh',
                    ...hosts.names,
                  ]),
                ),
            },
          ],
        }),
        missing: [],
      }
    } finally {
      connection.close()
      await muster.close()
      await hosts.close()
      folder.remove()
    }
  },
}
