import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import type { PostgresProfile } from '../../../main/core/connection/profile.ts'
import type { Probe, ProbeStage } from '../../../main/engine/ports.ts'
import { createPostgresExecutor } from '../../../main/executors/postgres/executor.ts'
import type { SessionRequest } from '../../../main/executors/postgres/session.ts'
import { passFilePassword, settingsOf } from '../../../main/executors/postgres/settings.ts'
import { PASSWORD, startPostgres, type PostgresServer } from '../../harness/postgres.ts'
import { temporaryFolder, type TemporaryFolder } from '../../harness/temporary-folder.ts'
import { makeAuthority, type Authority } from '../support/certificates.ts'
import { postgresProfile, ran, SECRETS, sql } from './support.ts'

/** How a profile leads to a server: encryption, authentication, files, several hosts, and the words when it does not. */

let server: PostgresServer
let plain: PostgresServer
let folder: TemporaryFolder
let stranger: Authority

beforeAll(async () => {
  ;[server, plain] = await Promise.all([startPostgres(), startPostgres({ tls: false })])
  folder = temporaryFolder('postgres-files')
  stranger = makeAuthority()
})

afterAll(async () => {
  await Promise.all([server.stop(), plain.stop()])
  folder.remove()
  stranger.remove()
})

const before = { ...process.env }
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('PG')) delete process.env[name]
  Object.assign(process.env, before)
})

function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder.path, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

async function probe(
  profile: PostgresProfile,
  ports: SessionRequest['ports'] = { secrets: SECRETS },
): Promise<Probe & { readonly words: string }> {
  const executor = createPostgresExecutor(ports)
  const seen: ProbeStage[] = []
  const found = await executor.probe?.(
    { profile, environment: undefined, signal: new AbortController().signal },
    (stage) => seen.push(stage),
  )
  if (found === undefined) throw new Error('no probe')
  expect(seen).toEqual(found.stages)
  return {
    ...found,
    words: found.stages.map(({ name, ok }) => `${name}:${ok ? 'ok' : 'no'}`).join(' '),
  }
}

const OK = 'connect:ok certificate:ok authenticate:ok first-query:ok'
const PLAIN = 'connect:ok authenticate:ok first-query:ok'

describe('sslmode means what it means for libpq', () => {
  // Which role may come in how: only_tls not without, only_plain not with encryption.
  test.each([
    ['disable', 'app', PLAIN],
    ['disable', 'only_tls', 'connect:ok authenticate:no'],
    ['allow', 'app', PLAIN],
    ['allow', 'only_tls', OK],
    ['prefer', 'app', OK],
    ['prefer', 'only_plain', PLAIN],
    ['require', 'app', OK],
    ['require', 'only_plain', 'connect:ok certificate:ok authenticate:no'],
  ] as const)('%s for %s', async (sslMode, user, words) => {
    expect((await probe(postgresProfile(server, { sslMode, user }))).words).toBe(words)
  })

  test.each([
    ['verify-ca', '127.0.0.1'],
    ['verify-full', '127.0.0.1'],
    ['verify-full', 'localhost'],
  ] as const)('%s of %s', async (sslMode, host) => {
    const profile = postgresProfile(server, {
      sslMode,
      host,
      sslRootCertificate: server.authorityFile,
    })
    const { ok, stages } = await probe(profile)
    expect(ok).toBe(true)
    expect(stages.find(({ name }) => name === 'certificate')?.detail).toContain(
      'certificate verified',
    )
  })

  it('verify-full refuses another name, verify-ca does not look at it', async () => {
    const other = await startPostgres({ names: 'DNS:elsewhere.example.com' })
    try {
      const files = { sslRootCertificate: other.authorityFile }
      const full = await probe(postgresProfile(other, { sslMode: 'verify-full', ...files }))
      expect(full.words).toBe('connect:ok certificate:no')
      expect(full.summary).toContain('made out to elsewhere.example.com')
      expect((await probe(postgresProfile(other, { sslMode: 'verify-ca', ...files }))).ok).toBe(
        true,
      )
    } finally {
      await other.stop()
    }
  })

  it('an authority that is not known is refused, also by require when there is a file', async () => {
    const sslRootCertificate = file('stranger.pem', stranger.cert)
    for (const sslMode of ['require', 'verify-ca', 'verify-full'] as const) {
      const found = await probe(postgresProfile(server, { sslMode, sslRootCertificate }))
      expect(found.words).toBe('connect:ok certificate:no')
      expect(found.summary).toContain(
        `by an authority that is not in ${sslRootCertificate}. Nothing was sent.`,
      )
    }
  })

  it('an expired certificate is said', async () => {
    const old = await startPostgres({ days: -1 })
    try {
      const profile = postgresProfile(old, {
        sslMode: 'verify-ca',
        sslRootCertificate: old.authorityFile,
      })
      expect((await probe(profile)).summary).toContain('expired on')
    } finally {
      await old.stop()
    }
  })

  it('without the file of the authority nothing is verified, and that is said', async () => {
    const missing = join(folder.path, 'not-there.crt')
    const found = await probe(
      postgresProfile(server, { sslMode: 'verify-full', sslRootCertificate: missing }),
    )
    expect(found.summary).toContain(`${missing} is not there`)
  })

  it('a server without TLS', async () => {
    expect((await probe(postgresProfile(plain, { sslMode: 'prefer' }))).words).toBe(PLAIN)
    const found = await probe(postgresProfile(plain, { sslMode: 'require' }))
    expect(found.summary).toContain(
      'does not take encrypted connections, and sslmode require insists',
    )
  })

  it('a client certificate is proof enough, and its key must be private', async () => {
    const pair = clientPair()
    const profile = postgresProfile(server, {
      user: 'certified',
      sslMode: 'require',
      sslCertificate: pair.cert,
      sslKey: pair.key,
    })
    const { password: _password, ...without } = profile
    expect((await probe(without)).words).toBe(OK)
    chmodSync(pair.key, 0o644)
    expect((await probe(without)).summary).toContain(`chmod 600 ${pair.key}`)
  })
})

