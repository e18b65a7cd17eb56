import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSshServer } from '../../harness/ssh-server.ts'
import { generateKey, startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { createClient, IMPLEMENTATIONS, run, watch, type Client } from './support.ts'

/** One contract, two implementations: whether it is the right host, and what happens when it goes away. */

const folder = temporaryFolder('ssh-hosts')
const authority = join(folder.path, 'authority')
let sshd: Sshd
let client: Client
let files = 0

beforeAll(async () => {
  generateKey(authority)
  sshd = await startSshd(join(folder.path, 'sshd'), {
    configuration: [
      `HostCertificate ${join(folder.path, 'sshd', 'host_ed25519-cert.pub')}`,
      `TrustedUserCAKeys ${authority}.pub`,
    ],
  })
})
beforeEach(() => {
  client = createClient()
})
afterEach(() => client.closeAll())
afterAll(async () => {
  await sshd.close()
  folder.remove()
})

/** A known_hosts file of one test. */
function known(...lines: readonly string[]): string {
  const file = join(folder.path, `known-${++files}`)
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return file
}

const publicKey = (file: string): string => {
  const [type, key] = readFileSync(`${file}.pub`, 'utf8').split(' ')
  return `${type} ${key?.trim()}`
}
const hostKey = (type = 'ed25519'): string => publicKey(join(sshd.folder, `host_${type}`))
const name = (): string => `[127.0.0.1]:${sshd.port}`

describe.each(IMPLEMENTATIONS)('over %s', (transport) => {
  test('an unknown host asks with its fingerprint; accepted once, nothing is written', async () => {
    const file = known('# nothing')
    client.people.answer = () => ({ kind: 'host-key', accept: 'once' })
    const made = await client.connect(sshd.profile({ transport, knownHostsFiles: [file] }))
    expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
    expect(client.people.questions).toMatchObject([
      {
        kind: 'host-key',
        host: `127.0.0.1:${sshd.port}`,
        keyType: 'ssh-ed25519',
        fingerprint: sshd.fingerprint(),
        known: [],
      },
    ])
    expect(readFileSync(file, 'utf8')).toBe('# nothing\n')
  })

  test('accepted and remembered, one line is added and it is not asked again', async () => {
    const file = known('# kept')
    client.people.answer = () => ({ kind: 'host-key', accept: 'remember' })
    const profile = sshd.profile({ transport, knownHostsFiles: [file] })
    await client.connect(profile)
    await client.connect(profile)
    expect(client.people.questions.length).toBe(1)
    expect(readFileSync(file, 'utf8')).toBe(`# kept\n${name()} ${hostKey()}\n`)
  })

  test('declined, no password was sent', async () => {
    const server = await startSshServer({ password: 'right' })
    client.people.secrets['password of deploy@127.0.0.1'] = ['right']
    await expect(
      client.connect(
        sshd.profile({
          transport,
          port: server.port,
          user: 'deploy',
          identityFiles: [],
          password: { from: 'ask' },
          knownHostsFiles: [known()],
        }),
      ),
    ).rejects.toMatchObject({ code: 'host-key-unknown' })
    expect(server.attempts).toEqual([])
    expect(client.people.asked).toEqual([])
    await server.close()
  })

  test('a changed key is refused with both fingerprints and the place of the old one', async () => {
    const other = join(folder.path, `other-${transport}`)
    generateKey(other)
    const file = known('# first', `${name()} ${publicKey(other)}`)
    const failure: unknown = await client
      .connect(sshd.profile({ transport, knownHostsFiles: [file] }))
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'host-key-changed' })
    expect(String(failure)).toContain(sshd.fingerprint())
    expect(String(failure)).toContain(`${file}:2`)
    expect(client.people.questions).toEqual([])
    expect(client.people.stages.at(-1)).toMatchObject({ name: 'host-key', ok: false })
    expect(readFileSync(file, 'utf8')).toBe(`# first\n${name()} ${publicKey(other)}\n`)
  })

  test('a revoked key is refused, also where it is known too', async () => {
    const file = known(`${name()} ${hostKey()}`, `@revoked * ${hostKey()}`)
    await expect(
      client.connect(sshd.profile({ transport, knownHostsFiles: [file] })),
    ).rejects.toMatchObject({
      code: 'host-key-changed',
      message: expect.stringContaining(`revoked in ${file}:2`),
    })
    expect(client.people.questions).toEqual([])
  })

  test('the type of key that is known is the one that is asked for', async () => {
    const hashed = known(`${name()} ${hostKey('rsa')}`)
    execFileSync('ssh-keygen', ['-H', '-f', hashed], { stdio: 'ignore' })
    expect(readFileSync(hashed, 'utf8')).toMatch(/^\|1\|/u)
    await client.connect(sshd.profile({ transport, knownHostsFiles: [known(), hashed] }))
    expect(client.people.questions).toEqual([])
    expect(client.people.stages.find(({ name: stage }) => stage === 'host-key')?.detail).toContain(
      sshd.fingerprint('rsa'),
    )
  })

  test('nobody there: refused, or a name that is none', async () => {
    await expect(client.connect(sshd.profile({ transport, port: 1 }))).rejects.toMatchObject({
      code: 'connect',
      message: expect.stringMatching(/127\.0\.0\.1:1 .*refused/u),
    })
    await expect(
      client.connect(sshd.profile({ transport, hosts: ['no-such-host.invalid'] })),
    ).rejects.toMatchObject({ code: 'resolve' })
  })

  test('cut under a running command: lost, and nothing can be started any more', async () => {
    const made = await client.connect(sshd.profile({ transport }))
    const channel = await made.exec({ command: 'echo here; sleep 60' })
    const said = watch(channel.stdout)
    await until('it runs', () => said().includes('here'))
    sshd.cutConnections()
    expect((await channel.end).kind).toBe('lost')
    expect(await made.lost).toEqual(expect.any(String))
    await expect(made.exec({ command: 'true' })).rejects.toMatchObject({ code: 'channel' })
    await expect(made.files()).rejects.toThrow()
  })

  test('a host that says nothing any more is lost after its keep-alive', async () => {
    const made = await client.connect(
      sshd.profile({ transport, keepAlive: { everyMs: 1000, misses: 1 } }),
    )
    const channel = await made.exec({ command: 'sleep 60' })
    sshd.freezeConnections()
    expect((await channel.end).kind).toBe('lost')
    expect(await made.lost).toEqual(expect.any(String))
    sshd.cutConnections()
  })

  test('closed in order, it is not lost, and what ran is', async () => {
    const made = await client.connect(sshd.profile({ transport }))
    const channel = await made.exec({ command: 'sleep 60' })
    await made.close()
    expect(await made.lost).toBeUndefined()
    expect((await channel.end).kind).toBe('lost')
    await expect(made.exec({ command: 'true' })).rejects.toMatchObject({ code: 'channel' })
  })
})

