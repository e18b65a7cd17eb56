import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { startHosts, type Hosts } from '../harness/hosts.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { giveReason, nextIs, openWindow, settled, type Window } from './run-support.ts'

/** A block on several hosts in the run screen, by keyboard: each host's row, its output and gates, one stopped, some again. */

let folder: TemporaryFolder
let hosts: Hosts
let window: Window
let run: string

/** A file that a block waits for or looks at, as its path. */
const flag = (name: string): string => join(folder.path, name)

function book(): string {
  return `---
runbook: 1
title: Drain the web servers
kind: maintenance
targets: { web: { ssh: web } }
---
# Drain the web servers

## Drain

### Take them out

\`\`\`yaml step
id: out
on: web
strategy: { kind: rolling, batch: 2, max-failures: 1 }
\`\`\`

\`\`\`bash run
echo "drains $SSH_CONNECTION"
if ${hosts.is('web-2')} && ! test -e ${flag('mended')}; then echo "no such pool" >&2; exit 4; fi
if ${hosts.is('web-3')}; then until test -e ${flag('third')}; do sleep 0.05; done; fi
\`\`\`

### Look long

\`\`\`yaml step
id: long
on: web
\`\`\`

\`\`\`bash run
echo "$SSH_CONNECTION" >> ${flag('long')}
if ${hosts.is('web-2')}; then exec sleep 600; fi
until test -e ${flag('enough')}; do sleep 0.05; done
\`\`\`

### Restart them

\`\`\`yaml step
id: restart
on: web
risk: destructive
approve: { role: commander }
\`\`\`

\`\`\`bash run
echo "restarted"
\`\`\`
`
}

/** Waits until a panel with this heading is open and its first field or button has the focus. */
async function panelIs(heading: string | RegExp): Promise<void> {
  const { page } = window
  const panel = page.locator('[data-panel]', { has: page.getByRole('heading', { name: heading }) })
  await panel.locator(':focus').waitFor()
}

beforeAll(async () => {
  folder = temporaryFolder('hosts')
  hosts = await startHosts(join(folder.path, 'sshd'), 4)
  window = await openWindow()
  await window.request('connections.saveEnvironment', { name: 'production', production: true })
  await window.request('connections.save', {
    environment: 'production',
    profile: hosts.profile({ transport: 'ssh2' }),
  })
})
afterAll(async () => {
  await window?.close()
  await hosts?.close()
  folder?.remove()
})

async function accessible(): Promise<void> {
  expect(await accessibilityProblems(window.page)).toEqual([])
}

/** Waits until a host of the shown attempt looks like this. */
async function looks(host: string, look: string): Promise<void> {
  await window.page.locator(`[data-hosts] [data-host="${host}"][data-look="${look}"]`).waitFor()
}

/** Chooses a host with the keys of the list, which has the focus. */
async function choose(host: string): Promise<void> {
  const { page } = window
  await page.locator('[data-hosts]').focus()
  await page.keyboard.press('Home')
  await page.locator('[data-shown-host="web-1"]').waitFor()
  for (let at = 1; at < Number(host.slice('web-'.length)); at++) {
    await page.keyboard.press('ArrowDown')
    await page.locator(`[data-shown-host="web-${at + 1}"]`).waitFor()
  }
}

test('each host has a row with its state, and the chosen one its output and gates', async () => {
  const { page } = window
  ;({ run } = await window.start(book(), { environment: 'production' }))
  await page.getByRole('heading', { name: 'Take them out' }).waitFor()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await nextIs(page, 'Run')
  await page.keyboard.press('Enter')
  await looks('web-1', 'passed')
  await looks('web-2', 'failed')
  await looks('web-3', 'running')
  await accessible()
  // What went wrong is what one sees first.
  const shown = page.locator('[data-shown-host]')
  await page.locator('[data-shown-host="web-2"]').waitFor()
  await shown.getByText('no such pool').waitFor()
  await shown.getByText('exited with code 4').waitFor()

  await choose('web-3')
  await page.keyboard.press('Enter')
  const tab = page.getByRole('tab', { selected: true })
  await tab.filter({ hasText: 'web-3: ' }).waitFor()
  await page.locator('.xterm-screen').waitFor()
  await page.getByTitle('Find in this output').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Find in this output' }).fill('drains')
  await until('what the host writes is shown', async () => {
    await page.keyboard.press('Enter')
    return (await page.getByText('Not found in what is shown').count()) === 0
  })

  writeFileSync(flag('third'), '')
  await looks('web-3', 'passed')
  await looks('web-4', 'passed')
  await choose('web-1')
  await shown.getByText('drains').waitFor()
  await page.keyboard.press('Enter')
  await tab.filter({ hasText: 'web-1: ' }).filter({ hasText: 'recorded' }).waitFor()
  await accessible()
})

test('only the hosts that did not pass run again', async () => {
  const { page } = window
  writeFileSync(flag('mended'), '')
  await page.locator('[data-region="step"]').focus()
  await nextIs(page, 'Run again on 1 host')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Look long' }).waitFor()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('k')
  await page.getByRole('heading', { name: 'Take them out' }).waitFor()
  await page.getByText('Show 1 earlier attempt').waitFor()
  expect(await page.locator('[data-hosts] [data-host]').allTextContents()).toHaveLength(1)
  await looks('web-2', 'passed')
})

