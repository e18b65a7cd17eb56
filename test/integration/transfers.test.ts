import { createHash, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Attempt, RunState } from '../../main/core/run/state.ts'
import { fence, openBench, type Bench } from '../engine/support/engine.ts'
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy.ts'
import { startSshd, type Sshd } from '../harness/sshd.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { until } from '../harness/until.ts'

/** Files to and from a real sshd through the whole engine, over both implementations. */

let folder: TemporaryFolder
let sshd: Sshd
let bench: Bench
/** Stands for the host's file system. */
let far: string
let count = 0

beforeAll(async () => {
  folder = temporaryFolder('transfers')
  sshd = await startSshd(join(folder.path, 'sshd'))
})
afterAll(async () => {
  await sshd?.close()
  folder?.remove()
})
beforeEach(() => {
  bench = openBench()
  count += 1
  far = join(folder.path, `far-${count}`)
  mkdirSync(far)
})
afterEach(() => bench.close())

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function run(
  body: string,
  {
    transport = 'ssh2',
    port,
    risk = 'caution',
    head = '',
    inputs = {},
  }: {
    readonly transport?: 'ssh2' | 'openssh'
    readonly port?: number
    readonly risk?: string
    /** Further lines of the frontmatter. */
    readonly head?: string
    readonly inputs?: Readonly<Record<string, string>>
  } = {},
): Promise<string> {
  await bench.connection.request('connections.saveEnvironment', {
    name: 'staging',
    production: false,
  })
  await bench.connection.request('connections.save', {
    environment: 'staging',
    profile: sshd.profile({ name: 'db', transport, ...(port !== undefined && { port }) }),
  })
  const path = bench.write(
    'files.md',
    `---\nrunbook: 1\ntitle: Files\nkind: maintenance\ntargets: { db: { ssh: db } }\n${head}---\n# Files\n\n## Phase\n\n### One\n\n\`\`\`yaml step\nid: one\non: db\nrisk: ${risk}\n\`\`\`\n${body}\n`,
  )
  const { sha256 } = await bench.connection.request('library.read', { path })
  const started = await bench.connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs,
    commander: 'Ada',
    acceptContent: true,
    environment: 'staging',
  })
  await bench.connection.request('runs.follow', { run: started.run, follow: true })
  await bench.command(started.run, { type: 'step.begin', step: 'one' })
  await bench.command(started.run, { type: 'block.run', block: 'one/1' })
  return started.run
}

function attempt(state: RunState): Attempt {
  const found = state.blocks['one/1']?.attempts[0]
  if (found === undefined) throw new Error('The block did not run.')
  return found
}

const settled = async (id: string): Promise<RunState> => await bench.settled(id, 'one/1')

describe.each(['ssh2', 'openssh'] as const)('over %s', (transport) => {
  it('an upload arrives whole, under its name, with its mode, and nothing stays beside it', async () => {
    const bytes = randomBytes(3_000_000)
    writeFileSync(join(bench.books, 'app.bin'), bytes)
    const to = join(far, 'app with spaces ü.bin')
    const id = await run(
      fence('yaml upload', `from: app.bin\nto: "${to}"\nmode: 0640\nsha256: ${digest(bytes)}`),
      { transport },
    )
    const state = await settled(id)
    expect(attempt(state)).toMatchObject({ outcome: { kind: 'responded' }, passed: true })
    expect(attempt(state).files).toMatchObject({
      direction: 'upload',
      bytes: bytes.length,
      sha256: digest(bytes),
      mode: '0640',
    })
    expect(digest(readFileSync(to))).toBe(digest(bytes))
    expect(statSync(to).mode & 0o777).toBe(0o640)
    expect(readdirSync(far)).toEqual(['app with spaces ü.bin'])
    expect(state.steps['one']?.status).toBe('done')
    expect(bench.pushes.some(({ push }) => push === 'stream.progress')).toBe(true)
  })

  it('a download is kept with the run, byte for byte', async () => {
    const bytes = randomBytes(2_000_000)
    const from = join(far, 'core.bin')
    writeFileSync(from, bytes)
    const id = await run(fence('yaml download', `from: ${from}\nsha256: ${digest(bytes)}`), {
      transport,
    })
    const state = await settled(id)
    expect(attempt(state).passed).toBe(true)
    expect(state.attachments).toMatchObject([
      {
        name: 'core.bin',
        size: bytes.length,
        sha256: digest(bytes),
        source: { block: 'one/1', attempt: 1, path: from },
      },
    ])
    const blob = state.attachments?.[0]?.blob
    if (blob === undefined) throw new Error('No attachment.')
    const parts: Buffer[] = []
    for (let offset = 0; offset < blob.bytes; offset += 1_000_000) {
      const { base64 } = await bench.connection.request('runs.output', {
        run: id,
        sha256: blob.sha256,
        offset,
        length: Math.min(1_000_000, blob.bytes - offset),
      })
      parts.push(Buffer.from(base64, 'base64'))
    }
    expect(digest(Buffer.concat(parts))).toBe(digest(bytes))
    expect(await bench.connection.request('runs.verify', { run: id })).toMatchObject({ ok: true })
  })
})

