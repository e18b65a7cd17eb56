import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Command } from '../../main/core/run/commands.ts'
import { replay } from '../../main/core/run/replay.ts'
import type { RunState } from '../../main/core/run/state.ts'
import { compose } from '../../main/hosts/compose.ts'
import { fence, openBench, type Bench } from '../engine/support/engine.ts'
import { startHosts, type Hosts } from '../harness/hosts.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'

/** Blocks on several hosts that are run again, retried, held by a pause or ended by an abort, over a real sshd. */

let folder: TemporaryFolder
let hosts: Hosts
let bench: Bench
let flags = 0

const BLOCK = 'one/1'
/** More than are worked on at the same time. */
const MANY = 40

beforeAll(async () => {
  folder = temporaryFolder('hosts-again')
  hosts = await startHosts(join(folder.path, 'sshd'), MANY)
})
afterAll(async () => {
  await hosts?.close()
  folder?.remove()
})
beforeEach(() => {
  bench = openBench()
})
afterEach(() => bench.close())

/** The path of a file of this test alone. */
function flag(): string {
  flags += 1
  return join(folder.path, `flag-${flags}`)
}

function lines(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
}

/** Starts a run of one step on some of the hosts, begins the step and runs its first block. */
async function run(count: number | readonly string[], step: string, body: string): Promise<string> {
  const names = typeof count === 'number' ? hosts.names.slice(0, count) : count
  await bench.connection.request('connections.saveEnvironment', { name: 'lab', production: false })
  await bench.connection.request('connections.save', {
    environment: 'lab',
    profile: hosts.profile({ transport: 'ssh2', hosts: names }),
  })
  const path = bench.write(
    'web.md',
    `---\nrunbook: 1\ntitle: Web\nkind: maintenance\ntargets: { web: { ssh: web } }\n---\n# Web\n\n## Phase\n\n### One\n\n\`\`\`yaml step\nid: one\non: web\n${step}\n\`\`\`\n${body}\n`,
  )
  const { sha256 } = await bench.connection.request('library.read', { path })
  const started = await bench.connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Ada',
    acceptContent: true,
    environment: 'lab',
  })
  await bench.command(started.run, { type: 'step.begin', step: 'one' })
  await bench.command(started.run, { type: 'block.run', block: BLOCK })
  return started.run
}

function statuses(state: RunState, attempt = 1): readonly string[] {
  return (state.blocks[BLOCK]?.attempts[attempt - 1]?.hosts ?? []).map(({ status }) => status)
}

function ended(id: string, attempt: number): Promise<RunState> {
  return until(`attempt ${attempt} has ended`, async () => {
    const state = await bench.state(id)
    return state.blocks[BLOCK]?.attempts[attempt - 1]?.outcome !== undefined && state
  })
}

it('a check that failed on the first host is not gone round by running the others', async () => {
  const done = flag()
  const healthy = flag()
  const id = await run(
    3,
    'strategy: { kind: canary, check-batches: true }',
    `${fence('bash run', `echo x >> ${done}`)}${fence('bash check', `test -e ${healthy}`)}`,
  )
  expect(statuses(await ended(id, 1))).toEqual(['passed', 'waiting', 'waiting'])
  const others: Command = { type: 'block.run', block: BLOCK, hosts: ['web-2', 'web-3'] }
  await bench.command(id, others)
  const second = await ended(id, 2)
  expect(statuses(second, 2)).toEqual(['waiting', 'waiting'])
  const attempt = second.blocks[BLOCK]?.attempts[1]
  expect(attempt?.batchChecks).toMatchObject([
    { batch: 0, passed: false, hosts: [{ host: 'web-1' }] },
  ])
  expect(attempt?.gates[0]?.seen).toContain(
    'the check before the first batch did not pass on web-1',
  )
  expect(second.blocks[BLOCK]?.status).toBe('failed')
  expect(lines(done)).toHaveLength(1)

  writeFileSync(healthy, '')
  await bench.command(id, others)
  const third = await ended(id, 3)
  expect(statuses(third, 3)).toEqual(['passed', 'passed'])
  expect(third.blocks[BLOCK]?.status).toBe('passed')
  expect(lines(done)).toHaveLength(3)
  expect(await bench.connection.request('runs.verify', { run: id })).toMatchObject({ ok: true })
})

