import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { BUILT, musterFolder, runbookText, type Folder } from '../hosts/cli/muster.ts'
import { closing, nextFrame } from '../hosts/web/web-host.ts'
import { until } from '../harness/until.ts'

/** `muster serve`, as it was built. */

let folder: Folder
beforeEach(() => {
  folder = musterFolder()
})
afterEach(async () => {
  await folder.remove()
})

const LINK = /Muster is at (http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43})\n/u

async function visit(link: string): Promise<{ status: number; cookie: string }> {
  const response = await fetch(link, { redirect: 'manual' })
  await response.arrayBuffer()
  return {
    status: response.status,
    cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
  }
}

test('prints a link that works once, serves the built window, and ends in order', async () => {
  const served = folder.start(['serve', '--no-open'], { entry: BUILT })
  const link = LINK.exec(await served.says(LINK))?.[1] ?? ''
  const { status, cookie } = await visit(link)
  expect(status).toBe(303)
  expect((await visit(link)).status).toBe(401)
  const window = await fetch(new URL('/', link), { headers: { cookie } })
  expect(window.status).toBe(200)
  const page = await window.text()
  const [, script = ''] = /src="(?:\.)?(\/assets\/[^"]+\.js)"/u.exec(page) ?? []
  const asset = await fetch(new URL(script, link), { headers: { cookie } })
  expect(asset.status).toBe(200)
  expect(asset.headers.get('cache-control')).toContain('immutable')
  await asset.arrayBuffer()
  served.kill('SIGTERM')
  expect((await served.ended).code).toBe(0)
})

test('Enter prints a fresh link and the old one is dead; Ctrl-C ends', async () => {
  const terminal = folder.terminal(['serve', '--no-open'], { entry: BUILT })
  const first = LINK.exec(await terminal.sees(LINK))?.[1] ?? ''
  await terminal.sees('Press Enter for a new one')
  terminal.types('')
  const second = LINK.exec(await terminal.sees(LINK))?.[1] ?? ''
  expect(second).not.toBe(first)
  expect((await visit(first)).status).toBe(401)
  expect((await visit(second)).status).toBe(303)
  terminal.presses('\u0003')
  expect(await terminal.ended).toBe(0)
})

test('the browser is given a file, so that no command line holds the token', async () => {
  const seen = join(folder.path, 'seen')
  const opener = folder.file(
    'bin/xdg-open',
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${seen}.part'\ncat "$1" >> '${seen}.part'\nmv '${seen}.part' '${seen}'\n`,
  )
  chmodSync(opener, 0o755)
  const temporary = join(folder.path, 'temporary')
  folder.file('temporary/.keep', '')
  const served = folder.start(['serve'], {
    entry: BUILT,
    environment: {
      DISPLAY: ':99',
      PATH: `${join(folder.path, 'bin')}:${process.env['PATH'] ?? ''}`,
      TMPDIR: temporary,
    },
  })
  const link = LINK.exec(await served.says(LINK))?.[1] ?? ''
  await until('the opener was called', () => readdirSync(folder.path).includes('seen'))
  const [words = '', ...page] = readFileSync(seen, 'utf8').split('\n')
  expect(words).toMatch(/\/open\.html$/u)
  expect(words).not.toContain('token')
  expect(page.join('\n')).toContain(`content="0; url=${link}"`)
  served.kill('SIGTERM')
  await served.ended
  expect(readdirSync(temporary)).toEqual(['.keep'])
})

test('a port that is taken, and a data folder that cannot be one', async () => {
  const first = folder.start(['serve', '--no-open'], { entry: BUILT })
  const link = LINK.exec(await first.says(LINK))?.[1] ?? ''
  const other = await folder.muster(
    ['serve', '--no-open', '--port', new URL(link).port, '--data', join(folder.path, 'other')],
    { entry: BUILT },
  )
  expect(other.code).toBe(2)
  expect(other.err).toContain('is taken. Leave --port out to use a free one.')
  const file = folder.file('file', '')
  expect((await folder.muster(['serve', '--no-open', '--data', file], { entry: BUILT })).code).toBe(
    5,
  )
  first.kill('SIGINT')
  expect((await first.ended).code).toBe(0)
})

test('beside a run that writes, it serves a read-only view and says so', async () => {
  const file = folder.file(
    'runbook.md',
    runbookText(
      '### Wait\n```yaml step\nid: wait\non: laptop\nrisk: caution\n```\n```bash run\nsleep 60\n```\n',
    ),
  )
  const answers = folder.file('answers.yaml', 'confirm: all\n')
  const running = folder.start(['run', file, '--answers', answers, '--trust', '--json'], {
    entry: BUILT,
  })
  await running.says('"type":"block.started"')
  const served = folder.start(['serve', '--no-open'], { entry: BUILT })
  await served.says(LINK)
  served.kill('SIGTERM')
  const { code, err } = await served.ended
  expect(code).toBe(0)
  expect(err).toMatch(/Another Muster .* is writing to the data folder/u)
  running.kill('SIGTERM')
  expect((await running.ended).code).toBe(3)
})

test('told to end while a block runs, it stops the block and suspends the run', async () => {
  const file = folder.file(
    'runbook.md',
    runbookText(
      '### Wait\n```yaml step\nid: wait\non: laptop\nrisk: caution\n```\n```bash run\nsleep 60\n```\n',
    ),
  )
  const served = folder.start(['serve', '--no-open'], { entry: BUILT })
  const link = LINK.exec(await served.says(LINK))?.[1] ?? ''
  const { cookie } = await visit(link)
  const { host, origin } = new URL(link)
  const socket = new WebSocket(`ws://${host}/socket`, { headers: { cookie, origin } })
  await once(socket, 'open')
  let id = 0
  const ask = async (
    method: string,
    params: object,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const mine = ++id
    const answer = nextFrame(socket, (frame) => frame['id'] === mine)
    socket.send(JSON.stringify({ id: mine, method, params }))
    return z.looseObject({ result: z.looseObject({}) }).parse(await answer).result
  }
  const { sha256 } = await ask('library.read', { path: file })
  const { run } = await ask('runs.start', {
    path: file,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'ana',
    acceptContent: true,
  })
  const command = (command: object): Promise<unknown> =>
    ask('runs.command', { run, actor: 'ana', command })
  expect(await command({ type: 'step.begin', step: 'wait' })).toMatchObject({ ok: true })
  expect(await command({ type: 'block.run', block: 'wait/1' })).toMatchObject({ ok: true })
  const goodbye = closing(socket)
  served.kill('SIGTERM')
  expect(await goodbye).toEqual({ code: 1001, reason: 'Muster is closing.' })
  const { code, err } = await served.ended
  expect(code).toBe(0)
  expect(err).toContain('what runs is stopped first')
  const { out } = await folder.muster(['show', String(run), '--events'], { entry: BUILT })
  const types = out
    .trim()
    .split('\n')
    .map((line) => z.looseObject({ type: z.string() }).parse(JSON.parse(line)).type)
  expect(types).toEqual([
    'run.started',
    'step.begun',
    'block.started',
    'block.finished',
    'run.suspended',
  ])
})