describe('a download with a secret in it', () => {
  const INPUTS = 'inputs: { TOKEN: { secret: true } }\n'
  const secret = 'tok-5f1c-planted'
  const came = `user=app\ntoken=${secret}\n`
  const kept = `user=app\ntoken=[redacted]\n`

  it('has the digest of what is kept, for by that of the file the secret could be guessed', async () => {
    const from = join(far, 'app.env')
    writeFileSync(from, came)
    const id = await run(
      fence('yaml download', `from: ${from}\nsha256: ${digest(Buffer.from(came))}`),
      {
        head: INPUTS,
        inputs: { TOKEN: secret },
      },
    )
    const state = await settled(id)
    expect(attempt(state)).toMatchObject({
      passed: true,
      files: { sha256: digest(Buffer.from(kept)), redacted: true },
    })
    expect(state.attachments).toMatchObject([
      { name: 'app.env', sha256: digest(Buffer.from(kept)), redacted: true },
    ])
  })

  it('does not show the digest of the file where it is another than the one expected', async () => {
    const from = join(far, 'app.env')
    writeFileSync(from, came)
    const id = await run(fence('yaml download', `from: ${from}\nsha256: ${'0'.repeat(64)}`), {
      head: INPUTS,
      inputs: { TOKEN: secret },
    })
    expect(attempt(await settled(id))).toMatchObject({ passed: false })
    const log = JSON.stringify(
      (await bench.events(id)).filter(({ type }) => type !== 'run.started'),
    )
    expect(log).toContain('its SHA-256 is [redacted], not 0000')
    expect(log).not.toContain(digest(Buffer.from(came)))
  })
})

describe('what is in the way is said, and changes nothing', () => {
  const problem = async (body: string): Promise<string> => {
    const state = await settled(await run(body))
    expect(attempt(state)).toMatchObject({ outcome: { kind: 'responded' }, passed: false })
    expect(state.blocks['one/1']?.status).toBe('failed')
    return attempt(state).files?.error ?? ''
  }

  it('a file that is there already is not replaced unless told to', async () => {
    const to = join(far, 'app.conf')
    writeFileSync(to, 'theirs')
    writeFileSync(join(bench.books, 'app.conf'), 'ours')
    expect(await problem(fence('yaml upload', `from: app.conf\nto: ${to}`))).toContain(
      'Say “replace: true” to replace it.',
    )
    expect(readFileSync(to, 'utf8')).toBe('theirs')
    const state = await settled(
      await run(fence('yaml upload', `from: app.conf\nto: ${to}\nreplace: true`)),
    )
    expect(attempt(state)).toMatchObject({ passed: true, files: { replaced: true } })
    expect(readFileSync(to, 'utf8')).toBe('ours')
  })

  it('another file than the one expected is not sent', async () => {
    writeFileSync(join(bench.books, 'app.conf'), 'changed')
    const to = join(far, 'app.conf')
    expect(
      await problem(fence('yaml upload', `from: app.conf\nto: ${to}\nsha256: ${'0'.repeat(64)}`)),
    ).toContain('Nothing was sent.')
    expect(existsSync(to)).toBe(false)
  })

  it('files that are not there, folders, and what is too large', async () => {
    expect(await problem(fence('yaml upload', `from: nowhere\nto: ${join(far, 'x')}`))).toContain(
      'on this laptop cannot be read',
    )
    mkdirSync(join(far, 'logs'))
    expect(await problem(fence('yaml download', `from: ${join(far, 'none')}`))).toContain(
      'is not there on',
    )
    expect(await problem(fence('yaml download', `from: ${join(far, 'logs')}`))).toContain(
      'is a folder',
    )
    writeFileSync(join(far, 'big'), Buffer.alloc(1_100_000))
    expect(await problem(fence('yaml download', `from: ${join(far, 'big')}\nmax-mb: 1`))).toContain(
      'more than the 1 MB that are taken',
    )
    writeFileSync(join(bench.books, 'here'), 'x')
    expect(
      await problem(fence('yaml upload', `from: here\nto: ${join(far, 'no', 'such', 'folder')}`)),
    ).toContain('No such file')
  })
})

