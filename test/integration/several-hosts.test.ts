import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { replay } from '../../main/core/run/replay.ts'
import type { HostState, RunState } from '../../main/core/run/state.ts'
import { compose } from '../../main/hosts/compose.ts'
import { fence, openBench, type Bench } from '../engine/support/engine.ts'
import { recorded } from '../engine/support/recorded.ts'
import { startHosts, type Hosts } from '../harness/hosts.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'

/** Blocks on several hosts through the whole engine and a real sshd: batches, checks, failures, stops, cuts, crashes. */

let folder: TemporaryFolder
let hosts: Hosts
let bench: Bench
let flags = 0

beforeAll(async () => {
  folder = temporaryFolder('several-hosts')
  hosts = await startHosts(join(folder.path, 'sshd'), 4)
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

/** Starts a run of one step on `web`, whose profile has four hosts, and begins the step. */
async function begin(
  step: string,
  body: string,
  transport: 'ssh2' | 'openssh' = 'ssh2',
): Promise<string> {
  await bench.connection.request('connections.saveEnvironment', {
    name: 'staging',
    production: false,
  })
  await bench.connection.request('connections.save', {
    environment: 'staging',
    profile: hosts.profile({ transport }),
  })
  const path = bench.write(
    'web.md',
    `---\nrunbook: 1\ntitle: Web\nkind: maintenance\ntargets: { web: { ssh: web } }\n---\n# Web\n\n## Phase\n\n### One\n\n\`\`\`yaml step\nid: one\non: web\n${step}\n\`\`\`\n${body}\n`,
  )
  const { sha256 } = await bench.connection.request('library.read', { path })
  const { run } = await bench.connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: {},
    commander: 'Ada',
    acceptContent: true,
    environment: 'staging',
  })
  await bench.command(run, { type: 'step.begin', step: 'one' })
  return run
}

function hostsOf(state: RunState, attempt = 1): readonly HostState[] {
  return state.blocks['one/1']?.attempts[attempt - 1]?.hosts ?? []
}

function statuses(state: RunState, attempt = 1): readonly string[] {
  return hostsOf(state, attempt).map(({ status }) => status)
}

/** Waits until the running attempt is in this state. */
function seen(run: string, wanted: (state: RunState) => boolean): Promise<unknown> {
  return until('the hosts are where they should be', async () => wanted(await bench.state(run)))
}

async function output(run: string, host: HostState | undefined): Promise<string> {
  if (host?.stdout === undefined) return ''
  const { sha256, bytes } = host.stdout
  const { base64 } = await bench.connection.request('runs.output', {
    run,
    sha256,
    offset: 0,
    length: bytes,
  })
  return Buffer.from(base64, 'base64').toString()
}

