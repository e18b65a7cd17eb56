import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  fingerprint,
  keyType,
  knownName,
  KnownHosts,
  matchesHosts,
} from '../../../../main/connections/ssh/known-hosts/known-hosts.ts'
import { readCertificate } from '../../../../main/connections/ssh/known-hosts/certificate.ts'
import { temporaryFolder } from '../../../harness/temporary-folder.ts'

const folder = temporaryFolder('known-hosts')
afterAll(() => folder.remove())

let files = 0
function write(text: string): string {
  const file = join(folder.path, `known-${++files}`)
  writeFileSync(file, text)
  return file
}

/** A key in its wire form; of its type only the name matters here. */
function key(type = 'ssh-ed25519', bytes = randomBytes(32)): Buffer {
  const field = (content: Buffer): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(content.length)
    return Buffer.concat([length, content])
  }
  return Buffer.concat([field(Buffer.from(type)), field(bytes)])
}

const line = (hosts: string, blob: Buffer): string =>
  `${hosts} ${keyType(blob)} ${blob.toString('base64')}`

describe('what a file says of a key', () => {
  const first = key()
  const second = key()
  const ecdsa = key('ecdsa-sha2-nistp256')

  test('the same key is known, with its place', () => {
    const file = write(`# comment\n\n${line('db-1', first)} with a comment\n`)
    expect(new KnownHosts([file]).check('DB-1', 22, first)).toMatchObject({
      kind: 'known',
      by: { file, line: 3 },
    })
  })

  test('another key of the same type is a change, of another type it is unknown', () => {
    const hosts = new KnownHosts([write(line('db-1', first))])
    expect(hosts.check('db-1', 22, second)).toMatchObject({ kind: 'changed', was: { line: 1 } })
    expect(hosts.check('db-1', 22, ecdsa)).toMatchObject({
      kind: 'unknown',
      others: [{ line: 1 }],
      names: [],
    })
  })

  test('an unknown host with a key that is known by another name says which', () => {
    const hosts = new KnownHosts([write(`${line('db-1,10.0.0.1', first)}\n`)])
    expect(hosts.check('db-2', 22, first)).toMatchObject({
      kind: 'unknown',
      others: [],
      names: [{ hosts: 'db-1,10.0.0.1' }],
    })
  })

  test('several keys, several files: any that fits', () => {
    const files = [
      write(line('db-1', second)),
      write(`${line('db-1', ecdsa)}\n${line('db-1', first)}`),
    ]
    const hosts = new KnownHosts([...files, join(folder.path, 'is not there')])
    expect(hosts.check('db-1', 22, first)).toMatchObject({
      kind: 'known',
      by: { file: files[1], line: 2 },
    })
    expect(hosts.typesOf('db-1', 22)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256'])
  })

  test('revoked wins over known, wherever it stands', () => {
    const hosts = new KnownHosts([write(`${line('db-1', first)}\n@revoked ${line('*', first)}\n`)])
    expect(hosts.check('db-1', 22, first)).toMatchObject({ kind: 'revoked', by: { line: 2 } })
    expect(hosts.check('db-1', 22, second).kind).toBe('changed')
  })

  test('ports: a name with one is another host; the usual one stands for all, as OpenSSH has it', () => {
    const hosts = new KnownHosts([
      write(`${line('[db-1]:2222', first)}\n${line('db-2', second)}\n`),
    ])
    expect(hosts.check('db-1', 2222, first).kind).toBe('known')
    expect(hosts.check('db-1', 22, first).kind).toBe('unknown')
    expect(hosts.check('db-2', 2222, second).kind).toBe('known')
    expect(hosts.check('db-2', 2222, first).kind).toBe('unknown')
  })

  test('an authority is no known key, and is found for the hosts of its pattern', () => {
    const hosts = new KnownHosts([write(`@cert-authority ${line('*.example.com,!old.*', first)}`)])
    expect(hosts.check('db.example.com', 22, first).kind).toBe('unknown')
    expect(hosts.authoritiesOf('db.example.com', 2222)).toMatchObject([{ line: 1 }])
    expect(hosts.authoritiesOf('old.example.com', 22)).toEqual([])
  })

  test('CRLF, tabs, blanks before and after', () => {
    const hosts = new KnownHosts([write(`  ${line('db-1', first).replaceAll(' ', '\t')} \r\n`)])
    expect(hosts.check('db-1', 22, first).kind).toBe('known')
  })

  test('lines that are none are passed over and named', () => {
    const file = write(
      [
        'junk',
        '@unknown a ssh-rsa AAAA',
        'db-1 ssh-ed25519',
        `db-1 ssh-rsa ${first.toString('base64')}`,
        '\0\xff',
        line('db-1', first),
      ].join('\n'),
    )
    const hosts = new KnownHosts([file])
    expect(hosts.check('db-1', 22, first)).toMatchObject({ kind: 'known', by: { line: 6 } })
    expect(hosts.unread()).toEqual([1, 2, 3, 4, 5].map((at) => ({ file, line: at })))
  })
})

describe('remembering', () => {
  test('adds one line, keeps every byte, and makes the file for its owner alone', () => {
    const blob = key()
    const file = join(folder.path, 'new', 'known_hosts')
    new KnownHosts([file]).remember('db-1', 2222, blob)
    expect(readFileSync(file, 'utf8')).toBe(
      `[db-1]:2222 ${keyType(blob)} ${blob.toString('base64')}\n`,
    )
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const odd = write('# no newline at its end')
    new KnownHosts([odd]).remember('db-1', 22, blob)
    expect(readFileSync(odd, 'utf8')).toBe(`# no newline at its end\n${line('db-1', blob)}\n`)
  })

  test('hashed, it is found by us and by ssh-keygen, and shows no name', () => {
    const file = write('')
    const blob = realKey()
    new KnownHosts([file]).remember('db-1', 2222, blob, true)
    expect(readFileSync(file, 'utf8')).not.toContain('db-1')
    expect(new KnownHosts([file]).check('db-1', 2222, blob).kind).toBe('known')
    expect(found(file, '[db-1]:2222')).toEqual([1])
  })
})

/** Real, because ssh-keygen passes over what is none. */
function realKey(): Buffer {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { x } = publicKey.export({ format: 'jwk' })
  return key('ssh-ed25519', Buffer.from(x ?? '', 'base64url'))
}

/** The lines that ssh-keygen finds for a name. */
function found(file: string, name: string): number[] {
  const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' })
  return [...stdout.matchAll(/^# Host .* found: line (?<line>\d+)/gmu)].map((match) =>
    Number(match.groups?.['line']),
  )
}

describe('the same as ssh-keygen', () => {
  const blob = realKey()
  const label = fc.constantFrom(
    'db',
    'db-1',
    'web',
    'web-12',
    '10.0.0.1',
    'a.example.com',
    'b.example.com',
    '::1',
  )
  const host = fc.oneof(
    label,
    fc.tuple(label, fc.constantFrom(22, 2222, 22022)).map(([name, port]) => knownName(name, port)),
  )
  const pattern = fc.oneof(
    { weight: 3, arbitrary: host },
    fc.constantFrom(
      '*',
      'db*',
      '*.example.com',
      '?.example.com',
      'web-??',
      '[*]:2222',
      '[db]:*',
      '10.0.0.?',
      '*b*',
    ),
  )
  const list = fc
    .array(fc.tuple(fc.boolean(), pattern), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map(([not, text]) => `${not ? '!' : ''}${text}`).join(','))

  test('which lines are about a host', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(list, { minLength: 1, maxLength: 12 }),
        fc.array(host, { minLength: 1, maxLength: 3 }),
        (lists, names) => {
          const file = write(lists.map((hosts) => `${line(hosts, blob)}\n`).join(''))
          for (const name of names) {
            const ours = lists.flatMap((hosts, at) => (matchesHosts(hosts, name) ? [at + 1] : []))
            expect(ours).toEqual(found(file, name))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('which hashed lines are about a host', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.uniqueArray(host, { minLength: 1, maxLength: 6 }), host, (hosts, name) => {
        const file = write(hosts.map((one) => `${line(one, blob)}\n`).join(''))
        execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
        const hashed = readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((text) => text.split(' ')[0] ?? '')
        expect(hashed.every((text) => text.startsWith('|1|'))).toBe(true)
        expect(hashed.flatMap((text, at) => (matchesHosts(text, name) ? [at + 1] : []))).toEqual(
          found(file, name),
        )
      }),
      { numRuns: 25 },
    )
  })

  describe.each(['ed25519', 'ecdsa', 'rsa'])('%s', (type) => {
    const name = join(folder.path, type)
    beforeAll(() => {
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', name])
    })
    const blobOf = (file: string): Buffer =>
      Buffer.from(readFileSync(file, 'utf8').split(' ')[1] ?? '', 'base64')

    test('fingerprint', () => {
      const shown = execFileSync('ssh-keygen', ['-l', '-f', `${name}.pub`], { encoding: 'utf8' })
      expect(fingerprint(blobOf(`${name}.pub`))).toBe(shown.split(' ')[1])
    })

    test('the plain key and the authority of a certificate', () => {
      const authority = join(folder.path, `authority-${type}`)
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', authority])
      execFileSync('ssh-keygen', [
        '-q',
        '-s',
        authority,
        '-I',
        'a host',
        '-h',
        '-n',
        'db-1,db-2',
        '-V',
        '+1d',
        `${name}.pub`,
      ])
      expect(readCertificate(blobOf(`${name}-cert.pub`))).toEqual({
        plain: blobOf(`${name}.pub`),
        authority: blobOf(`${authority}.pub`),
      })
      expect(readCertificate(blobOf(`${name}.pub`))).toBeUndefined()
      expect(readCertificate(blobOf(`${name}-cert.pub`).subarray(0, 90))).toBeUndefined()
    })
  })
})

test('what others wrote is read in time that its length asks for', () => {
  const file = write(`${line(`${'*a'.repeat(2_000)}b`, key())}\n`.repeat(20))
  expect(new KnownHosts([file]).check('a'.repeat(4_000), 22, key()).kind).toBe('unknown')
})