/** The same host, by the port of a proxy that knows how to fail. */
async function startProxy(): Promise<FaultProxy> {
  const proxy = await startFaultProxy(sshd.port)
  appendFileSync(
    sshd.knownHosts,
    readFileSync(sshd.knownHosts, 'utf8').replaceAll(`:${sshd.port} `, `:${proxy.port} `),
  )
  return proxy
}

describe('a connection that goes', () => {
  it('in the middle of an upload: it is not known to have failed, and the name is not taken', async () => {
    const proxy = await startProxy()
    try {
      const to = join(far, 'app.bin')
      writeFileSync(to, 'the old one')
      writeFileSync(join(bench.books, 'app.bin'), randomBytes(20_000_000))
      proxy.arm({ kind: 'cut', direction: 'to-server', after: 5_000_000 })
      const id = await run(fence('yaml upload', `from: app.bin\nto: ${to}\nreplace: true`), {
        port: proxy.port,
      })
      const state = await settled(id)
      expect(attempt(state).outcome?.kind).toBe('disconnected')
      expect(state.blocks['one/1']?.status).toBe('unknown')
      const { outcome } = attempt(state)
      expect(outcome !== undefined && 'detail' in outcome && outcome.detail).toContain(
        'is as it was',
      )
      expect(attempt(state).files?.bytes).toBeGreaterThan(1_000_000)
      expect(readFileSync(to, 'utf8')).toBe('the old one')
    } finally {
      await proxy.close()
    }
  })

  it('stopped by a person in the middle, nothing stays there', async () => {
    writeFileSync(join(bench.books, 'app.bin'), randomBytes(60_000_000))
    const to = join(far, 'app.bin')
    const id = await run(fence('yaml upload', `from: app.bin\nto: ${to}`))
    await until('some of it is there', () => readdirSync(far).length > 0)
    await bench.command(id, { type: 'block.stop', block: 'one/1', rung: 'interrupt' })
    const state = await settled(id)
    expect(attempt(state)).toMatchObject({ outcome: { kind: 'cancelled' } })
    await until('nothing is left', () => readdirSync(far).length === 0)
  })

  it('stopped when the host has made the file and nobody knows yet, nothing stays there', async () => {
    const proxy = await startProxy()
    try {
      writeFileSync(join(bench.books, 'app.bin'), 'a few bytes')
      const release = proxy.hold(() => readdirSync(far).length > 0)
      const id = await run(fence('yaml upload', `from: app.bin\nto: ${join(far, 'app.bin')}`), {
        port: proxy.port,
      })
      await until('it is there', () => readdirSync(far).length > 0)
      await bench.command(id, { type: 'block.stop', block: 'one/1', rung: 'interrupt' })
      release()
      expect(attempt(await settled(id))).toMatchObject({ outcome: { kind: 'cancelled' } })
      await until('nothing is left', () => readdirSync(far).length === 0)
    } finally {
      await proxy.close()
    }
  })
})
