import { expect, test } from 'vitest'
import { profileSchema, type Profile } from '../../../main/core/connection/profile.ts'
import { FIELDS } from '../../../renderer/features/connections/field-specs.ts'
import { draftOf, profileOf } from '../../../renderer/features/connections/fields.ts'

/** Profiles with everything that a form has a field for, and something that it has none for. */
const WHOLE: readonly Profile[] = [
  {
    kind: 'ssh',
    name: 'web',
    description: 'The shop',
    connectTimeoutMs: 2500,
    hosts: ['web-1', 'web-2'],
    user: 'deploy',
    port: 2222,
    identityFiles: ['~/.ssh/a', '~/.ssh/b'],
    identitiesOnly: true,
    jump: ['bastion', 'inner'],
    agent: false,
    transport: 'openssh',
    configFile: '/etc/ssh/other',
    knownHostsFiles: ['/etc/ssh/known'],
    keepAlive: { everyMs: 5000, misses: 2 },
    password: { from: 'ask' },
    passphrase: { from: 'command', command: ['op', 'read', 'op://a b/c'] },
  },
  {
    kind: 'postgres',
    name: 'orders',
    service: 'orders',
    sslMode: 'verify-full',
    sslRootCertificate: 'system',
    sslCertificate: 'c.pem',
    sslKey: 'k.pem',
    readOnly: true,
    maxRows: 100,
    maxBytes: 1000,
  },
  {
    kind: 'redis',
    name: 'sessions',
    database: 3,
    tls: { ca: 'ca.pem', certificate: 'c.pem', key: 'k.pem', serverName: 'cache' },
    sentinel: {
      master: 'main',
      nodes: ['s1:26379', 's2:26379'],
      user: 'watcher',
      password: { from: 'environment', name: 'SENTINEL' },
    },
  },
  { kind: 'redis', name: 'plain', host: 'cache', tls: true, cluster: ['a:1', 'b:2'] },
  {
    kind: 'http',
    name: 'site',
    url: 'https://orders.example.com',
    proxy: false,
    tls: { ca: 'ca.pem', certificate: 'c.pem', key: 'k.pem' },
    basic: { user: 'ann', password: { from: 'keychain', name: 'site' } },
    maxBytes: 1000,
    redirects: 3,
    via: 'web',
  },
  { kind: 'local', name: 'here', folder: '/srv' },
]

test.each(WHOLE)('$kind $name comes out of its form as it went in', (profile) => {
  expect(profileSchema.parse(profile)).toEqual(profile)
  expect(profileOf(profile.kind, draftOf(profile), profile)).toEqual({ profile })
})

test('every field that is emptied takes its member away', () => {
  for (const profile of WHOLE) {
    const needed: Record<string, string> = { name: profile.name }
    if (profile.kind === 'ssh') needed['hosts'] = 'web'
    if (profile.kind === 'http') needed['url'] = profile.url
    const made = profileOf(profile.kind, needed, profile)
    const left = 'profile' in made ? Object.keys(made.profile) : made.problems
    expect(left).toEqual(expect.arrayContaining(['kind', ...Object.keys(needed)]))
    expect(left).toHaveLength(1 + Object.keys(needed).length)
  }
})

test('what is missing or not a number is said at its field', () => {
  expect(
    profileOf('http', { name: 'site', url: 'https://a', 'basic.user': 'ann' }, undefined),
  ).toEqual({ problems: { 'basic.password': 'This is needed.' } })
  expect(profileOf('redis', { name: 'r', 'sentinel.nodes': 's:1' }, undefined)).toEqual({
    problems: { 'sentinel.master': 'This is needed.' },
  })
  const wrong = profileOf(
    'postgres',
    { name: 'p', maxRows: 'many', connectTimeoutMs: 'x' },
    undefined,
  )
  expect(wrong).toEqual({
    problems: { maxRows: 'Write a number.', connectTimeoutMs: 'Write a number of seconds.' },
  })
  expect(profileOf('http', { name: 'site', url: 'https://a:b@c' }, undefined)).toMatchObject({
    problems: { url: expect.stringContaining('password') },
  })
})

test('the keep-alive is kept in milliseconds, misses three unless said, and says what is wrong with it', () => {
  const made = (everyS: string, misses: string): unknown => {
    const draft = {
      name: 'web',
      hosts: 'web',
      'keepAlive.everyMs': everyS,
      'keepAlive.misses': misses,
    }
    const found = profileOf('ssh', draft, undefined)
    return 'problems' in found
      ? found.problems
      : 'keepAlive' in found.profile && found.profile.keepAlive
  }
  expect(made('15', '')).toEqual({ everyMs: 15_000, misses: 3 })
  expect(made('0.5', '2')).toEqual({ everyMs: 500, misses: 2 })
  // None at all, whatever the configuration says.
  expect(made('0', '')).toEqual({ everyMs: 0, misses: 3 })
  expect(made('', '')).toBe(false)
  expect(made('', '2')).toEqual({ 'keepAlive.everyMs': 'This is needed.' })
  expect(made('often', '')).toEqual({ 'keepAlive.everyMs': 'Write a number of seconds.' })
  expect(made('-1', '')).toEqual({ 'keepAlive.everyMs': 'Write a number of seconds.' })
  const whole = { 'keepAlive.misses': 'Write a whole number from 1 to 100.' }
  for (const misses of ['0', '101', '1.5', 'x']) expect(made('15', misses)).toEqual(whole)
})

test('TLS alone is a tick, and without its last member a ticked one stays', () => {
  expect(profileOf('redis', { name: 'r', tls: 'yes' }, undefined)).toEqual({
    profile: { kind: 'redis', name: 'r', tls: true },
  })
  const before: Profile = { kind: 'redis', name: 'r', tls: { ca: 'ca.pem' } }
  expect(profileOf('redis', { ...draftOf(before), 'tls.ca': '' }, before)).toEqual({
    profile: { kind: 'redis', name: 'r', tls: true },
  })
})

test('each kind has its fields once', () => {
  for (const groups of Object.values(FIELDS)) {
    const keys = groups.flatMap(({ fields }) => fields.map(({ key }) => key))
    expect(new Set(keys).size).toBe(keys.length)
  }
})
