import { createCipheriv, createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Transport } from '../../../main/engine/transport.ts'
import { startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { createClient, finish, gather, IMPLEMENTATIONS, run, watch } from './support.ts'

/** One contract, two implementations: what runs over a connection. */

const folder = temporaryFolder('ssh-channels')
let sshd: Sshd

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
})
afterAll(async () => {
  await sshd.close()
  folder.remove()
})

const CIPHER = 'head -c 50000000 /dev/zero | openssl enc -aes-128-ctr -K 0 -iv 0 2>/dev/null'

/** What `CIPHER` prints. */
function cipherText(): string {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16))
  const hash = createHash('sha256')
  const zeros = Buffer.alloc(1_000_000)
  for (let part = 0; part < 50; part++) hash.update(cipher.update(zeros))
  return hash.digest('hex')
}

describe.each(IMPLEMENTATIONS)('over %s', (implementation) => {
  const client = createClient()
  let transport: Transport

  beforeAll(async () => {
    transport = await client.connect(sshd.profile({ transport: implementation }))
  })
  afterAll(() => client.closeAll())

  test('it is the one that was asked for, and says why', () => {
    expect(transport.implementation).toBe(implementation)
    expect(transport.because).toBe('the profile asks for it')
    expect(client.people.stages.map(({ name, ok }) => [name, ok])).toEqual([
      ['connect', true],
      ['host-key', true],
      ['authenticate', true],
    ])
  })

  test('exact bytes of both streams, apart', async () => {
    const { end, out, err } = await run(
      transport,
      String.raw`printf 'a\0\377\r\n\033]0;t\007'; printf 'b\0\n' >&2`,
    )
    expect(end).toEqual({ kind: 'exited', code: 0 })
    expect(out).toEqual(Buffer.from('a\0\xff\r\n\x1b]0;t\x07', 'latin1'))
    expect(err).toEqual(Buffer.from('b\0\n'))
  })

  test.each([0, 3, 137, 255])('exit code %i is that of the command', async (code) => {
    expect((await run(transport, `exit ${code}`)).end).toEqual({ kind: 'exited', code })
  })

  test('a signal is no exit code', async () => {
    // OpenSSH's client does not hand on which signal it was.
    const signal = implementation === 'ssh2' ? 'SIGKILL' : 'SIGUNKNOWN'
    for (let time = 0; time < 3; time++)
      expect((await run(transport, 'kill -9 $$')).end).toEqual({ kind: 'signalled', signal })
    expect((await run(transport, 'exit 255')).end).toEqual({ kind: 'exited', code: 255 })
  })

  test('50 MB of any bytes, unchanged', async () => {
    const hash = createHash('sha256')
    const channel = await transport.exec({ command: CIPHER })
    channel.stderr.resume()
    for await (const piece of channel.stdout) hash.update(piece)
    expect(await channel.end).toEqual({ kind: 'exited', code: 0 })
    expect(hash.digest('hex')).toBe(cipherText())
  })

  test('standard input, up to its end', async () => {
    const channel = await transport.exec({ command: 'sha256sum; echo after >&2' })
    const input = Buffer.alloc(3_000_000, 'muster\n')
    channel.stdin.end(input)
    const { end, out, err } = await finish(channel)
    expect(end).toEqual({ kind: 'exited', code: 0 })
    expect(out.toString()).toBe(`${createHash('sha256').update(input).digest('hex')}  -\n`)
    expect(err.toString()).toBe('after\n')
  })

  test('a reader that waits stalls the other side, and loses nothing', async () => {
    const channel = await transport.exec({ command: 'head -c 20000000 /dev/zero; echo done >&2' })
    const said = watch(channel.stderr)
    let ended = false
    void channel.end.then(() => (ended = true))
    expect((await run(transport, 'echo beside')).out.toString()).toBe('beside\n')
    expect([ended, said()]).toEqual([false, ''])
    expect((await gather(channel.stdout)).length).toBe(20_000_000)
    expect(await channel.end).toEqual({ kind: 'exited', code: 0 })
  })

  test('a terminal has a size, takes keys, and is resized', async () => {
    const channel = await transport.exec({
      command:
        'stty size; while [ "$(stty size)" != "30 100" ]; do sleep 0.05; done; echo resized; read line; echo "got $line"; exit 5',
      pty: { columns: 91, rows: 23 },
    })
    const said = watch(channel.stdout)
    await until('it shows its size', () => said().includes('23 91'))
    channel.resize(100, 30)
    await until('it is resized', () => said().includes('resized'))
    channel.stdin.write('hello\r')
    expect(await channel.end).toEqual({ kind: 'exited', code: 5 })
    await until('its last words', () => said().includes('got hello'))
    expect(said()).toBe('23 91\r\nresized\r\nhello\r\ngot hello\r\n')
  })

  test('a login shell to type into', async () => {
    const channel = await transport.shell({ columns: 80, rows: 24 })
    const said = watch(channel.stdout)
    channel.stdin.write('echo "answer $((40+2))"; exit 7\r')
    expect(await channel.end).toEqual({ kind: 'exited', code: 7 })
    await until('it answers', () => said().includes('answer 42'))
  })

  test('the last words of a terminal are not lost', async () => {
    const channel = await transport.exec({
      command: 'seq 1 20000',
      pty: { columns: 80, rows: 24 },
    })
    const { end, out } = await finish(channel)
    expect(end).toEqual({ kind: 'exited', code: 0 })
    expect(out.toString().trimEnd().split('\r\n').length).toBe(20_000)
  })

  test('many channels at once, each with its own end', async () => {
    const ends = await Promise.all(
      Array.from({ length: 24 }, (_, index) => run(transport, `echo ${index}; exit ${index}`)),
    )
    expect(ends.map(({ end, out }) => [end, out.toString()])).toEqual(
      Array.from({ length: 24 }, (_, index) => [{ kind: 'exited', code: index }, `${index}\n`]),
    )
  })

  test('a stream to a port as seen from there, half-closed by either end', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      void gather(socket).then((bytes) => socket.end(`got ${bytes.toString()}`))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const place = server.address()
    const port = typeof place === 'object' && place !== null ? place.port : 0
    const stream = await transport.forward('127.0.0.1', port)
    const answer = gather(stream)
    stream.end('request')
    expect((await answer).toString()).toBe('got request')
    server.close()
    await expect(transport.forward('127.0.0.1', port)).rejects.toMatchObject({
      code: 'connect',
      message: expect.stringContaining(`could not reach 127.0.0.1:${port}`),
    })
  })

  test('files: up, down, replaced in one step, or not there', async () => {
    const place = join(folder.path, implementation)
    mkdirSync(place)
    const files = await transport.files()
    const bytes = Buffer.alloc(1_500_000, Buffer.from([...Array(251).keys()]))
    writeFileSync(join(place, 'up'), 'old', { mode: 0o600 })
    const writer = await files.write(join(place, 'up'), 0o640)
    await writer.write(bytes.subarray(0, 700_001))
    expect(readFileSync(join(place, 'up'), 'utf8')).toBe('old')
    await writer.write(bytes.subarray(700_001))
    await writer.finish()
    expect(readFileSync(join(place, 'up')).equals(bytes)).toBe(true)
    expect(statSync(join(place, 'up')).mode & 0o777).toBe(0o640)
    expect((await gather(files.read(join(place, 'up')))).equals(bytes)).toBe(true)
    expect(await files.stat(join(place, 'up'))).toEqual({
      bytes: bytes.length,
      mode: 0o640,
      folder: false,
    })
    expect(await files.stat(place)).toMatchObject({ folder: true })
    expect(await files.stat(join(place, 'nothing'))).toBeUndefined()
    const given = await files.write(join(place, 'given up'), undefined)
    await given.write(Buffer.from('half'))
    await given.discard()
    expect((await run(transport, `ls '${place}'`)).out.toString()).toBe('up\n')
  })

  test('given up, the channel ends and the connection stays', async () => {
    const channel = await transport.exec({ command: 'echo here; sleep 60' })
    const said = watch(channel.stdout)
    await until('it runs', () => said().includes('here'))
    channel.abandon()
    expect((await channel.end).kind).toBe('lost')
    expect((await run(transport, 'echo still')).out.toString()).toBe('still\n')
  })

  test('what is left in the background holds its output, not the end', async () => {
    const channel = await transport.exec({ command: 'sleep 60 & echo $!' })
    const said = watch(channel.stdout)
    expect(await channel.end).toEqual({ kind: 'exited', code: 0 })
    await until('it is named', () => said().includes('\n'))
    await run(transport, `kill ${said().trim()}`)
  })
})
