import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { timestampQuery } from '../../../main/connections/signatures/timestamp.ts'
import { localAuthority } from '../../connections/signatures/local-authority.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { book, fence, openBench, type Bench } from '../support/engine.ts'

/** Others sign our checkpoints: a second Muster, an SSH key, a timestamp service. */

let bench: Bench
let other: Bench
const BOOK = book(fence('bash run', 'true'))

beforeEach(() => {
  bench = openBench()
  other = openBench()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await bench.close()
  await other.close()
})

async function checkpointOf(of: Bench, run: string): Promise<{ size: number; note: string }> {
  const { checkpoint } = await of.connection.request('runs.checkpoint', { run })
  if (checkpoint === undefined) throw new Error('nothing was signed')
  return checkpoint
}

async function witnesses(run: string) {
  return (await bench.state(run)).witnesses ?? []
}

describe('a second Muster', () => {
  it('signs a checkpoint, and its signature becomes part of the record', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    const { size, note } = await checkpointOf(bench, run)
    const theirs = await other.connection.request('device.countersign', { note })
    expect(theirs).toMatchObject({ size, origin: expect.stringContaining(run) })
    expect(theirs.note.startsWith(note)).toBe(true)
    // The run goes on meanwhile.
    await bench.command(run, { type: 'note.add', kind: 'note', text: 'Seen' })
    const given = { run, actor: 'Ada', kind: 'muster', signature: theirs.note } as const
    const { key } = theirs
    const done = await bench.connection.request('runs.countersign', { ...given, key })
    expect(done).toEqual({ size, by: key.split('+')[0] })
    expect(await witnesses(run)).toMatchObject([{ kind: 'muster', size, by: done.by }])
    const event = (await bench.events(run)).at(-1)
    if (event?.type !== 'checkpoint.countersigned') throw new Error('not recorded')
    // The stored note with the stored line is the note that the other wrote.
    expect(`${note}${event.data.signature}\n`).toBe(theirs.note)

    const again = bench.connection.request('runs.countersign', { ...given, key })
    await expect(again).rejects.toThrow('has signed this checkpoint already')
  })

  it('is not believed without its key, with a wrong one, for another run, or with ours', async () => {
    const run = await bench.start(bench.write('one.md', BOOK))
    const { note } = await checkpointOf(bench, run)
    const theirs = await other.connection.request('device.countersign', { note })
    const given = { run, actor: 'Ada', kind: 'muster', signature: theirs.note } as const
    const add = (more: object) =>
      bench.connection.request('runs.countersign', { ...given, ...more })
    await expect(add({})).rejects.toThrow('public key of the other Muster is needed')
    const [mine] = (await bench.connection.request('device.get', {})).keys
    await expect(add({ key: mine?.line })).rejects.toThrow('cannot vouch for itself')
    await other.connection.request('device.replace-key', {})
    const newer = (await other.connection.request('device.get', {})).keys.at(-1)
    await expect(add({ key: newer?.line })).rejects.toThrow('has not signed this')
    const elsewhere = await bench.start(bench.write('two.md', BOOK))
    await expect(add({ key: theirs.key, run: elsewhere })).rejects.toThrow('belongs to another run')
    const changed = theirs.note.replace('\nwall ', '\nwall 1')
    await expect(add({ key: theirs.key, signature: changed })).rejects.toThrow('No checkpoint')
    expect(await witnesses(run)).toEqual([])
  })
})

