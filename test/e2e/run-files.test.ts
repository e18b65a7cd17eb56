import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy.ts'
import { startSshd, type Sshd } from '../harness/sshd.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { nextIs, openWindow, type Window } from './run-support.ts'

/** Files in the run screen, over a real sshd: what goes where, how far it is, its digest, and what is kept. */

let folder: TemporaryFolder
let sshd: Sshd
let proxy: FaultProxy
let window: Window
const path = (name: string): string => join(folder.path, name)
const LOG = 'one line of a log\n'.repeat(200_000)

function book(): string {
  return `---
runbook: 1
title: Exchange the configuration
kind: maintenance
inputs:
  ORDER: { label: Order }
  TOKEN: { label: Token, secret: true }
targets: { web: { ssh: web }, slow: { ssh: slow } }
---
# Exchange the configuration

## Exchange

### Say what it is

\`\`\`yaml step
id: say
on: web
\`\`\`

\`\`\`bash run
echo "order $ORDER with \${TOKEN:+a token} at $HOME"
\`\`\`

### Send it

\`\`\`yaml step
id: send
on: web
risk: caution
\`\`\`

\`\`\`yaml upload
from: ${path('app.conf')}
to: ${path('there')}-{{ORDER}}.conf
mode: "0640"
\`\`\`

### Collect the log

\`\`\`yaml step
id: collect
on: web
\`\`\`

\`\`\`yaml download
from: ${path('web.log')}
name: web.log
\`\`\`

### Send the image

\`\`\`yaml step
id: image
on: slow
risk: caution
\`\`\`

\`\`\`yaml upload
from: ${path('image.bin')}
to: ${path('there.bin')}
\`\`\`
`
}

beforeAll(async () => {
  folder = temporaryFolder('files')
  writeFileSync(path('app.conf'), 'pool = 4\n')
  writeFileSync(path('web.log'), LOG)
  sshd = await startSshd(path('sshd'))
  proxy = await startFaultProxy(sshd.port)
  const known = readFileSync(sshd.knownHosts, 'utf8')
  // The same host by another port.
  appendFileSync(sshd.knownHosts, known.replaceAll(`:${sshd.port} `, `:${proxy.port} `))
  writeFileSync(path('image.bin'), Buffer.alloc(20_000_000, 7))
  window = await openWindow()
  await window.request('connections.saveEnvironment', { name: 'staging', production: false })
  await window.request('connections.save', {
    environment: 'staging',
    profile: sshd.profile({ name: 'web', transport: 'ssh2' }),
  })
  await window.request('connections.save', {
    environment: 'staging',
    profile: sshd.profile({ name: 'slow', transport: 'ssh2', port: proxy.port }),
  })
})
afterAll(async () => {
  await window?.close()
  await proxy?.close()
  await sshd?.close()
  folder?.remove()
})

async function accessible(): Promise<void> {
  expect(await accessibilityProblems(window.page)).toEqual([])
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

test('the values that go along are shown before a block runs, and a secret is not', async () => {
  const { page } = window
  await window.start(book(), {
    environment: 'staging',
    inputs: { ORDER: '4711', TOKEN: 'tok-secret-9' },
  })
  await page.getByRole('heading', { name: 'Say what it is' }).waitFor()
  const values = page.getByLabel('Values that go along')
  await values.getByText('4711').waitFor()
  await values.getByText('a secret: it is not shown').waitFor()
  expect(await page.content()).not.toContain('tok-secret-9')
  // What the run does not know is the shell's own.
  expect(await values.getByText('$HOME').count()).toBe(0)
  await accessible()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await nextIs(page, 'Run')
  await page.keyboard.press('Enter')
})

test('a file goes up under the name its path has now', async () => {
  const { page } = window
  await page.getByRole('heading', { name: 'Send it' }).waitFor()
  const plan = page.getByLabel('What goes where')
  await plan.getByText(`${path('there')}-4711.conf`).waitFor()
  await plan.getByText('a file that is there is not replaced').waitFor()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await nextIs(page, 'Upload')
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'Collect the log' }).waitFor()
  expect(readFileSync(`${path('there')}-4711.conf`, 'utf8')).toBe('pool = 4\n')
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('k')
  const file = page.getByLabel('The file')
  await file.getByText('all 9 bytes').waitFor()
  await file.getByText(sha256('pool = 4\n')).waitFor()
  await accessible()
})

test('a file that is collected is kept with the run, with its digest', async () => {
  const { page } = window
  await page.keyboard.press('.')
  await page.getByRole('heading', { name: 'Collect the log' }).waitFor()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await nextIs(page, 'Download')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Send the image' }).waitFor()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('k')
  const file = page.getByLabel('The file')
  await file.getByText(sha256(LOG)).waitFor()
  await file.getByText('Kept with the run as web.log').waitFor()
  await accessible()
  expect(existsSync(path('web.log'))).toBe(true)
  await page.keyboard.press('.')
})

test('how far a file is stands in bytes and in words, and one that was given up is not whole', async () => {
  const { page } = window
  await page.getByRole('heading', { name: 'Send the image' }).waitFor()
  await nextIs(page, 'Begin the step')
  // The network is gone in the middle of the file.
  proxy.arm({ kind: 'stall', direction: 'to-server', after: 5_000_000 })
  await page.keyboard.press('Enter')
  await nextIs(page, 'Upload')
  await page.keyboard.press('r')
  const progress = page.getByRole('progressbar', { name: 'How much is sent' })
  await progress.waitFor()
  await page.getByText(/^[\d.,]+ MB of 20\.0 MB sent$/u).waitFor()
  expect(await progress.getAttribute('aria-valuetext')).toContain('of 20.0 MB sent')
  await accessible()
  await nextIs(page, 'Stop')
  await page.keyboard.press('s')
  await page.getByRole('heading', { name: 'Stop the upload on slow' }).waitFor()
  await page.keyboard.press('4')
  await nextIs(page, 'Settle the unknown outcome')
  await page.getByLabel('The file').getByText('of 20.0 MB, not whole').waitFor()
  expect(existsSync(path('there.bin'))).toBe(false)
  await accessible()
})
