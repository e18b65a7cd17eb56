import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HostLines } from '../../../main/hosts/cli/run/host-lines.ts'
import { createConnections } from '../../../main/connections/profiles/connections-file.ts'
import { startHosts, type Hosts } from '../../harness/hosts.ts'
import { musterFolder, type Folder } from './muster.ts'

/** A block on several hosts in a terminal: whose output is whose, one that failed run again, and the record of each. */

vi.setConfig({ testTimeout: 90_000 })

let folder: Folder
let hosts: Hosts
beforeEach(async () => {
  folder = musterFolder()
  hosts = await startHosts(join(folder.path, 'sshd'), 3)
})
afterEach(async () => {
  await hosts.close()
  await folder.remove()
})

test('lines of several hosts never run into each other', () => {
  const one = new HostLines('web-1')
  const two = new HostLines('web-2')
  expect(one.write('half ')).toBe('')
  expect(two.write('whole\r\nnext')).toBe('  web-2 │ whole\n')
  expect(one.write('and half\n')).toBe('  web-1 │ half and half\n')
  expect(two.end()).toBe('  web-2 │ next\n')
  expect(one.end()).toBe('')
  expect(one.write('x'.repeat(9000)).length).toBeGreaterThan(9000)
})

test('in a terminal: hosts are named, the failed one is run again, and show has each', async () => {
  const mended = join(folder.path, 'mended')
  mkdirSync(folder.data, { recursive: true })
  const connections = createConnections(folder.data)
  connections.saveEnvironment({ name: 'staging', production: false })
  connections.save('staging', hosts.profile({ transport: 'ssh2' }))
  const path = folder.file(
    'web.md',
    `---\nrunbook: 1\ntitle: Web\nkind: maintenance\ntargets: { web: { ssh: web } }\n---\n# Web\n\n## P\n\n### Drain\n\n\`\`\`yaml step\nid: drain\non: web\nstrategy: { kind: rolling, batch: 2, max-failures: 1 }\n\`\`\`\n\n\`\`\`bash run\necho "draining"\nif ${hosts.is('web-2')} && ! test -e ${mended}; then exit 4; fi\n\`\`\`\n`,
  )
  const terminal = folder.terminal(['run', path, '--environment', 'staging', '--trust'])
  await terminal.sees('3 hosts, rolling by 2, up to 1 failures: web-1, web-2, web-3')
  await terminal.sees('› ')
  terminal.types('run')
  await terminal.sees('web-1 │ draining')
  await terminal.sees('✗ web-2: exited with 4')
  await terminal.sees('› ')
  writeFileSync(mended, '')
  terminal.types('run failed')
  await terminal.sees('web-2 │ draining')
  await terminal.sees('✓ web-2: exited with 0')
  await terminal.sees('› ')
  terminal.types('finish')
  await terminal.sees('finished')
  const document: unknown = JSON.parse((await folder.muster(['show', 'last', '--json'])).out)
  expect(document).toMatchObject({
    status: 'finished',
    steps: [
      {
        state: 'done',
        blocks: [
          {
            hosts: [
              { host: 'web-1', state: 'passed', attempt: 1 },
              { host: 'web-2', state: 'passed', attempt: 2 },
              { host: 'web-3', state: 'passed', attempt: 1 },
            ],
          },
        ],
      },
    ],
  })
})
