import {
  appendFileSync,
  lstatSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createConnections } from '../../../main/connections/profiles/connections-file.ts'
import { editConnections } from '../../../main/connections/profiles/edit.ts'
import type { Profile } from '../../../main/core/connection/profile.ts'
import { parseConnections } from '../../../main/core/connection/read.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'

const folder = temporaryFolder('connections')
afterAll(() => folder.remove())
const file = join(folder.path, 'connections.yaml')
const connections = createConnections(folder.path)

const HEAD = 'connections: 1\nenvironments:\n  staging:\n    profiles:'

const SOURCE = `# Ours, kept by hand.
connections: 1
environments:
  # The one that matters.
  production:
    profiles:
      # The primary.
      db-a: { ssh: a.example.com, user: deploy } # since May
      orders:
        postgres: "postgres://app@db/orders"
        password: { env: PGPASSWORD }
  staging:
    profiles:
      db-a: { ssh: a.staging }
`

beforeEach(() => writeFileSync(file, SOURCE))

describe('where a name leads', () => {
  test('to the profile of its name in the environment, and to nothing of another kind', () => {
    expect(connections.resolve('production', 'ssh', 'db-a')).toMatchObject({
      profile: { hosts: ['a.example.com'] },
      production: true,
    })
    expect(connections.resolve('staging', 'ssh', 'db-a')).toMatchObject({
      profile: { hosts: ['a.staging'] },
      production: false,
    })
    expect(connections.resolve('production', 'redis', 'db-a')).toEqual({
      problem: "The profile “db-a” in production is for ssh, and the runbook's target needs redis.",
    })
  })

  test('without a profile: an ssh alias, a URL, this laptop, or words', () => {
    expect(connections.resolve(undefined, 'ssh', 'web')).toMatchObject({
      profile: { kind: 'ssh', hosts: ['web'] },
    })
    expect(connections.resolve(undefined, 'http', 'https://x')).toMatchObject({
      profile: { kind: 'http', url: 'https://x' },
    })
    expect(connections.resolve(undefined, 'local', 'local')).toEqual({
      profile: undefined,
      production: false,
    })
    expect(connections.resolve('production', 'postgres', 'order')).toEqual({
      problem: expect.stringContaining('Did you mean “orders”?'),
    })
    expect(connections.resolve(undefined, 'redis', 'cache')).toEqual({
      problem: expect.stringContaining('no environment was chosen'),
    })
    expect(connections.resolve('prod', 'ssh', 'db-a')).toEqual({
      problem: 'There is no environment “prod”. Known: production, staging.',
    })
  })
})

describe('a file with mistakes', () => {
  test('a mistyped profile leads nowhere, and not to an ssh alias of its name', () => {
    writeFileSync(file, SOURCE.replace('user: deploy', 'usr: deploy'))
    expect(connections.resolve('production', 'ssh', 'db-a')).toEqual({
      problem: expect.stringMatching(
        /has a mistake, so it leads nowhere: “usr” is not a key of.* Did you mean “user”\? Mend it in .*connections\.yaml, at \d+:\d+\.$/u,
      ),
    })
    expect(connections.resolve('production', 'postgres', 'orders')).toMatchObject({
      profile: { url: 'postgres://app@db/orders' },
    })
  })

  test('what is no YAML has no environment, and says where it breaks', () => {
    writeFileSync(file, `${SOURCE}  oops: [\n`)
    expect(connections.resolve('production', 'ssh', 'db-a')).toEqual({
      problem: expect.stringMatching(
        /connections\.yaml has a mistake at 1\d:\d+ and cannot be used/u,
      ),
    })
  })

  test('a mark of production that cannot be read counts as one', () => {
    const written = ['production: yess', 'production: true\n    profles: {}']
    for (const mark of written) {
      writeFileSync(file, `connections: 1\nenvironments:\n  live:\n    ${mark}\n`)
      expect(connections.load().environments).toEqual([
        { name: 'live', production: true, profiles: [] },
      ])
    }
  })
})

