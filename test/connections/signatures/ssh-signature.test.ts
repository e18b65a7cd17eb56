import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkSshSignature } from '../../../main/connections/signatures/ssh-signature.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'

/** Against signatures that the system's own ssh-keygen makes. */

const folder = temporaryFolder('ssh-signature')
afterAll(() => folder.remove())
const MESSAGE = Buffer.from('a note\n\n\u2014 somebody abc=\n')
const NAMESPACE = 'muster-checkpoint'

function signed(name: string, keygen: readonly string[], namespace = NAMESPACE) {
  const key = join(folder.path, name)
  const quiet = { stdio: 'pipe', encoding: 'utf8' } as const
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'someone', ...keygen, '-f', key], quiet)
  const message = `${key}.message`
  writeFileSync(message, MESSAGE)
  execFileSync('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', key, message], quiet)
  const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', key], quiet).split(' ')[1]
  return {
    armoured: readFileSync(`${message}.sig`, 'utf8'),
    key: readFileSync(`${key}.pub`, 'utf8')
      .trim()
      .replace(/ someone$/u, ''),
    by: fingerprint,
  }
}

describe.each([
  ['ed25519', ['-t', 'ed25519']],
  ['rsa', ['-t', 'rsa', '-b', '2048']],
  ['ecdsa-256', ['-t', 'ecdsa', '-b', '256']],
  ['ecdsa-384', ['-t', 'ecdsa', '-b', '384']],
  ['ecdsa-521', ['-t', 'ecdsa', '-b', '521']],
])('a signature by %s', (name, keygen) => {
  it('says whose key it is, and holds for exactly this', () => {
    const { armoured, key, by } = signed(name, keygen)
    expect(checkSshSignature(armoured, NAMESPACE, MESSAGE)).toEqual({ key, by })
    const other = Buffer.concat([MESSAGE, Buffer.from('x')])
    expect(checkSshSignature(armoured, NAMESPACE, other)).toMatchObject({
      problem: 'The signature is not over this.',
    })
  })
})

describe('what is no such signature', () => {
  const { armoured } = signed('file', ['-t', 'ed25519'], 'file')

  it('was made for something else', () => {
    expect(checkSshSignature(armoured, NAMESPACE, MESSAGE)).toEqual({
      problem: 'It was made for “file”: sign with -n muster-checkpoint.',
    })
  })

  it('is cut short, or rubbish', () => {
    const base64 = armoured.split('\n').slice(1, 3).join('')
    for (const text of [
      '',
      'rubbish',
      '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n',
      `-----BEGIN SSH SIGNATURE-----\n${base64}\n-----END SSH SIGNATURE-----\n`,
    ])
      expect(checkSshSignature(text, 'file', MESSAGE)).toHaveProperty('problem')
  })

  it('has any one byte changed', () => {
    const lines = armoured.trimEnd().split('\n')
    const bytes = Buffer.from(lines.slice(1, -1).join(''), 'base64')
    for (let at = 0; at < bytes.length; at++) {
      const copy = Buffer.from(bytes)
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
      const text = `${lines[0]}\n${copy.toString('base64')}\n${lines.at(-1)}\n`
      expect(checkSshSignature(text, 'file', MESSAGE), `byte ${at}`).toHaveProperty('problem')
    }
  })
})