it('what is done on a host is done there again only for a reason', async () => {
  const done = flag()
  const id = await run(
    2,
    '',
    fence('bash run', `${hosts.is('web-2')} && exit 4\necho x >> ${done}`),
  )
  expect(statuses(await ended(id, 1))).toEqual(['passed', 'failed'])
  expect(await bench.command(id, { type: 'block.run', block: BLOCK })).toMatchObject({
    ok: false,
    needsReason: true,
    message: expect.stringContaining('already done its work on web-1'),
  })
  await bench.command(id, { type: 'block.run', block: BLOCK, reason: 'The file was lost.' })
  await ended(id, 2)
  expect(lines(done)).toHaveLength(2)
})

it('a declared retry goes on in batches, only where it is missing', async () => {
  const done = flag()
  const tried = flag()
  const id = await run(
    3,
    'strategy: rolling\nretry: { attempts: 3, every: 50ms }',
    fence(
      'bash run',
      `if ${hosts.is('web-2')} && ! test -e ${tried}; then touch ${tried}; exit 4; fi\necho x >> ${done}`,
    ),
  )
  const state = await ended(id, 2)
  expect(statuses(state, 1)).toEqual(['passed', 'failed', 'waiting'])
  expect(statuses(state, 2)).toEqual(['passed', 'passed'])
  expect(state.blocks[BLOCK]?.status).toBe('passed')
  expect(lines(done)).toHaveLength(3)
})

it('a pause holds back the next batch, and resuming sends it', async () => {
  const done = flag()
  const go = flag()
  const id = await run(
    2,
    'strategy: rolling',
    fence('bash run', `echo x >> ${done}\nuntil test -e ${go}; do sleep 0.05; done`),
  )
  await until('the first host has begun', () => lines(done).length === 1)
  await bench.command(id, { type: 'run.pause' })
  writeFileSync(go, '')
  await until('the first has passed', async () => statuses(await bench.state(id))[0] === 'passed')
  expect(statuses(await bench.state(id))).toEqual(['passed', 'waiting'])
  await bench.command(id, { type: 'run.resume' })
  const state = await ended(id, 1)
  expect(statuses(state)).toEqual(['passed', 'passed'])
  const types = (await bench.connection.request('runs.events', { run: id, after: 0, limit: 500 }))
    .map(({ type }) => type)
    .filter((type) => type === 'run.resumed' || type === 'block.batch-started')
  expect(types).toEqual(['block.batch-started', 'run.resumed', 'block.batch-started'])
})

it('a paused block is stopped without sending more', async () => {
  const done = flag()
  const go = flag()
  const id = await run(
    2,
    'strategy: rolling',
    fence('bash run', `echo x >> ${done}\nuntil test -e ${go}; do sleep 0.05; done`),
  )
  await until('the first host has begun', () => lines(done).length === 1)
  await bench.command(id, { type: 'run.pause' })
  writeFileSync(go, '')
  await until('the first has passed', async () => statuses(await bench.state(id))[0] === 'passed')
  await bench.command(id, { type: 'block.stop', block: BLOCK, rung: 'terminate' })
  const state = await ended(id, 1)
  expect(statuses(state)).toEqual(['passed', 'waiting'])
  expect(state.blocks[BLOCK]?.status).toBe('failed')
  expect(lines(done)).toHaveLength(1)
})

it('an abort among many hosts leaves those alone that had not had their turn', async () => {
  const begun = flag()
  const id = await run(MANY, '', fence('bash run', `echo x >> ${begun}\nexec sleep 600`))
  await until('as many as may have begun', () => lines(begun).length === 32)
  await bench.command(id, { type: 'run.abort', reason: 'Wrong change.' })
  const state = await ended(id, 1)
  const seen = statuses(state)
  expect(seen.filter((status) => status === 'unknown')).toHaveLength(32)
  expect(seen.filter((status) => status === 'waiting')).toHaveLength(MANY - 32)
  expect(lines(begun)).toHaveLength(32)
  expect(state.blocks[BLOCK]?.status).toBe('unknown')
  expect(await bench.connection.request('runs.verify', { run: id })).toMatchObject({ ok: true })
})

it('a host that is listed twice has one turn', async () => {
  const done = flag()
  const id = await run(['web-1', 'web-2', 'web-1'], '', fence('bash run', `echo x >> ${done}`))
  const state = await ended(id, 1)
  expect(state.blocks[BLOCK]?.attempts[0]?.hosts?.map(({ host }) => host)).toEqual([
    'web-1',
    'web-2',
  ])
  expect(state.blocks[BLOCK]?.status).toBe('passed')
  expect(lines(done)).toHaveLength(2)
})