/** A certificate of the server's own authority for the role `certified`. */
function clientPair(): { readonly cert: string; readonly key: string } {
  const pair = server.authority.issue('DNS:certified', 30, 'certified')
  return { cert: file('client.crt', pair.cert), key: file('client.key', pair.key) }
}

describe('who one is', () => {
  test.each(['app', 'md5_user', 'plain_user', 'trusted'])('%s', async (user) => {
    expect((await probe(postgresProfile(server, { user }))).ok).toBe(true)
  })

  it('a wrong password is said once, refused to the secrets, and not tried on another line', async () => {
    const refused: string[] = []
    let asked = 0
    const secrets: NonNullable<SessionRequest['ports']['secrets']> = {
      get: () => {
        asked++
        return Promise.resolve({ value: 'wrong' })
      },
      refuse: (_source, { label }) => refused.push(label),
    }
    const profile = postgresProfile(server, { sslMode: 'prefer', host: '127.0.0.1,127.0.0.1' })
    const found = await probe(profile, { secrets })
    expect(found.summary).toBe(`127.0.0.1:${server.port} refused the password of app.`)
    expect([asked, refused]).toEqual([1, ['password of app@orders']])
  })

  it('a secret that nobody gives is said', async () => {
    const secrets = {
      ...SECRETS,
      get: () => Promise.resolve({ problem: 'nobody is there to ask.' }),
    }
    const found = await probe(postgresProfile(server), { secrets })
    expect(found.summary).toContain('There is no password of app@orders: nobody is there to ask.')
  })

  it('a database and a server that are not there', async () => {
    const missing = await probe(postgresProfile(server, { database: 'nowhere' }))
    expect(missing.summary).toContain('There is no database “nowhere”')
    const refused = await probe(postgresProfile({ port: 1 }))
    expect(refused.words).toBe('connect:no')
    expect(refused.summary).toContain('Nothing listens at 127.0.0.1:1')
  })

  it('a server without a connection left', async () => {
    const { rows } = { rows: await server.admin('show max_connections') }
    expect(rows).toEqual([{ max_connections: '20' }])
    await server.admin('alter role trusted connection limit 0')
    try {
      const found = await probe(postgresProfile(server, { user: 'trusted' }))
      expect(found.summary).toContain(
        'has no connection left: too many connections for role "trusted"',
      )
    } finally {
      await server.admin('alter role trusted connection limit -1')
    }
  })

  it('something that is not PostgreSQL', async () => {
    const other = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve)
    })
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    try {
      const found = await probe(postgresProfile({ port }, { sslMode: 'require' }))
      expect(found.ok).toBe(false)
      expect(found.summary).toMatch(/does not speak PostgreSQL|unencrypted bytes/u)
    } finally {
      await new Promise((resolve) => {
        other.close(resolve)
      })
    }
  })
})