test('one host is stopped alone, then all of them', async () => {
  const { page } = window
  await page.keyboard.press('.')
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await nextIs(page, 'Run')
  await page.keyboard.press('Enter')
  await looks('web-2', 'running')
  await until('it runs everywhere', () => existsSync(flag('long')))
  await choose('web-2')
  await page.getByRole('button', { name: 'Stop it on web-2…' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Stop the run on web-2 alone' }).waitFor()
  await accessible()
  await page.keyboard.press('2')
  await looks('web-2', 'unknown')
  await looks('web-1', 'running')
  await settled(page)

  await page.locator('[data-region="step"]').focus()
  await page.keyboard.press('s')
  await page.getByRole('heading', { name: 'Stop the run on all hosts of web' }).waitFor()
  await page.keyboard.press('2')
  await looks('web-1', 'unknown')
  await looks('web-4', 'unknown')
  await nextIs(page, 'Settle the unknown outcome')
  await accessible()
})

test('what became of one host, and of the others alike, is said by a person', async () => {
  const { page } = window
  await page.locator('[data-region="step"]').focus()
  await choose('web-2')
  await page.getByRole('button', { name: 'Settle web-2…' }).focus()
  await page.keyboard.press('Enter')
  await panelIs('Nobody knows how this ended on web-2')
  await accessible()
  await page.keyboard.press('2')
  const terminal = page.getByRole('tab', { selected: true }).filter({ hasText: 'on web-2' })
  await terminal.waitFor()
  await page.waitForFunction(() => document.activeElement?.closest('.xterm') !== null)
  await page.keyboard.type(`echo "$SSH_CONNECTION" > ${flag('typed')}`)
  await page.keyboard.press('Enter')
  await until('it is typed there', () => existsSync(flag('typed')))
  expect(readFileSync(flag('typed'), 'utf8')).toContain(' 127.0.1.2 ')
  await page.locator('[data-panel] button').first().focus()
  await page.keyboard.press('4')
  await giveReason(page, 'The queue of web-2 is as it was.')
  await looks('web-2', 'gave-up')
  await page.locator('[data-shown-host="web-2"]').getByText('Ann settled it as failed').waitFor()

  await page.locator('[data-region="step"]').focus()
  await nextIs(page, 'Settle the unknown outcome')
  await page.keyboard.press('Enter')
  await panelIs('Nobody knows how this ended on web-1')
  await page.getByRole('checkbox', { name: /other 2 hosts/u }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('3')
  await page.getByText('How do you know that it is done on 3 hosts?').waitFor()
  await giveReason(page, 'Their queues are empty.')
  for (const host of ['web-1', 'web-3', 'web-4']) await looks(host, 'done')
  await nextIs(page, 'Run again on 1 host')
  await accessible()
})

test('an approval names the hosts, and the timeline opens the output of each', async () => {
  const { page } = window
  writeFileSync(flag('enough'), '')
  await page.locator('[data-region="step"]').focus()
  await page.keyboard.press('j')
  await page.getByRole('heading', { name: 'Restart them' }).waitFor()
  await nextIs(page, 'Begin the step')
  await page.keyboard.press('Enter')
  await giveReason(page, 'web-2 is looked after by somebody else.')
  await nextIs(page, 'Approve')
  await page.keyboard.press('Enter')
  await panelIs('Approve this text on web')
  const panel = page.locator('[data-panel]')
  await panel.getByText('web-1, web-2, web-3, web-4').waitFor()
  await page.keyboard.type('Ann')
  await page.getByRole('button', { name: 'Approve as Ann' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Run it on web' }).waitFor()
  await accessible()
  await page.getByRole('button', { name: 'Run it on web' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Look long' }).waitFor()

  const folded = page.getByRole('button', { name: 'Unfold the timeline' })
  await folded.focus()
  await page.keyboard.press('Enter')
  const line = page
    .locator('[data-type="block.host-finished"]')
    .filter({ hasText: 'web-4: The command of “Restart them” passed' })
  await line.getByRole('button', { name: 'Output' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { selected: true }).filter({ hasText: 'web-4: ' }).waitFor()
  await page
    .locator('[data-type="block.finished"]')
    .filter({ hasText: 'passed on all of 4 hosts' })
    .waitFor()
  await accessible()
})

test('when the run is over its hosts are read, and nothing can be done with them', async () => {
  const { page } = window
  const answer = await window.request('runs.command', {
    run,
    actor: 'Ann',
    command: { type: 'run.abort', reason: 'The servers are replaced.' },
  })
  expect(answer.ok).toBe(true)
  await page.getByRole('region', { name: 'Result' }).waitFor()
  await page.evaluate((id) => {
    globalThis.location.hash = `#/runs/${id}/long`
  }, run)
  await page.getByRole('heading', { name: 'Look long' }).waitFor()
  await choose('web-3')
  await page.locator('[data-shown-host="web-3"]').getByText('Their queues are empty.').waitFor()
  expect(await page.getByRole('button', { name: /^(?:Settle|Stop|Terminal)/u }).count()).toBe(0)
  await accessible()
})