it('an SSH key signs the note with ssh-keygen, also when the run is over', async () => {
  const folder = temporaryFolder('ssh-witness')
  try {
    const run = await bench.start(bench.write('one.md', BOOK))
    await bench.command(run, { type: 'run.abort', reason: 'enough' })
    const { size, note } = await checkpointOf(bench, run)
    const [key, file] = [join(folder.path, 'key'), join(folder.path, 'note')]
    writeFileSync(file, note)
    const quiet = { stdio: 'pipe' } as const
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'grace', '-f', key], quiet)
    execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'muster-checkpoint', '-f', key, file], quiet)
    const signature = readFileSync(`${file}.sig`, 'utf8')
    const done = await bench.connection.request('runs.countersign', {
      run,
      actor: 'Ada',
      kind: 'ssh',
      signature,
    })
    expect(done.size).toBe(size)
    expect(done.by).toMatch(/^SHA256:/u)
    const event = (await bench.events(run)).at(-1)
    if (event?.type !== 'checkpoint.countersigned') throw new Error('not recorded')
    // ssh-keygen itself agrees with what was recorded.
    writeFileSync(`${file}.recorded`, event.data.signature)
    writeFileSync(`${file}.signers`, `grace ${event.data.key ?? ''}\n`)
    execFileSync(
      'ssh-keygen',
      [
        '-Y',
        'verify',
        '-f',
        `${file}.signers`,
        '-I',
        'grace',
        '-n',
        'muster-checkpoint',
        '-s',
        `${file}.recorded`,
      ],
      { ...quiet, input: note },
    )

    const two = await bench.start(bench.write('two.md', BOOK))
    const elsewhere = { run: two, actor: 'Ada', kind: 'ssh', signature } as const
    await expect(bench.connection.request('runs.countersign', elsewhere)).rejects.toThrow(
      'No checkpoint of this run has this signature',
    )
  } finally {
    folder.remove()
  }
})

it('a timestamp service that is configured stamps the end of each run; without it a token can be added', async () => {
  const folder = temporaryFolder('timestamp-witness')
  const authority = await localAuthority(folder.path)
  try {
    const run = await bench.start(bench.write('one.md', BOOK))
    const asked = bench.connection.request('runs.timestamp', { run, actor: 'Ada' })
    await expect(asked).rejects.toThrow('MUSTER_TIMESTAMP_SERVICE')
    const { size, note } = await checkpointOf(bench, run)
    const answer = authority.answer(timestampQuery(Buffer.from(note), randomBytes(8)))
    const given = {
      run,
      actor: 'Ada',
      kind: 'timestamp',
      signature: answer.toString('base64'),
    } as const
    const done = await bench.connection.request('runs.countersign', given)
    expect(done.size).toBe(size)

    vi.stubEnv('MUSTER_TIMESTAMP_SERVICE', authority.url)
    await bench.reopen()
    await bench.connection.request('runs.open', { run, resume: true })
    await bench.command(run, { type: 'run.abort', reason: 'enough' })
    await until('the end is stamped', async () => (await witnesses(run)).length === 2)
    const stamped = (await bench.events(run)).at(-1)
    if (stamped?.type !== 'checkpoint.countersigned') throw new Error('not recorded')
    expect(stamped).toMatchObject({ actor: 'muster', data: { kind: 'timestamp' } })
    expect(stamped.data.by).toContain(authority.url)
    const checkpoints = await bench.connection.request('runs.checkpoints', { run })
    const last = checkpoints.find(({ why }) => why === 'close')
    expect(stamped.data.size).toBe(last?.size)
    writeFileSync(join(folder.path, 'note'), last?.note ?? '')
    writeFileSync(join(folder.path, 'token'), Buffer.from(stamped.data.signature, 'base64'))
    execFileSync(
      'openssl',
      ['ts', '-verify', '-data', 'note', '-in', 'token', '-CAfile', authority.certificate],
      { cwd: folder.path, stdio: 'pipe' },
    )
  } finally {
    await authority.close()
    folder.remove()
  }
})

it('a timestamp service that does not answer keeps no run from ending', async () => {
  vi.stubEnv('MUSTER_TIMESTAMP_SERVICE', 'http://127.0.0.1:1/')
  await bench.reopen()
  const run = await bench.start(bench.write('one.md', BOOK))
  expect(await bench.command(run, { type: 'run.abort', reason: 'enough' })).toMatchObject({
    ok: true,
  })
  await until('it is said', () =>
    bench.pushes.some(
      ({ push, data }) =>
        push === 'engine.trouble' && JSON.stringify(data).includes('no time stamp'),
    ),
  )
  expect(await witnesses(run)).toEqual([])
})
