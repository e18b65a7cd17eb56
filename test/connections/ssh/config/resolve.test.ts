import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseHop, resolveHost } from '../../../../main/connections/ssh/config/resolve.ts'
import type { ResolvedHost } from '../../../../main/connections/ssh/resolved.ts'
import type { SshProfile } from '../../../../main/core/connection/profile.ts'
import { temporaryFolder } from '../../../harness/temporary-folder.ts'

const folder = temporaryFolder('ssh-config')
afterAll(() => folder.remove())

let files = 0
function config(...lines: readonly string[]): string {
  const file = join(folder.path, `config-${++files}`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

function keyFile(name: string): string {
  const file = join(folder.path, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  return file
}

async function resolved(
  host: string,
  configFile: string,
  change: Partial<SshProfile> = {},
): Promise<ResolvedHost> {
  return await resolveHost({ kind: 'ssh', name: host, hosts: [host], configFile, ...change }, host)
}

describe('what the configuration says of a host', () => {
  test('aliases, Include, Match, patterns and negation', async () => {
    const included = config('Host *.inner !old.inner', '  User included', '  Port 2201')
    const file = config(
      `Include ${included}`,
      'Host orders',
      '  HostName db-1.inner',
      '  User deploy',
      'Match final host db-1.inner',
      '  ServerAliveInterval 7',
      '  ServerAliveCountMax 5',
      'Host *',
      '  ConnectTimeout 9',
    )
    expect(await resolved('orders', file)).toMatchObject({
      alias: 'orders',
      host: 'db-1.inner',
      port: 2201,
      user: 'deploy',
      connectTimeoutMs: 9000,
      keepAlive: { everyMs: 7000, misses: 5 },
      jumps: [],
    })
    expect(await resolved('old.inner', file)).toMatchObject({ port: 22 })
  })

  test('the profile wins, and `[user@]host[:port]` stands behind it', async () => {
    const file = config('Host *', '  User configured', '  Port 2201')
    expect(await resolved('db-1', file, { user: 'me', port: 2300 })).toMatchObject({
      user: 'me',
      port: 2300,
    })
    expect(await resolved('you@db-1:2400', file)).toMatchObject({
      host: 'db-1',
      user: 'you',
      port: 2400,
    })
    expect(await resolved('db-1', file)).toMatchObject({ user: 'configured', port: 2201 })
    expect(await resolved('db-1', file, { user: 'TEAM\\me' })).toMatchObject({ user: 'TEAM\\me' })
  })

  test('tokens that ssh leaves, in identity files and agents', async () => {
    const own = keyFile('deploy@db-1.inner')
    const file = config(
      'Host db-1',
      '  HostName db-1.inner',
      '  User deploy',
      `  IdentityFile ${folder.path}/%r@%h`,
      `  IdentityFile ${folder.path}/is-not-there`,
      `  IdentityAgent ${folder.path}/agent-%n`,
      '  IdentitiesOnly yes',
    )
    expect(await resolved('db-1', file)).toMatchObject({
      identityFiles: [own],
      identitiesOnly: true,
      agent: join(folder.path, 'agent-db-1'),
    })
    expect((await resolved('db-1', file, { agent: false })).agent).toBeUndefined()
    await expect(
      resolved('db-1', file, { identityFiles: [join(folder.path, 'gone')] }),
    ).rejects.toMatchObject({ code: 'configuration' })
  })

  test('hops, the hops of the first one, and a circle', async () => {
    const file = config(
      'Host outer',
      '  User gate',
      'Host middle',
      '  Port 2202',
      '  ProxyJump outer',
      'Host inner',
      '  ProxyJump middle,last@10.0.0.9:2203',
      'Host round',
      '  ProxyJump about',
      'Host about',
      '  ProxyJump round',
    )
    const { jumps } = await resolved('inner', file)
    expect(jumps.map(({ alias, user, port }) => [alias, user, port])).toEqual([
      ['outer', 'gate', 22],
      ['middle', expect.any(String), 2202],
      ['10.0.0.9', 'last', 2203],
    ])
    expect((await resolved('inner', file, { jump: ['outer'] })).jumps.length).toBe(1)
    await expect(resolved('round', file)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('circle'),
    })
  })

  test('known hosts: files of the configuration, then of everybody', async () => {
    const file = config(
      'Host *',
      `  UserKnownHostsFile ~/kh "${folder.path}/k 2"`,
      '  HashKnownHosts yes',
    )
    writeFileSync(join(folder.path, 'k 2'), '')
    const host = await resolved('db-1', file)
    expect(host.knownHostsFiles.slice(0, 2)).toEqual([
      join(homedir(), 'kh'),
      join(folder.path, 'k 2'),
    ])
    expect(host.hashKnownHosts).toBe(true)
    expect((await resolved('db-1', file, { knownHostsFiles: ['/a'] })).knownHostsFiles).toEqual([
      '/a',
    ])
  })

  test('a configuration with a mistake, or a name that is an option, is said', async () => {
    await expect(resolved('db-1', config('Hots db-1'))).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('Bad configuration option: hots'),
    })
  })

  test.each(['-oProxyCommand=id', '$(id)', '`id`@db-1', 'a;id', '-l@db-1', 'a b', 'a\nb', ''])(
    'a runbook cannot smuggle %j into a command of the configuration',
    async (name) => {
      const proof = join(folder.path, 'proof')
      const file = config(`Match exec "touch ${proof} %n"`, '  Port 2201')
      await expect(resolved(name, file)).rejects.toMatchObject({ code: 'configuration' })
      expect(existsSync(proof)).toBe(false)
    },
  )
})

