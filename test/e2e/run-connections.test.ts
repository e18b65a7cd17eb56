import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { startSshd, type Sshd } from '../harness/sshd.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { nextIs, openWindow, type Window } from './run-support.ts'

/** What the run screen says of a connection that is lost and made anew, over a real sshd. */

let folder: TemporaryFolder
let sshd: Sshd
let window: Window

beforeAll(async () => {
  folder = temporaryFolder('lost')
  sshd = await startSshd(join(folder.path, 'sshd'))
  window = await openWindow()
  await window.request('connections.saveEnvironment', { name: 'staging', production: false })
  await window.request('connections.save', {
    environment: 'staging',
    profile: sshd.profile({ name: 'edge', transport: 'ssh2' }),
  })
})
afterAll(async () => {
  await window?.close()
  await sshd?.close()
  folder?.remove()
})

test('a lost connection is said with the next try, and goes from the screen when it is there again', async () => {
  const { page } = window
  const began = join(folder.path, 'began')
  await window.start(
    `---
runbook: 1
title: Reload the edge
kind: maintenance
targets: { web: { ssh: edge } }
---
# Reload the edge

## Edge

### Reload

\`\`\`yaml step
id: reload
on: web
\`\`\`

\`\`\`bash run
touch ${began}; sleep 600
\`\`\`
`,
    { environment: 'staging' },
  )
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await nextIs(page, 'Run')
  await page.keyboard.press('Enter')
  await until('the block is at work', () => existsSync(began))

  const { pid } = sshd
  const lost = page.getByRole('region', { name: 'Lost connections' })
  // Nobody is there to answer for a while: the tries are seen to fail.
  process.kill(pid, 'SIGSTOP')
  sshd.cutConnections()
  await lost.getByText(/web: The connection to 127\.0\.0\.1 was lost at .*Trying again/u).waitFor()
  await lost.getByText('Nothing is sent again by itself').waitFor()
  await page.getByRole('region', { name: 'Unknown outcomes' }).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])

  process.kill(pid, 'SIGCONT')
  await lost.waitFor({ state: 'detached' })
  await page.getByRole('region', { name: 'Unknown outcomes' }).waitFor()
})
