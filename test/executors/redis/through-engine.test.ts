import { readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Command } from '../../../main/core/run/commands.ts'
import type { RunEvent } from '../../../main/core/run/events.ts'
import type { Attempt } from '../../../main/core/run/state.ts'
import { compose, type Muster } from '../../../main/hosts/compose.ts'
import { resultText } from '../../../main/hosts/cli/run/block-text.ts'
import type { Connection } from '../../../main/engine/engine.ts'
import { startRedis, type RedisServer } from '../../harness/redis.ts'
import { temporaryFolder, type TemporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'

/** Redis and HTTP behind the real engine, store and profiles: what a run records, and what a terminal shows of it. */

const PASSWORD = 'correct horse battery'

let server: RedisServer
let folder: TemporaryFolder
let muster: Muster
let connection: Connection

beforeAll(async () => {
  server = await startRedis({ config: [`requirepass "${PASSWORD}"`], cli: ['-a', PASSWORD] })
  process.env['MUSTER_TEST_REDIS'] = PASSWORD
})
afterAll(async () => {
  Reflect.deleteProperty(process.env, 'MUSTER_TEST_REDIS')
  await server.stop()
})
beforeEach(() => {
  folder = temporaryFolder('redis-engine')
  mkdirSync(join(folder.path, 'data'))
  writeFileSync(
    join(folder.path, 'data', 'connections.yaml'),
    `connections: 1
environments:
  staging:
    profiles:
      orders-cache:
        redis: "redis://127.0.0.1:${server.port}/2"
        password: { env: MUSTER_TEST_REDIS }
`,
  )
  muster = compose({ data: join(folder.path, 'data'), host: 'cli', version: 'test', folders: [] })
  connection = muster.engine.connect({ push: () => undefined })
})
afterEach(async () => {
  await muster.close()
  folder.remove()
})

async function start(targets: string, body: string): Promise<string> {
  const path = join(folder.path, 'runbook.md')
  writeFileSync(
    path,
    `---\nrunbook: 1\ntitle: Cache\nkind: checklist\nsystem: tests\ntargets: { ${targets} }\n---\n# Cache\n\n## Work\n### Do it\n\`\`\`yaml step\nid: work\non: cache\n\`\`\`\n\n${body}\n`,
  )
  await connection.request('library.add', { path })
  const { sha256 } = await connection.request('library.read', { path })
  const { run } = await connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Ada',
    acceptContent: true,
    environment: 'staging',
  })
  await command(run, { type: 'step.begin', step: 'work' })
  return run
}

const command = async (run: string, what: Command): Promise<unknown> =>
  connection.request('runs.command', { run, actor: 'Ada', command: what })

const events = (run: string): Promise<readonly RunEvent[]> =>
  connection.request('runs.events', { run, after: 0, limit: 5000 })

type Finished = Extract<RunEvent, { type: 'block.finished' }>['data']

async function runBlock(run: string, block: string): Promise<Finished> {
  const { length } = await events(run)
  expect(await command(run, { type: 'block.run', block })).toMatchObject({ ok: true })
  return until('the block has ended', async () => {
    const found = (await events(run)).slice(length).find(({ type }) => type === 'block.finished')
    return found?.type === 'block.finished' ? found.data : undefined
  })
}

function shown(finished: Finished): string {
  const { step: _step, block: _block, captured: _captured, ...rest } = finished
  const attempt: Attempt = {
    number: finished.attempt,
    startedAt: 0,
    target: 'cache',
    text: '',
    edited: false,
    actor: 'Ada',
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    gates: finished.gates,
  }
  return resultText(attempt, (_look, text) => text)
}

test('captures go through Redis and HTTP, replies are compared as JSON, errors fail the block', async () => {
  const seen: string[] = []
  const http = createServer((incoming, response) => {
    seen.push(incoming.url ?? '')
    response.end('ok')
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const run = await start(
      `cache: { redis: orders-cache }, site: { http: "http://127.0.0.1:${port}" }`,
      [
        '```redis run capture=VALUE\nSET a "x y/z"\nGET a\n```',
        '```redis run\nHSET h name {{VALUE}}\n```',
        '```redis check\nHGETALL h\n```\n```json expect\n{"name": "x y/z"}\n```',
        '```http run on=site\nGET /{{VALUE}}\n```',
        '```redis run\nPING\nLPUSH a 1\nPING\n```',
      ].join('\n\n'),
    )
    const set = await runBlock(run, 'work/1')
    expect(set).toMatchObject({
      outcome: { kind: 'responded' },
      passed: true,
      captured: { name: 'VALUE', value: 'x y/z' },
      redis: { server: `127.0.0.1:${server.port}` },
    })
    expect(shown(set)).toContain('✓ 2 GET a → "x y/z"')
    expect((await runBlock(run, 'work/2')).passed).toBe(true)
    expect((await runBlock(run, 'work/3')).passed).toBe(true)
    const sent = await runBlock(run, 'work/4')
    expect(sent.passed).toBe(true)
    expect(shown(sent)).toContain('status 200')
    expect(seen).toEqual(['/x%20y%2Fz'])
    const failed = await runBlock(run, 'work/5')
    expect(failed.passed).toBe(false)
    expect(shown(failed)).toMatch(
      /outcome: wanted every command answered without an error, saw line 2, LPUSH a 1: WRONGTYPE/,
    )
    expect(shown(failed)).toContain('· 3 PING → not sent')
    expect(server.cli('-n', '2', 'GET', 'a')).toBe('"x y/z"\n')
  } finally {
    await new Promise((resolve) => {
      http.close(resolve)
      http.closeAllConnections()
    })
  }
})

test('the password of the profile is in no byte of what is kept, though the server says it', async () => {
  const run = await start(
    'cache: { redis: orders-cache }',
    '```redis run capture=SAID\nCONFIG GET requirepass\n```\n\n```redis run\nLPUSH {{SAID}} 1\nGET {{SAID}} {{SAID}}\n```',
  )
  const said = await runBlock(run, 'work/1')
  expect(said.redis?.commands[0]?.reply).toBe('{"requirepass":"[redacted]"}')
  expect(said.captured?.value).toBe('requirepass\n[redacted]')
  await runBlock(run, 'work/2')
  await muster.close()
  const files = readdirSync(join(folder.path, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  expect(files.length).toBeGreaterThan(3)
  expect(files.filter((path) => readFileSync(path).includes(PASSWORD))).toEqual([])
})
