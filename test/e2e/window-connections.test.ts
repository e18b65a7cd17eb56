import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../harness/accessibility.ts'
import { startSshd, type Sshd } from '../harness/sshd.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'
import { nextIs, openWindow, type Window } from './run-support.ts'

/** From an empty list of connections to a command on a real host, in the window. */

const folder = temporaryFolder('window-connections')
const knownHosts = join(folder.path, 'known_hosts')
const book = join(folder.path, 'book.md')
let sshd: Sshd
let window: Window

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
  window = await openWindow()
  writeFileSync(
    book,
    `---
runbook: 1
title: Look at the host
kind: maintenance
targets: { db: { ssh: db-a } }
---
# Look at the host

## Look

### Who am I there

\`\`\`yaml step
id: who
on: db
\`\`\`

\`\`\`bash run
echo "on the host as $(id -un)"
\`\`\`
\`\`\`text expect match=contains
on the host as
\`\`\`
`,
  )
})
afterAll(async () => {
  await window?.close()
  await sshd?.close()
  folder.remove()
})

async function show(address: string): Promise<void> {
  await window.page.evaluate((hash) => {
    globalThis.location.hash = hash
  }, address)
}

async function accessible(): Promise<void> {
  expect(await accessibilityProblems(window.page)).toEqual([])
}

test('an environment and a profile are added in the window', async () => {
  const { page } = window
  await page.getByRole('link', { name: 'Library' }).waitFor()
  await page.getByText('Is this laptop ready for an incident?').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('n')
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor()
  await page.getByText('There is no environment yet').waitFor()
  await accessible()
  await page.getByLabel('New environment').fill('production')
  expect(await page.getByLabel('It is production').isChecked()).toBe(true)
  await page.getByRole('button', { name: 'Add the environment' }).click()
  await page.getByText('PRODUCTION', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Add a profile…' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Use letters, digits').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('db-a')
  await page.getByLabel('Hosts', { exact: true }).fill('127.0.0.1')
  await page.getByLabel('User', { exact: true }).fill(sshd.user)
  await page.getByLabel('Port', { exact: true }).fill(String(sshd.port))
  await page.getByLabel('Key files', { exact: true }).fill(sshd.identity)
  const password = page.getByLabel('Password', { exact: true })
  await password.selectOption('an environment variable')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Write its name, in one word.').waitFor()
  await page.getByLabel('Password: Name of the variable').fill('ORDERS_PASSWORD')
  await accessible()
  await password.selectOption('not needed')
  await accessible()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(`ssh ${sshd.user}@127.0.0.1:${sshd.port}`).waitFor()
  // What the form has no field for is kept when the file is edited by hand.
  const { file } = await window.request('connections.list', {})
  const text = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    text.replace(
      '        ssh: 127.0.0.1\n',
      `        ssh: 127.0.0.1\n        known-hosts: ${knownHosts}\n        config: /dev/null\n        agent: false\n`,
    ),
  )
})

test('a test shows each stage, and an unknown host is a question that nothing overlooks', async () => {
  const { page } = window
  await page.getByRole('button', { name: 'Test db-a' }).click()
  const prompt = page.getByRole('alertdialog', { name: 'A connection asks' })
  await prompt.getByText(sshd.fingerprint()).waitFor()
  await accessible()
  await prompt.getByRole('button', { name: 'No, stop' }).click()
  await prompt.waitFor({ state: 'detached' })
  await page.getByText('Not reached.').waitFor()
  await page.getByText('nobody accepted it').first().waitFor()
  await page.getByRole('button', { name: 'Test db-a' }).click()
  await prompt.getByRole('button', { name: 'It is right, remember it' }).click()
  await page.getByText('Reached.').waitFor()
  await page.getByText('Host key', { exact: true }).waitFor()
  await page.getByText('Linux').first().waitFor()
  await accessible()
})

test('the start page tries the targets while one reads, and the run records where they led', async () => {
  const { page } = window
  await window.request('library.add', { path: book })
  await show(`#/start/${encodeURIComponent(book)}`)
  await page
    .getByText('This target needs')
    .or(page.getByText('cannot be resolved'))
    .first()
    .waitFor()
  await page.getByLabel('Environment').selectOption('production')
  await page.getByText('127.0.0.1 answers.').waitFor()
  await accessible()
  await page.getByLabel('Commander').fill('Ann')
  await page.getByRole('checkbox', { name: /I have read/u }).check()
  await page.getByRole('button', { name: 'Start live run' }).click()
  await page.locator('[data-run]').waitFor()
  const run = decodeURIComponent(new URL(page.url()).hash.replace('#/runs/', ''))
  await page.locator('[data-primary]').click()
  await nextIs(page, /Run/u)
  await page.locator('[data-primary]').click()
  const events = await until('the block has ended', async () => {
    const all = await window.events(run)
    return all.some(({ type }) => type === 'block.finished') && all
  })
  expect(events.find(({ type }) => type === 'run.started')?.data).toMatchObject({
    environment: 'production',
    production: true,
    connections: { db: { profile: 'db-a' } },
  })
  expect(events.find(({ type }) => type === 'block.finished')?.data).toMatchObject({
    passed: true,
    place: `ssh ${sshd.user}@127.0.0.1:${sshd.port}`,
  })
})

