import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../main/core/run/commands.ts'
import type { RunEvent } from '../../main/core/run/events.ts'
import type { Connection } from '../../main/engine/engine.ts'
import { compose, type Muster } from '../../main/hosts/compose.ts'
import { children, until } from './support/processes.ts'

/** The executors behind the real engine and the real store: what a run records of what they did. */

let folder = ''
let muster: Muster
let connection: Connection

function open(): void {
  muster = compose({ data: join(folder, 'data'), host: 'cli', version: 'test', folders: [] })
  connection = muster.engine.connect({ push: () => undefined })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-test-engine-'))
  mkdirSync(join(folder, 'data'))
  open()
})

afterEach(async () => {
  await muster.close()
  rmSync(folder, { recursive: true, force: true })
  await until(() => children().length === 0, 'the end of every child')
})

async function command(run: string, what: Command): Promise<void> {
  const answer = await connection.request('runs.command', { run, actor: 'Ada', command: what })
  expect(answer).toMatchObject({ ok: true })
}

async function startRun(markdown: string, inputs: Record<string, string> = {}): Promise<string> {
  const path = join(folder, 'runbook.md')
  writeFileSync(path, markdown)
  await connection.request('library.add', { path })
  const { sha256 } = await connection.request('library.read', { path })
  const { run } = await connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs,
    commander: 'Ada',
    acceptContent: true,
  })
  await command(run, { type: 'step.begin', step: 'work' })
  return run
}

async function events(run: string): Promise<readonly RunEvent[]> {
  return await connection.request('runs.events', { run, after: 0, limit: 5_000 })
}

type Finished = Extract<RunEvent, { type: 'block.finished' }>

async function runBlock(run: string, block: string, reason?: string): Promise<Finished['data']> {
  const { length } = await events(run)
  await command(run, { type: 'block.run', block, ...(reason !== undefined && { reason }) })
  for (;;) {
    const finished = (await events(run))
      .slice(length)
      .find((event): event is Finished => event.type === 'block.finished')
    if (finished !== undefined) return finished.data
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function output(run: string, finished: Finished['data']): Promise<string> {
  const { stdout } = finished
  if (stdout === undefined) return ''
  const piece = await connection.request('runs.output', {
    run,
    sha256: stdout.sha256,
    offset: 0,
    length: 1_048_576,
  })
  return Buffer.from(piece.base64, 'base64').toString()
}

function runbook(inputs: string, targets: string, body: string): string {
  return `---
runbook: 1
title: Executors
kind: checklist
system: tests
${inputs}
targets: { laptop: local, ${targets} }
---
# Executors

## Work
### Do it
\`\`\`yaml step
id: work
on: laptop
risk: safe
\`\`\`

${body}
`
}

test('a captured value goes from a shell to an HTTP request and back into a shell', async () => {
  const seen: string[] = []
  const server = createServer((incoming, response) => {
    seen.push(incoming.url ?? '')
    response.end('answer é\n')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const run = await startRun(
      runbook(
        '',
        `site: { http: "http://127.0.0.1:${port}/api" }`,
        [
          "```bash run capture=NAME\nprintf 'a/b é\\n'\n```",
          '```http run on=site status=200 capture=ANSWER\nGET /items/{{NAME}}\n```',
          '```bash run\necho "$NAME: $ANSWER"\n```\n```text expect\na/b é: answer é\n```',
        ].join('\n\n'),
      ),
    )
    expect(await runBlock(run, 'work/1')).toMatchObject({ passed: true })
    const answer = await runBlock(run, 'work/2')
    expect(answer).toMatchObject({
      passed: true,
      outcome: { kind: 'responded', status: 200 },
      http: { status: 200 },
    })
    expect(seen).toEqual(['/api/items/a%2Fb%20%C3%A9'])
    expect(await runBlock(run, 'work/3')).toMatchObject({ passed: true })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})

test('a secret reaches the block and nothing that is kept', async () => {
  const run = await startRun(
    runbook(
      'inputs:\n  TOKEN: { label: Token, required: true, secret: true }',
      'other: local',
      '```bash run\nprintf %s "$TOKEN" | wc -c; echo "it is $TOKEN"\n```\n\n```bash run session=s\necho "it is $TOKEN"\n```',
    ),
    { TOKEN: 'hunter2-hunter2' },
  )
  const first = await runBlock(run, 'work/1')
  expect(await output(run, first)).toMatch(/^15\nit is (?!hunter2)/)
  const second = await runBlock(run, 'work/2')
  expect(await output(run, second)).toMatch(/^it is (?!hunter2)/)
  expect(JSON.stringify(await events(run))).not.toContain('hunter2')
})

test('a session that did not survive a restart is not carried on in silence', async () => {
  const run = await startRun(
    runbook(
      '',
      'other: local',
      '```bash run session=s\ncd /usr\n```\n\n```bash run session=s\npwd\n```',
    ),
  )
  expect(await runBlock(run, 'work/1')).toMatchObject({ passed: true })
  await muster.close()
  open()
  await connection.request('runs.open', { run, resume: true })
  const told = await runBlock(run, 'work/2')
  expect(told).toMatchObject({ passed: false, outcome: { kind: 'not-started' } })
  const again = await runBlock(run, 'work/1', 'to set the folder again')
  expect(again).toMatchObject({ passed: true })
  expect(await output(run, await runBlock(run, 'work/2'))).toBe('/usr\n')
})

test('what a block left in the background is recorded with its end', async () => {
  const run = await startRun(
    runbook('', 'other: local', '```bash run capture=PID\nsleep 60 & echo $!\n```'),
  )
  const finished = await runBlock(run, 'work/1')
  const pid = Number(finished.captured?.value)
  process.kill(pid, 'SIGKILL')
  expect(finished).toMatchObject({
    passed: true,
    notice: expect.stringContaining(`sleep (process ${pid})`),
  })
})
