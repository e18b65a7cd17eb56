import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConnections, profileSummary } from '../../../main/core/connection/read.ts'

function said(source: string): string[] {
  return parseConnections(source).diagnostics.map(({ code, range }) => {
    const { line, column } = range.start
    return `${code} ${line}:${column}`
  })
}

const HEAD = 'connections: 1\nenvironments:\n  production:\n    profiles:\n'

function profile(text: string): ReturnType<typeof parseConnections> {
  return parseConnections(`${HEAD}      one: ${text}\n`)
}

function only(text: string): unknown {
  const { environments, diagnostics } = profile(text)
  expect(diagnostics).toEqual([])
  return environments[0]?.profiles[0]
}

describe('a file of connections', () => {
  test('empty is empty, and an environment called production is production unless it says otherwise', () => {
    expect(parseConnections('')).toEqual({ environments: [], diagnostics: [], refused: [] })
    expect(
      parseConnections(
        'connections: 1\nenvironments:\n  production:\n  staging: {}\n  live: { production: true }\n',
      ).environments.map(({ name, production }) => [name, production]),
    ).toEqual([
      ['production', true],
      ['staging', false],
      ['live', true],
    ])
  })

  test('all that a profile of each kind can say', () => {
    expect(
      only(
        '{ ssh: [a, b], user: deploy, port: 2222, identity: ~/.ssh/id, jump: bastion, keep-alive: { every: 15s }, password: ask, passphrase: { keychain: key }, transport: openssh, known-hosts: [x, y], agent: false }',
      ),
    ).toEqual({
      kind: 'ssh',
      name: 'one',
      hosts: ['a', 'b'],
      user: 'deploy',
      port: 2222,
      identityFiles: ['~/.ssh/id'],
      jump: ['bastion'],
      keepAlive: { everyMs: 15_000, misses: 3 },
      password: { from: 'ask' },
      passphrase: { from: 'keychain', name: 'key' },
      transport: 'openssh',
      knownHostsFiles: ['x', 'y'],
      agent: false,
    })
    expect(
      only(
        '{ postgres: "postgres://app@db/orders", sslmode: verify-full, password: { env: PGPASSWORD }, max-rows: 10, read-only: true, connect-timeout: 500ms }',
      ),
    ).toEqual({
      kind: 'postgres',
      name: 'one',
      url: 'postgres://app@db/orders',
      sslMode: 'verify-full',
      password: { from: 'environment', name: 'PGPASSWORD' },
      maxRows: 10,
      readOnly: true,
      connectTimeoutMs: 500,
    })
    expect(
      only(
        '{ redis: true, host: cache, tls: { ca: ca.pem, server-name: x }, sentinel: { master: m, nodes: [a:1] }, password: { command: [pass, show, redis] } }',
      ),
    ).toEqual({
      kind: 'redis',
      name: 'one',
      host: 'cache',
      tls: { ca: 'ca.pem', serverName: 'x' },
      sentinel: { master: 'm', nodes: ['a:1'] },
      password: { from: 'command', command: ['pass', 'show', 'redis'] },
    })
    expect(
      only('{ http: "https://x", basic: { user: u, password: ask }, proxy: false, redirects: 3 }'),
    ).toEqual({
      kind: 'http',
      name: 'one',
      url: 'https://x',
      basic: { user: 'u', password: { from: 'ask' } },
      proxy: false,
      redirects: 3,
    })
    expect(only('{ local: /srv }')).toEqual({ kind: 'local', name: 'one', folder: '/srv' })
  })

  test('every mistake is said at its place, and the rest of the file is still there', () => {
    const source = `${HEAD}      good: { ssh: a }
      bad: { ssh: b, usr: me }
      worse: { redis: true, port: 70000 }
      none: { user: x }
      both: { ssh: a, redis: b }
      url: { postgres: "postgres://me:hunter2@db/x" }
      word: { ssh: a, password: hunter2 }
      far: { redis: true, via: nobody }
      "sp ace": { ssh: a }
`
    expect(said(source)).toEqual([
      'unknown-key 6:22',
      'bad-value 7:35',
      'profile-kind 8:7',
      'profile-kind 9:7',
      'secret-in-file 10:24',
      'bad-value 11:33',
      'via-unknown 12:32',
      'bad-name 13:7',
    ])
    const { environments, diagnostics, refused } = parseConnections(source)
    expect(refused.map(({ profile: name }) => name)).toEqual([
      'bad',
      'worse',
      'none',
      'both',
      'url',
      'word',
    ])
    expect(environments[0]?.profiles.map(({ name }) => name)).toEqual(['good', 'far', 'sp ace'])
    expect(diagnostics[0]?.message).toContain('Did you mean “user”?')
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2')
  })

  test('a file of another version, broken YAML and other things are said', () => {
    expect(said('connections: 2\n')).toEqual(['format-version 1:14'])
    expect(said('environments: {}\n')).toEqual(['missing-key 1:1'])
    expect(said('connections: 1\nenvironmnets: {}\n')).toEqual(['unknown-key 2:1'])
    expect(said('connections: [1\n')[0]).toMatch(/^frontmatter-yaml/u)
    expect(said('- a\n')[0]).toMatch(/^bad-value/u)
    expect(said(`a: ${'x'.repeat(600_000)}\n`)).toEqual(['frontmatter-yaml 1:1'])
  })

  test('a password in a URL is found wherever a URL can stand', () => {
    for (const text of [
      '{ postgres: "postgresql://u:p@h/d" }',
      '{ postgres: "postgres://h/d?password=p" }',
      '{ redis: "rediss://:p@h" }',
      '{ http: "https://u:p@h" }',
      '{ http: "https://h", proxy: "http://u:p@proxy:8080" }',
    ])
      expect(profile(text).diagnostics.map(({ code }) => code)).toEqual(['secret-in-file'])
    expect(profile('{ postgres: "postgres://u@h:5432/d?sslmode=require" }').diagnostics).toEqual([])
  })

  test('a password beside a host is found, and nothing quotes it', () => {
    for (const text of [
      '{ ssh: "deploy:hunter2@web-1" }',
      '{ ssh: [web-1, "deploy:hunter2@web-2:22"] }',
      '{ ssh: "ssh://deploy:hunt@er2@web-1" }',
      '{ ssh: web-1, jump: ["me:hunter2@bastion"] }',
    ]) {
      const { diagnostics, environments } = profile(text)
      expect(diagnostics.map(({ code }) => code)).toEqual(['secret-in-file'])
      expect(JSON.stringify([diagnostics, environments])).not.toContain('hunt')
    }
    for (const text of [
      '{ ssh: "deploy@web-1:2222" }',
      '{ ssh: "[fe80::1]:22" }',
      '{ ssh: "deploy@[2001:db8::7]:22" }',
      '{ ssh: "2001:db8::7", jump: "me@bastion:22" }',
    ])
      expect(profile(text).diagnostics).toEqual([])
  })

  test('nothing crashes it', () => {
    const words = fc.constantFrom(
      'connections: 1\n',
      'environments:\n',
      '  production:\n',
      '    profiles:\n',
      '      a: { ssh: b }\n',
      '{',
      '}',
      '[',
      ']',
      ': ',
      '- ',
      '&a ',
      '*a ',
      '\t',
      '\n',
      '"',
      '\u0000',
      '\uFEFF',
      '!!js ',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 30 }), (parts) => {
        const { environments } = parseConnections(parts.join(''))
        for (const { profiles } of environments)
          for (const one of profiles) expect(typeof profileSummary(one)).toBe('string')
      }),
      { numRuns: 300 },
    )
  })
})