describe('changing the file', () => {
  test('keeps comments, order and how people wrote it, and is for its owner only', () => {
    connections.save('production', {
      kind: 'ssh',
      name: 'db-a',
      hosts: ['a2.example.com'],
      user: 'deploy',
    })
    connections.save('staging', { kind: 'redis', name: 'cache', url: 'redis://cache' })
    const text = readFileSync(file, 'utf8')
    expect(text).toBe(
      SOURCE.replace('ssh: a.example.com', 'ssh: a2.example.com').replace(
        '{ ssh: a.staging }\n',
        '{ ssh: a.staging }\n      cache: { redis: redis://cache }\n',
      ),
    )
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('a profile is renamed where it stands, and removed', () => {
    connections.save('production', { kind: 'ssh', name: 'primary', hosts: ['p'] }, 'db-a')
    expect(readFileSync(file, 'utf8')).toContain('primary: { ssh: p } # since May')
    connections.remove('production', 'primary')
    expect(connections.load().environments[0]?.profiles.map(({ name }) => name)).toEqual(['orders'])
  })

  test('a file with a mistake is not touched, and it is said where the mistake is', () => {
    writeFileSync(file, SOURCE.replace('user: deploy', 'usr: deploy'))
    const before = readFileSync(file, 'utf8')
    expect(() => connections.save('production', { kind: 'ssh', name: 'x', hosts: ['x'] })).toThrow(
      /connections\.yaml has a mistake at 8:35 and is not changed/u,
    )
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  test('a comment inside a profile stays with what did not change', () => {
    const source = `${HEAD}
      web:
        # Ordered as they are drained.
        ssh:
          - web-1 # first
          - web-2
        user: deploy
`
    writeFileSync(file, source)
    connections.save('staging', {
      kind: 'ssh',
      name: 'web',
      hosts: ['web-1', 'web-2'],
      user: 'ops',
    })
    expect(readFileSync(file, 'utf8')).toBe(source.replace('deploy', 'ops'))
  })

  test('a link to a file kept elsewhere stays a link', () => {
    const real = join(folder.path, 'kept-in-git.yaml')
    writeFileSync(real, SOURCE)
    rmSync(file)
    symlinkSync(real, file)
    connections.saveEnvironment({ name: 'drill', production: false })
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(readFileSync(real, 'utf8')).toContain('drill: {}')
    rmSync(file)
  })

  test('what is not there cannot be removed, and a name cannot be taken twice', () => {
    expect(() => connections.remove('production', 'db-x')).toThrow(
      'There is no profile “db-x” in production.',
    )
    expect(() =>
      connections.save('production', { kind: 'ssh', name: 'orders', hosts: ['x'] }, 'db-a'),
    ).toThrow()
    expect(readFileSync(file, 'utf8')).toBe(SOURCE)
  })

  test('a change beside the program is noticed', async () => {
    let noticed = false
    const stop = connections.watch?.(() => {
      noticed = true
    })
    // Again and again: the first look at the file may come after the first change.
    await expect
      .poll(
        () => {
          appendFileSync(file, '# one more line\n')
          return noticed
        },
        { timeout: 10_000 },
      )
      .toBe(true)
    stop?.()
  })

  test('a team file is taken over; what is here already is kept unless replacing was asked for', () => {
    const team = join(folder.path, 'team.yaml')
    writeFileSync(
      team,
      'connections: 1\nenvironments:\n  production: { profiles: { db-a: { ssh: team }, web: { ssh: [w1, w2] } } }\n  live: { production: true, profiles: { x: { redis: true } } }\n',
    )
    expect(connections.import(team, false)).toEqual({ added: 2, kept: ['production/db-a'] })
    expect(connections.resolve('live', 'redis', 'x')).toMatchObject({ production: true })
    expect(connections.import(team, true)).toEqual({ added: 3, kept: [] })
    expect(connections.resolve('production', 'ssh', 'db-a')).toMatchObject({
      profile: { hosts: ['team'] },
    })
    writeFileSync(team, 'connections: 1\nenvironments: { a: { profiles: { x: { shh: b } } } }\n')
    expect(() => connections.import(team, false)).toThrow(
      /team\.yaml:2:\d+: The profile “x” needs/u,
    )
  })

  test('what a team calls production stays production, whatever the name stood for here', () => {
    const team = join(folder.path, 'team.yaml')
    connections.save('live', { kind: 'ssh', name: 'mine', hosts: ['a'] })
    expect(connections.resolve('live', 'ssh', 'mine')).toMatchObject({ production: false })
    writeFileSync(
      team,
      'connections: 1\nenvironments: { live: { production: true, profiles: { x: { redis: true } } } }\n',
    )
    expect(connections.import(team, false)).toEqual({ added: 1, kept: [] })
    expect(connections.resolve('live', 'redis', 'x')).toMatchObject({ production: true })
    // And the other way round: nobody's file takes the mark away.
    writeFileSync(
      team,
      'connections: 1\nenvironments: { live: { production: false, profiles: { y: { redis: true } } } }\n',
    )
    expect(connections.import(team, true)).toEqual({ added: 1, kept: [] })
    expect(connections.resolve('live', 'redis', 'y')).toMatchObject({ production: true })
  })

  test('a team file is taken over whole or not at all', () => {
    const team = join(folder.path, 'team.yaml')
    const before = readFileSync(file, 'utf8')
    // A name that YAML reads as something else when it is written down would be a mistake in ours.
    const many = Array.from({ length: 400 }, (_, index) => `p${index}: { ssh: h${index} }`)
    writeFileSync(
      team,
      `connections: 1\nenvironments: { big: { profiles: { ${many.join(', ')} } } }\n`,
    )
    expect(connections.import(team, false)).toEqual({ added: 400, kept: [] })
    writeFileSync(file, `${before}nonsense: 1\n`)
    const broken = readFileSync(file, 'utf8')
    expect(() => connections.import(team, true)).toThrow(
      /is not changed by Muster before it is mended/u,
    )
    expect(readFileSync(file, 'utf8')).toBe(broken)
  })

  test('what is no file of connections is said in words', () => {
    expect(() => connections.import(join(folder.path, 'none.yaml'), false)).toThrow(
      /There is no file .*none\.yaml/u,
    )
    expect(() => connections.import(folder.path, false)).toThrow(
      /is a folder\. Name the file in it, such as .*connections\.yaml/u,
    )
    expect(() => connections.import('/dev/zero', false)).toThrow('/dev/zero is no file.')
    const large = join(folder.path, 'large.yaml')
    writeFileSync(large, '# \n'.repeat(1_000_000))
    expect(() => connections.import(large, false)).toThrow('too large to be a file of connections')
  })
})

const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/u)
const texts = fc.stringMatching(/^[a-z0-9.:/#"' -]{1,12}$/u)
const secrets = fc.oneof(
  fc.constant({ from: 'ask' as const }),
  fc.record({ from: fc.constant('environment' as const), name: names }),
  fc.record({
    from: fc.constant('command' as const),
    command: fc.array(texts, { minLength: 1, maxLength: 3 }),
  }),
)
const profiles: fc.Arbitrary<Profile> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('ssh' as const),
      name: names,
      hosts: fc.array(texts, { minLength: 1, maxLength: 3 }),
      user: texts,
      port: fc.integer({ min: 1, max: 65535 }),
      keepAlive: fc.record({
        everyMs: fc.integer({ min: 1, max: 90_000 }),
        misses: fc.constant(2),
      }),
      password: secrets,
    },
    { requiredKeys: ['kind', 'name', 'hosts'] },
  ),
  fc.record(
    {
      kind: fc.constant('postgres' as const),
      name: names,
      host: texts,
      sslMode: fc.constantFrom('require' as const, 'verify-full' as const),
      password: secrets,
      maxRows: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: ['kind', 'name'] },
  ),
)

const comments = fc.stringMatching(/^[a-z0-9 :{}'"-]{1,20}$/u)

test('comments anywhere outlive an edit', () => {
  fc.assert(
    fc.property(profiles, fc.array(comments, { minLength: 1, maxLength: 6 }), (profile, said) => {
      const marked = said.map((text, index) => `# ${index}: ${text.trim()}`)
      const [first = '', ...rest] = marked
      const lines = [first, 'connections: 1', 'environments:']
      for (const [index, comment] of rest.entries())
        lines.push(
          `  ${comment}`,
          `  place-${index}:`,
          '    profiles:',
          `      db: { ssh: a } ${comment}`,
        )
      lines.push('  last: {}', '')
      const after = editConnections(lines.join('\n'), [
        {
          kind: 'save',
          environment: rest.length > 0 ? 'place-0' : 'last',
          profile,
          replaces: profile.name,
        },
      ])
      expect(parseConnections(after).diagnostics).toEqual([])
      expect(after.startsWith(`${first}\n`)).toBe(true)
      for (const comment of rest) expect(after.split(comment)).toHaveLength(3)
    }),
    { numRuns: 100 },
  )
})

test('whatever is saved is read back the same, and nothing else changes', () => {
  fc.assert(
    fc.property(fc.array(profiles, { minLength: 1, maxLength: 5 }), (all) => {
      let source = SOURCE
      for (const profile of all) {
        source = editConnections(source, [
          {
            kind: 'save',
            environment: 'drill',
            profile,
            replaces: profile.name,
          },
        ])
      }
      const { environments, diagnostics } = parseConnections(source)
      expect(diagnostics).toEqual([])
      const last = new Map(all.map((profile) => [profile.name, profile]))
      const drill = environments.find(({ name }) => name === 'drill')?.profiles ?? []
      expect(new Map(drill.map((profile) => [profile.name, profile]))).toEqual(last)
      expect(source.startsWith(SOURCE)).toBe(true)
    }),
    { numRuns: 100 },
  )
})