describe('what OpenSSH alone can do is done by it, and said', () => {
  test('a host that shows a certificate of an authority', async () => {
    const certified = join(sshd.folder, 'host_ed25519.pub')
    execFileSync('ssh-keygen', [
      '-q',
      '-s',
      authority,
      '-I',
      'host',
      '-h',
      '-n',
      '127.0.0.1',
      certified,
    ])
    await sshd.restart()
    const file = known(`@cert-authority [127.0.0.1]:* ${publicKey(authority)}`)
    const made = await client.connect(sshd.profile({ knownHostsFiles: [file] }))
    expect([made.implementation, made.because]).toEqual([
      'openssh',
      'known_hosts trusts an authority for this host',
    ])
    expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
    expect(client.people.questions).toEqual([])
    expect(client.people.stages.find(({ name: stage }) => stage === 'host-key')?.detail).toBe(
      'a certificate of an authority in known_hosts',
    )
  })

  test('an authority that did not sign it lets nobody pass without a question', async () => {
    const other = join(folder.path, 'other-authority')
    generateKey(other)
    const file = known(`@cert-authority * ${publicKey(other)}`)
    await expect(client.connect(sshd.profile({ knownHostsFiles: [file] }))).rejects.toMatchObject({
      code: 'host-key-unknown',
    })
    expect(client.people.questions).toMatchObject([{ fingerprint: sshd.fingerprint() }])
  })

  test('a person with a certificate', async () => {
    const identity = join(folder.path, 'certified')
    generateKey(identity)
    execFileSync('ssh-keygen', [
      '-q',
      '-s',
      authority,
      '-I',
      'me',
      '-n',
      sshd.user,
      `${identity}.pub`,
    ])
    const made = await client.connect(sshd.profile({ identityFiles: [identity] }))
    expect([made.implementation, made.because]).toEqual([
      'openssh',
      `the key ${identity} has a certificate`,
    ])
    expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
  })

  test('a ProxyCommand of the configuration', async () => {
    const file = join(folder.path, 'config')
    writeFileSync(
      file,
      `Host behind\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  ProxyCommand ssh -F none -i ${sshd.identity} -o UserKnownHostsFile=${sshd.knownHosts} -p ${sshd.port} -W %h:%p 127.0.0.1\n`,
    )
    const { port: _port, ...profile } = sshd.profile({ hosts: ['behind'], configFile: file })
    const made = await client.connect(profile)
    expect([made.implementation, made.because]).toEqual([
      'openssh',
      'the configuration has a ProxyCommand',
    ])
    expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
  })

  test('ssh2 asked for by the profile stays ssh2', async () => {
    const made = await client.connect(sshd.profile({ transport: 'ssh2' }))
    expect(made.implementation).toBe('ssh2')
  })
})