test('a mistake in the file is said where a run begins, and does not turn the environment into none', async () => {
  const { page } = window
  const { file } = await window.request('connections.list', {})
  const before = readFileSync(file, 'utf8')
  const targets = page.getByRole('region', { name: 'Targets' })
  try {
    writeFileSync(file, before.replace('environments:', 'environments: ]'))
    await show(`#/start/${encodeURIComponent(book)}`)
    await targets.getByRole('alert').getByText('connections.yaml has a mistake at').waitFor()
    // It was chosen last time; without it the name would be taken for an alias of ssh.
    expect(await page.getByLabel('Environment').inputValue()).toBe('production')
    await targets.getByText('and cannot be used').waitFor()
    await accessible()
    await show('#/connections')
    await page.getByText('Nothing in the file can be used before that is mended').waitFor()
  } finally {
    writeFileSync(file, before)
  }
  await show(`#/start/${encodeURIComponent(book)}`)
  await page.getByText('127.0.0.1 answers.').waitFor()
  expect(await targets.getByRole('alert').count()).toBe(0)
})

test('a changed host key is refused in words, with no way around it', async () => {
  const { page } = window
  await sshd.restart(true)
  await show('#/connections')
  await page.getByRole('button', { name: 'Test db-a' }).click()
  await page.getByText('is not the one that is known').first().waitFor()
  expect(await page.getByRole('alertdialog').count()).toBe(0)
})

test('a run begins without a target only after that was said', async () => {
  const { page } = window
  await show(`#/start/${encodeURIComponent(book)}`)
  const without = page.getByRole('checkbox', { name: 'db is not reached. Start all the same' })
  await without.waitFor()
  await page.getByLabel('Commander').fill('Ann')
  await page.getByRole('button', { name: 'Start live run' }).click()
  await page.getByRole('alert').getByText('say below that you start without').waitFor()
  expect(await page.locator('[data-run]').count()).toBe(0)
  await accessible()
  await without.check()
  await page.getByRole('button', { name: 'Start live run' }).click()
  await page.locator('[data-run]').waitFor()
})

test('what few profiles need is in the form, and the mark of production is changed after a question', async () => {
  const { page } = window
  await show('#/connections')
  await page.getByRole('button', { name: 'Add a profile…' }).focus()
  await page.keyboard.press('Enter')
  const form = page.locator('form', { has: page.getByRole('button', { name: 'Save' }) })
  await form.getByLabel('Kind').selectOption('redis')
  await form.getByLabel('Name', { exact: true }).fill('sessions')
  await form.getByText('Sentinel and cluster').focus()
  await page.keyboard.press('Enter')
  await form.getByLabel('Sentinels', { exact: true }).fill('s-1:26379, s-2:26379')
  await form.getByText('Encryption').focus()
  await page.keyboard.press('Enter')
  await form.getByLabel('Client certificate', { exact: true }).fill('/etc/muster/client.pem')
  await form.getByLabel('Key of the client certificate').fill('/etc/muster/client.key')
  await form.getByRole('button', { name: 'Save' }).focus()
  await page.keyboard.press('Enter')
  await form.getByText('This is needed.').waitFor()
  await accessible()
  await form.getByLabel('Name of the primary').fill('main')
  await form.getByRole('button', { name: 'Save' }).focus()
  await page.keyboard.press('Enter')
  await form.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Edit sessions' }).focus()
  await page.keyboard.press('Enter')
  expect(await form.getByLabel('Sentinels', { exact: true }).inputValue()).toBe(
    's-1:26379, s-2:26379',
  )
  await form.getByRole('button', { name: 'Cancel' }).focus()
  await page.keyboard.press('Enter')
  const { environments } = await window.request('connections.list', {})
  expect(environments[0]?.profiles.find(({ name }) => name === 'sessions')).toEqual({
    kind: 'redis',
    name: 'sessions',
    sentinel: { master: 'main', nodes: ['s-1:26379', 's-2:26379'] },
    tls: { certificate: '/etc/muster/client.pem', key: '/etc/muster/client.key' },
  })

  const section = page.getByRole('region', { name: 'production' })
  await section.getByRole('button', { name: 'Take the mark of production' }).focus()
  await page.keyboard.press('Enter')
  await section.getByText('Nothing will warn').waitFor()
  await accessible()
  await section.getByRole('button', { name: 'production is not production' }).focus()
  await page.keyboard.press('Enter')
  await section.getByRole('button', { name: 'Mark production as production' }).waitFor()
  await section.getByText('PRODUCTION', { exact: true }).waitFor({ state: 'detached' })
  await section.getByRole('button', { name: 'Mark production as production' }).focus()
  await page.keyboard.press('Enter')
  await section.getByText('PRODUCTION', { exact: true }).waitFor()
})

test('a program that gives a secret and takes its time is named, here and to a window that comes late', async () => {
  const { page } = window
  const server = createServer((_request, response) => response.end('fine')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const touched = join(folder.path, 'touched')
  try {
    await window.request('connections.save', {
      environment: 'production',
      profile: {
        kind: 'http',
        name: 'vault',
        url: `http://127.0.0.1:${port}`,
        bearer: {
          from: 'command',
          command: ['sh', '-c', 'until [ -e "$0" ]; do sleep 0.05; done; echo t0ken', touched],
        },
      },
    })
    await show('#/connections')
    await page.getByRole('button', { name: 'Test vault' }).click()
    const said = page.getByText(
      /^vault \(production\): waiting for sh, which gives the token .*\.$/u,
    )
    await said.waitFor()
    await accessible()
    const late = await window.context.newPage()
    await late.goto(page.url())
    await late.getByText('waiting for sh').waitFor()
    await late.close()
    writeFileSync(touched, '')
    await said.waitFor({ state: 'detached' })
  } finally {
    server.close()
  }
})