describe('a block on four hosts', () => {
  it.each(['ssh2', 'openssh'] as const)('over %s each gives its own output', async (transport) => {
    const run = await begin('', fence('bash run', 'echo "$SSH_CONNECTION"'), transport)
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    const state = await bench.settled(run, 'one/1')
    expect(statuses(state)).toEqual(['passed', 'passed', 'passed', 'passed'])
    const outputs = await Promise.all(hostsOf(state).map((host) => output(run, host)))
    expect(outputs.map((text) => text.split(' ')[2])).toEqual([
      '127.0.1.1',
      '127.0.1.2',
      '127.0.1.3',
      '127.0.1.4',
    ])
    expect(state.steps['one']?.status).toBe('done')
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
  })

  it('rolling: a failure holds the next batch back; run again only where it is missing', async () => {
    const done = flag()
    const mended = flag()
    const run = await begin(
      'strategy: { kind: rolling, batch: 2 }',
      fence(
        'bash run',
        `if ${hosts.is('web-2')} && ! test -e ${mended}; then exit 4; fi\necho "$SSH_CONNECTION" >> ${done}`,
      ),
    )
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    const first = await bench.settled(run, 'one/1')
    expect(statuses(first)).toEqual(['passed', 'failed', 'waiting', 'waiting'])
    expect(first.blocks['one/1']?.attempts[0]?.gates[0]?.seen).toBe(
      '1 passed; not passed: web-2; nothing was sent to web-3, web-4',
    )
    expect(lines(done)).toHaveLength(1)
    writeFileSync(mended, '')
    await bench.command(run, {
      type: 'block.run',
      block: 'one/1',
      hosts: ['web-2', 'web-3', 'web-4'],
    })
    await bench.settled(run, 'one/1')
    const second = await until('the second attempt has ended', async () => {
      const state = await bench.state(run)
      return state.blocks['one/1']?.attempts[1]?.outcome !== undefined && state
    })
    expect(statuses(second, 2)).toEqual(['passed', 'passed', 'passed'])
    expect(second.blocks['one/1']?.attempts[1]?.gates[0]).toMatchObject({
      passed: true,
      wanted: 'all of 4 hosts',
      seen: '3 passed; passed before: web-1',
    })
    expect(second.blocks['one/1']?.status).toBe('passed')
    // Once on each host, never twice.
    expect(new Set(lines(done)).size).toBe(4)
    expect(lines(done)).toHaveLength(4)
  })

  it('canary: the check behind the block is asked between the batches, and holds the rest back', async () => {
    const done = flag()
    const healthy = flag()
    const run = await begin(
      'strategy: { kind: canary, check-batches: true }',
      `${fence('bash run', `echo x >> ${done}`)}${fence('bash check every=50ms for=300ms', `test -e ${healthy} && echo "healthy $SSH_CONNECTION"`)}`,
    )
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    const first = await bench.settled(run, 'one/1')
    expect(statuses(first)).toEqual(['passed', 'waiting', 'waiting', 'waiting'])
    expect(first.blocks['one/1']?.attempts[0]?.batchChecks).toMatchObject([
      { batch: 1, check: 'one/2', passed: false, hosts: [{ host: 'web-1', status: 'failed' }] },
    ])
    expect(first.blocks['one/1']?.attempts[0]?.gates[0]?.seen).toContain(
      'the check after batch 1 did not pass on web-1',
    )
    expect(lines(done)).toHaveLength(1)
    writeFileSync(healthy, '')
    await bench.command(run, { type: 'block.run', block: 'one/1', reason: 'From the start.' })
    const second = await until('the second attempt has ended', async () => {
      const state = await bench.state(run)
      return state.blocks['one/1']?.attempts[1]?.outcome !== undefined && state
    })
    expect(statuses(second, 2)).toEqual(['passed', 'passed', 'passed', 'passed'])
    const [checked] = second.blocks['one/1']?.attempts[1]?.batchChecks ?? []
    expect(checked?.passed).toBe(true)
    expect(await output(run, checked?.hosts[0])).toContain('healthy')
    // The check itself is still a block of the step, on all hosts.
    expect(second.steps['one']?.status).toBe('active')
    await bench.command(run, { type: 'block.run', block: 'one/2' })
    await until(
      'the step is done',
      async () => (await bench.state(run)).steps['one']?.status === 'done',
    )
    expect(await bench.connection.request('runs.verify', { run })).toMatchObject({ ok: true })
  })

  it('one host is stopped and the others go on; then all are', async () => {
    const go = flag()
    const begun = flag()
    const run = await begin(
      '',
      fence(
        'bash run',
        `echo x >> ${begun}\nif ${hosts.is('web-1')}; then until test -e ${go}; do sleep 0.05; done; else exec sleep 600; fi`,
      ),
    )
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    await until('all have begun', () => lines(begun).length === 4)
    await bench.command(run, { type: 'block.stop', block: 'one/1', host: 'web-2', rung: 'kill' })
    await seen(run, (state) => statuses(state)[1] === 'unknown')
    expect(statuses(await bench.state(run))).toEqual(['running', 'unknown', 'running', 'running'])
    writeFileSync(go, '')
    await seen(run, (state) => statuses(state)[0] === 'passed')
    await bench.command(run, { type: 'block.stop', block: 'one/1', rung: 'kill' })
    const state = await bench.settled(run, 'one/1')
    expect(statuses(state)).toEqual(['passed', 'unknown', 'unknown', 'unknown'])
    expect(state.blocks['one/1']?.status).toBe('unknown')
    for (const host of ['web-2', 'web-3', 'web-4'])
      await bench.command(run, {
        type: 'block.resolve',
        block: 'one/1',
        host,
        as: 'done',
        reason: 'looked',
      })
    expect((await bench.state(run)).blocks['one/1']?.status).toBe('done')
    expect((await bench.state(run)).steps['one']?.status).toBe('done')
  })

  it('one connection is cut: that host is not known, and nothing runs twice', async () => {
    const done = flag()
    const run = await begin(
      'strategy: { kind: all }',
      fence(
        'bash run',
        `echo "$SSH_CONNECTION" >> ${done}\nif ${hosts.is('web-3')}; then p=$$; until grep -q sshd /proc/$p/comm; do p=$(awk '/PPid/{print $2}' /proc/$p/status); done; kill -9 $p; sleep 600; fi`,
      ),
    )
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    const state = await bench.settled(run, 'one/1')
    expect(statuses(state)).toEqual(['passed', 'passed', 'unknown', 'passed'])
    expect(hostsOf(state)[2]?.outcome?.kind).toBe('disconnected')
    expect(state.blocks['one/1']?.status).toBe('unknown')
    expect(lines(done)).toHaveLength(4)
  })
})

describe('after a crash in the middle of a batch', () => {
  it('each host is what is known of it, with the output that was found', async () => {
    const run = await begin(
      'strategy: { kind: rolling, batch: 2 }',
      fence(
        'bash run',
        `if ${hosts.is('web-2')}; then echo "half of web-2"; exec sleep 600; fi\necho whole`,
      ),
    )
    await bench.command(run, { type: 'block.run', block: 'one/1' })
    await seen(run, (state) => statuses(state)[0] === 'passed')
    await recorded(bench.data, 'half of web-2')
    const copy = temporaryFolder('crashed')
    const data = join(copy.path, 'data')
    cpSync(bench.data, data, { recursive: true })
    await bench.command(run, { type: 'block.stop', block: 'one/1', rung: 'kill' })
    await bench.settled(run, 'one/1')

    const muster = compose({ data, host: 'cli', version: '0.1.0', folders: [bench.books] })
    try {
      const after = muster.engine.connect({ push: () => {} })
      await after.request('runs.open', { run, resume: true })
      const state = replay(await after.request('runs.events', { run, after: 0, limit: 5000 }))
      if (state === undefined) throw new Error('The run has no events.')
      expect(statuses(state)).toEqual(['passed', 'unknown', 'waiting', 'waiting'])
      const lost = hostsOf(state)[1]
      if (lost?.stdout === undefined) throw new Error('The output of web-2 was not found.')
      const { base64 } = await after.request('runs.output', {
        run,
        sha256: lost.stdout.sha256,
        offset: 0,
        length: lost.stdout.bytes,
      })
      expect(Buffer.from(base64, 'base64').toString()).toBe('half of web-2\n')
      expect(await after.request('runs.verify', { run })).toMatchObject({ ok: true })
    } finally {
      await muster.close()
      copy.remove()
    }
  })
})
