import { describe, expect, test } from 'vitest'
import { profileOf } from '../../../../main/hosts/cli/connections/add.ts'

describe('a profile in words', () => {
  test('texts, numbers, lists and where a secret comes from', () => {
    expect(
      profileOf('db', [
        'ssh=[db-1, db-2]',
        'user=deploy: "x"',
        'port=2222',
        'identities-only=true',
        'password={ command: [op, read, "op://x"] }',
        'keep-alive={ every: 10s }',
      ]),
    ).toEqual({
      kind: 'ssh',
      name: 'db',
      hosts: ['db-1', 'db-2'],
      user: 'deploy: "x"',
      port: 2222,
      identitiesOnly: true,
      password: { from: 'command', command: ['op', 'read', 'op://x'] },
      keepAlive: { everyMs: 10_000, misses: 3 },
    })
    expect(profileOf('o', ['postgres=postgres://app@db/orders?sslmode=require'])).toEqual({
      kind: 'postgres',
      name: 'o',
      url: 'postgres://app@db/orders?sslmode=require',
    })
  })

  test('a change says what is different, and nothing else', () => {
    const before = profileOf('db', [
      'postgres=postgres://app@db/orders',
      'password=ask',
      'sslmode=require',
      'max-rows=5',
    ])
    expect(profileOf('db', ['sslmode=verify-full', 'max-rows=', 'via=bastion'], before)).toEqual({
      kind: 'postgres',
      name: 'db',
      url: 'postgres://app@db/orders',
      password: { from: 'ask' },
      sslMode: 'verify-full',
      via: 'bastion',
    })
    expect(() => profileOf('db', ['max-bytes='], before)).toThrow('has no max-bytes')
    expect(() => profileOf('db', ['postgres='], before)).toThrow('needs exactly one of')
    expect(() => profileOf('db', ['ssh=other'], before)).toThrow('needs exactly one of')
    expect(() => profileOf('db', ['slmode=require'], before)).toThrow('Did you mean “sslmode”')
  })

  test.each([
    [['ssh=a', 'usr=b'], 'Did you mean “user”?'],
    [['user=b'], 'needs exactly one of'],
    [['ssh'], 'not “ssh”'],
    [[], 'needs exactly one of'],
    [['redis=redis://:hunter2@h'], 'This URL has a password in it'],
    [['ssh=a', 'password=hunter2'], 'a secret is not written into this file'],
    [['ssh=[a'], 'not valid YAML'],
    [['ssh=[a] }, other: { ssh: x', 'user=x'], 'not one profile'],
  ])('%j is refused', (words, said) => {
    expect(() => profileOf('db', words)).toThrow(said)
    expect(() => profileOf('db', words)).not.toThrow('hunter2')
  })
})
