import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { until } from '../../../harness/until.ts'
import { musterFolder, type Folder } from '../muster.ts'

vi.setConfig({ testTimeout: 90_000 })

let folder: Folder
beforeEach(() => {
  folder = musterFolder()
})
afterEach(async () => {
  await folder.remove()
})

test('which program is waited for is said beside the answer', async () => {
  const server = createServer((_request, response) => response.end('fine')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const touched = join(folder.path, 'touched')
  const slow = folder.file(
    'slow',
    `#!/bin/sh\nuntil [ -e "$1" ]; do sleep 0.05; done\necho t0ken\n`,
  )
  try {
    folder.file(
      'data/connections.yaml',
      `connections: 1
environments:
  staging:
    profiles:
      vault: { http: "http://127.0.0.1:${port}", bearer: { command: [sh, ${slow}, ${touched}] } }
`,
    )
    const started = folder.terminal(['connections', 'test', 'vault'])
    await started.sees(/muster: vault \(staging\): waiting for sh, which gives the token /u)
    folder.file('touched', '')
    expect(await started.ended).toBe(0)
    await until('nothing of the secret is shown', () => !started.screen().includes('t0ken'))
  } finally {
    server.close()
  }
})