it('a check that needs one host cannot stand between batches', async () => {
  const done = flag()
  const id = await run(
    2,
    'strategy: { kind: rolling, check-batches: true }',
    `${fence('bash run', `echo x >> ${done}`)}${fence('bash check capture=load', 'uptime')}`,
  )
  expect(await bench.command(id, { type: 'block.run', block: BLOCK })).toMatchObject({
    ok: false,
    code: 'one-host-only',
  })
  expect(lines(done)).toHaveLength(0)
})

it('after a crash in the check between two batches nobody is in doubt, and the check is asked again', async () => {
  const done = flag()
  const healthy = flag()
  const asked = flag()
  const id = await run(
    3,
    'strategy: { kind: canary, check-batches: true }',
    `${fence('bash run', `echo x >> ${done}`)}${fence('bash check', `echo x >> ${asked}\nuntil test -e ${healthy}; do sleep 0.05; done`)}`,
  )
  await until('the check is asked', () => lines(asked).length === 1)
  const copy = temporaryFolder('crashed-in-check')
  const data = join(copy.path, 'data')
  cpSync(bench.data, data, { recursive: true })
  await bench.command(id, { type: 'block.stop', block: BLOCK, rung: 'kill' })
  await ended(id, 1)
  writeFileSync(healthy, '')

  const muster = compose({ data, host: 'cli', version: '0.1.0', folders: [bench.books] })
  try {
    const after = muster.engine.connect({ push: () => {} })
    await after.request('runs.open', { run: id, resume: true })
    const state = async (): Promise<RunState> => {
      const now = replay(await after.request('runs.events', { run: id, after: 0, limit: 5000 }))
      if (now === undefined) throw new Error('The run has no events.')
      return now
    }
    const crashed = await state()
    expect(statuses(crashed)).toEqual(['passed', 'waiting', 'waiting'])
    expect(crashed.blocks[BLOCK]?.status).toBe('failed')
    await after.request('runs.command', {
      run: id,
      actor: 'Ada',
      command: { type: 'block.run', block: BLOCK, hosts: ['web-2', 'web-3'] },
    })
    const second = await until('the second attempt has ended', async () => {
      const now = await state()
      return now.blocks[BLOCK]?.attempts[1]?.outcome !== undefined && now
    })
    expect(second.blocks[BLOCK]?.attempts[1]?.batchChecks).toMatchObject([
      { batch: 0, passed: true, hosts: [{ host: 'web-1' }] },
      { batch: 1, passed: true, hosts: [{ host: 'web-2' }] },
    ])
    expect(second.blocks[BLOCK]?.status).toBe('passed')
    expect(lines(done)).toHaveLength(3)
    expect(await after.request('runs.verify', { run: id })).toMatchObject({ ok: true })
  } finally {
    await muster.close()
    copy.remove()
  }
})

it('an orderly end in the middle of a batch sends nothing more, and the rollback goes to the hosts one names', async () => {
  const begun = flag()
  const undone = flag()
  const id = await run(
    3,
    'strategy: rolling',
    `${fence('bash run', `echo x >> ${begun}\n${hosts.is('web-1')} || exec sleep 600`)}${fence('bash rollback', `echo "$SSH_CONNECTION" >> ${undone}`)}`,
  )
  await until('the second host has begun', () => lines(begun).length === 2)
  await bench.reopen()
  await bench.connection.request('runs.open', { run: id, resume: true })
  const state = await bench.state(id)
  expect(statuses(state)).toEqual(['passed', 'unknown', 'waiting'])
  expect(state.blocks[BLOCK]?.status).toBe('unknown')
  expect(state.suspended).toBe(false)
  expect(lines(begun)).toHaveLength(2)

  await bench.command(id, { type: 'rollback.begin', step: 'one', reason: 'Half of it is out.' })
  await bench.command(id, { type: 'block.run', block: 'one/2', hosts: ['web-1', 'web-2'] })
  const rolled = await bench.settled(id, 'one/2')
  expect(rolled.blocks['one/2']?.attempts[0]?.hosts?.map(({ status }) => status)).toEqual([
    'passed',
    'passed',
  ])
  expect(lines(undone).map((line) => line.split(' ')[2])).toEqual(['127.0.1.1', '127.0.1.2'])
  expect(await bench.connection.request('runs.verify', { run: id })).toMatchObject({ ok: true })
})