describe('what only OpenSSH can do', () => {
  const why = async (lines: readonly string[], change: Partial<SshProfile> = {}) =>
    (await resolved('db-1', config('Host db-1', ...lines), { knownHostsFiles: [], ...change }))
      .needsOpenSsh

  test('is named, and nothing else is', async () => {
    const plain = keyFile('plain')
    const certified = keyFile('certified')
    writeFileSync(`${certified}-cert.pub`, 'a certificate')
    const token = join(folder.path, 'id_ed25519_sk')
    writeFileSync(token, '')
    expect(await why([], { identityFiles: [plain] })).toBeUndefined()
    expect(await why([], { identityFiles: [plain, certified] })).toContain('has a certificate')
    expect(await why([], { identityFiles: [token] })).toContain('security key')
    expect(
      await why([`CertificateFile ${certified}-cert.pub`], { identityFiles: [plain] }),
    ).toContain('certificate')
    expect(await why(['ProxyCommand nc %h %p'], { identityFiles: [plain] })).toContain(
      'ProxyCommand',
    )
    expect(await why(['PKCS11Provider /usr/lib/token.so'], { identityFiles: [plain] })).toContain(
      'PKCS#11',
    )
  })

  test('an authority for this host, and for no other', async () => {
    const key = execFileSync('ssh-keygen', ['-y', '-f', keyFile('authority')], { encoding: 'utf8' })
    const known = join(folder.path, 'known')
    writeFileSync(known, `@cert-authority *.inner ${key}`)
    expect(await why(['HostName db-1.inner'], { knownHostsFiles: [known] })).toContain('authority')
    expect(await why(['HostName db-1.outer'], { knownHostsFiles: [known] })).toBeUndefined()
  })

  test('a hop that needs it takes the whole way along', async () => {
    const file = config('Host gate', '  ProxyCommand nc %h %p', 'Host db-1', '  ProxyJump gate')
    expect((await resolved('db-1', file, { knownHostsFiles: [] })).needsOpenSsh).toContain(
      'ProxyCommand',
    )
  })
})

test.each([
  ['db-1', { host: 'db-1' }],
  ['me@db-1', { host: 'db-1', user: 'me' }],
  ['db-1:2222', { host: 'db-1', port: 2222 }],
  ['me@[::1]:2222', { host: '::1', user: 'me', port: 2222 }],
  ['fe80::1', { host: 'fe80::1' }],
  ['ssh://me@db-1:2222/', { host: 'db-1', user: 'me', port: 2222 }],
])('the hop %s', (text, hop) => {
  expect(parseHop(text)).toEqual(hop)
})

test('without any ssh the profile alone counts', async () => {
  const path = process.env['PATH']
  const empty = join(folder.path, 'empty')
  mkdirSync(empty)
  process.env['PATH'] = empty
  try {
    expect(
      await resolveHost(
        {
          kind: 'ssh',
          name: 'x',
          hosts: ['db-1'],
          user: 'me',
          port: 2222,
          knownHostsFiles: ['/k'],
        },
        'db-1',
      ),
    ).toMatchObject({ host: 'db-1', user: 'me', port: 2222, needsOpenSsh: undefined })
  } finally {
    process.env['PATH'] = path
  }
})