describe('where it comes from', () => {
  const bare = (): PostgresProfile => ({ kind: 'postgres', name: 'orders' })

  it('a URL, with what is encoded in it', () => {
    const url =
      'postgresql://us%40er@h1:5433,[::1]:5434/my%2Fdb?sslmode=require&application_name=x%20y'
    expect(settingsOf({ ...bare(), url }, {}, folder.path)).toMatchObject({
      hosts: [
        { host: 'h1', port: 5433 },
        { host: '::1', port: 5434 },
      ],
      user: 'us@er',
      database: 'my/db',
      sslMode: 'require',
      applicationName: 'x y',
    })
    expect(settingsOf({ ...bare(), url, user: 'mine', port: 1 }, {}, folder.path)).toMatchObject({
      user: 'mine',
    })
    expect(
      settingsOf({ ...bare(), url: 'postgres://%2Frun%2Fpg/db' }, {}, folder.path).hosts,
    ).toMatchObject([{ host: '/run/pg', port: 5432 }])
  })

  it('the environment only where profile and service are silent', () => {
    const service = file(
      'service.conf',
      '# words\n[other]\nhost=wrong\n[orders]\nhost = s1\ndbname=sdb\n\n[last]\nhost=x\n',
    )
    const environment = {
      PGHOST: 'e1',
      PGPORT: '6000',
      PGDATABASE: 'edb',
      PGUSER: 'euser',
      PGSSLMODE: 'verify-ca',
      PGSERVICEFILE: service,
    }
    const silent = settingsOf(bare(), environment, folder.path)
    expect(silent).toMatchObject({
      hosts: [{ host: 'e1', port: 6000 }],
      user: 'euser',
      database: 'edb',
      sslMode: 'verify-ca',
    })
    const served = settingsOf(
      { ...bare(), service: 'orders', database: 'mine' },
      environment,
      folder.path,
    )
    expect(served).toMatchObject({
      hosts: [{ host: 's1', port: 6000 }],
      user: 'euser',
      database: 'mine',
    })
    expect(
      settingsOf(bare(), { ...environment, PGSERVICE: 'last' }, folder.path).hosts[0]?.host,
    ).toBe('x')
    expect(() => settingsOf({ ...bare(), service: 'nope' }, environment, folder.path)).toThrow(
      `There is no service “nope”: ${service} has no [nope].`,
    )
  })

  it('defaults are those of libpq', () => {
    const found = settingsOf({ ...bare(), user: 'me' }, {}, folder.path)
    expect(found).toMatchObject({
      database: 'me',
      sslMode: 'prefer',
      sslRootCertificate: join(folder.path, '.postgresql/root.crt'),
      passFile: join(folder.path, '.pgpass'),
      hosts: [{ port: 5432 }],
    })
    expect(found.hosts[0]?.host.startsWith('/')).toBe(true)
  })

  test.each([
    [{ host: 'a,b,c', port: 1 }, {}, undefined],
    [{ url: 'postgres://a:1,b:2,c:3/x', host: 'a,b' }, {}, '2 hosts and 3 ports'],
    [{ url: 'http://x' }, {}, 'is not one of PostgreSQL'],
    [{}, { PGSSLMODE: 'sometimes' }, '“sometimes” is not an sslmode'],
    [{}, { PGPORT: 'x' }, '“x” is not a port'],
    [{ sslMode: 'require', sslRootCertificate: 'system' }, {}, 'too weak for sslrootcert=system'],
  ] as const)('%o %o', (changes, environment, words) => {
    const made = (): unknown =>
      settingsOf({ ...bare(), user: 'u', ...changes }, environment, folder.path)
    if (words === undefined) expect(made).not.toThrow()
    else expect(made).toThrow(words)
  })

  test.each([
    ['channel_binding=require', 'asks for channel_binding=require, which Muster cannot promise'],
    ['require_auth=scram-sha-256', 'has “require_auth” in it'],
    ['sslcrl=/x', 'has “sslcrl” in it'],
    ['nonsense=1', 'has “nonsense” in it'],
    ['channel_binding=prefer&keepalives_idle=5', undefined],
  ])('what cannot be kept is not promised: %s', (query, words) => {
    const made = (): unknown =>
      settingsOf({ ...bare(), url: `postgres://u@h/d?${query}` }, {}, folder.path)
    if (words === undefined) expect(made).not.toThrow()
    else expect(made).toThrow(words)
  })

  it('a password file: first line that fits, wildcards, escapes', () => {
    const passFile = file(
      'pgpass',
      '# words\nother:5432:*:*:no\nh\\:1:5432:db:us\\\\er:pass\\:word\n*:5432:db:app:wild:card\n*:*:*:*:last\n',
    )
    const of = (host: string, user: string, database = 'db'): string | undefined =>
      passFilePassword({ passFile, user, database }, { host, port: 5432 }).password
    expect(of('h:1', 'us\\er')).toBe('pass:word')
    expect(of('anything', 'app')).toBe('wild:card')
    expect(of('anything', 'app', 'elsewhere')).toBe('last')
    chmodSync(passFile, 0o640)
    expect(
      passFilePassword({ passFile, user: 'app', database: 'db' }, { host: 'h', port: 1 }).warning,
    ).toContain('chmod 600')
  })

  it('a password of the file, the environment and a service is used, and learnt', async () => {
    const learnt: string[] = []
    const ports = { learn: (value: string): void => void learnt.push(value) }
    const { password: _password, ...profile } = postgresProfile(server)
    process.env['PGPASSFILE'] = file('mine', `127.0.0.1:${server.port}:orders:app:${PASSWORD}\n`)
    expect((await probe(profile, ports)).ok).toBe(true)
    delete process.env['PGPASSFILE']
    process.env['PGPASSWORD'] = PASSWORD
    expect((await probe(profile, ports)).ok).toBe(true)
    delete process.env['PGPASSWORD']
    process.env['PGSERVICEFILE'] = file('s', `[s]\npassword=${PASSWORD}\n`)
    expect((await probe({ ...profile, service: 's' }, ports)).ok).toBe(true)
    expect(learnt).toEqual([PASSWORD, PASSWORD, PASSWORD])
  })

  it('a unix socket', async () => {
    const { password: _password, ...profile } = postgresProfile(server, {
      host: server.socketFolder,
      sslMode: 'require',
    })
    const found = await probe(profile)
    expect(found.words).toBe(PLAIN)
    expect(found.summary).toContain(`.s.PGSQL.${server.port}`)
    mkdirSync(join(folder.path, 'empty'), { recursive: true })
    const none = await probe({ ...profile, host: join(folder.path, 'empty') })
    expect(none.summary).toContain('it is not there. Does the server run')
  })

  it('several hosts, and only one that may be written to', async () => {
    await plain.admin('alter system set default_transaction_read_only = on')
    await plain.admin('select pg_reload_conf()')
    const url = (attributes: string): string =>
      `postgres://app@127.0.0.1:1,127.0.0.1:${plain.port},127.0.0.1:${server.port}/orders?sslmode=disable&target_session_attrs=${attributes}`
    const of = async (attributes: string): Promise<Probe> =>
      probe({ kind: 'postgres', name: 'orders', url: url(attributes), password: { from: 'ask' } })
    expect((await of('any')).summary).toContain(`127.0.0.1:${plain.port} answered`)
    expect((await of('read-write')).summary).toContain(`127.0.0.1:${server.port} answered`)
    expect((await of('read-only')).summary).toContain(`127.0.0.1:${plain.port} answered`)
    expect((await of('prefer-standby')).summary).toContain(`127.0.0.1:${plain.port} answered`)
    const none = await of('standby')
    expect(none.ok).toBe(false)
    expect(none.summary).toContain('is a primary, and standby was asked for')
  })

  it('through an ssh host, without a port of this laptop, with TLS inside', async () => {
    const opened: string[] = []
    const executor = createPostgresExecutor({
      secrets: SECRETS,
      tunnels: {
        open: ({ via, host, port }) => {
          opened.push(`${via.name} ${host}:${port}`)
          return Promise.resolve(connect(server.port, '127.0.0.1'))
        },
      },
    })
    const profile = postgresProfile(server, {
      host: 'localhost',
      port: 5432,
      via: 'bastion',
      sslMode: 'verify-full',
      sslRootCertificate: server.authorityFile,
    })
    const { outcome, text } = await ran(executor, sql('select 1 as x', profile))
    expect(outcome).toEqual({ kind: 'responded' })
    expect([text, opened]).toEqual(['x\n1\n', ['bastion localhost:5432']])
    await executor.closeRun('run-1')
  })
})
