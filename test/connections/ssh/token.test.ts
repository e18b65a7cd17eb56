import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { generateKey, startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { createClient, run, type Client } from './support.ts'

/** A key that never leaves its token: PKCS#11, over the system's OpenSSH. */

const LIBRARY = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
].find((path) => existsSync(path))
const PIN = '271828'

const folder = temporaryFolder('token')
const before = process.env['SOFTHSM2_CONF']
let sshd: Sshd
let client: Client

beforeAll(async () => {
  if (LIBRARY === undefined) throw new Error('SoftHSM is missing: install softhsm2.')
  const tokens = join(folder.path, 'tokens')
  mkdirSync(tokens)
  const configuration = join(folder.path, 'softhsm2.conf')
  writeFileSync(configuration, `directories.tokendir = ${tokens}\n`)
  process.env['SOFTHSM2_CONF'] = configuration
  const key = join(folder.path, 'key')
  generateKey(key, '-t', 'rsa', '-b', '2048', '-m', 'PKCS8')
  const own = (...words: readonly string[]): void => {
    execFileSync('softhsm2-util', words, { stdio: ['ignore', 'ignore', 'pipe'] })
  }
  own('--init-token', '--free', '--label', 'muster', '--pin', PIN, '--so-pin', '314159')
  own('--import', key, '--token', 'muster', '--label', 'ssh', '--id', 'a1', '--pin', PIN)
  sshd = await startSshd(join(folder.path, 'sshd'))
  appendFileSync(
    join(sshd.folder, 'authorized_keys'),
    execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' }),
  )
  rmSync(key)
  rmSync(`${key}.pub`)
  client = createClient()
})
afterEach(async () => {
  await client.closeAll()
})
afterAll(async () => {
  if (before === undefined) delete process.env['SOFTHSM2_CONF']
  else process.env['SOFTHSM2_CONF'] = before
  await sshd.close()
  folder.remove()
})

test('the configuration leads to OpenSSH, and its PIN is asked for', async () => {
  const configFile = join(folder.path, 'config')
  writeFileSync(configFile, `PKCS11Provider ${LIBRARY}\n`)
  client.people.answer = () => ({ kind: 'secret', values: [PIN] })
  const made = await client.connect(
    sshd.profile({ configFile, identityFiles: [], identitiesOnly: false }),
  )
  expect(made.implementation).toBe('openssh')
  expect(made.because).toBe('the configuration uses a PKCS#11 token')
  expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
  expect(client.people.questions).toMatchObject([
    { kind: 'secret', prompts: [{ label: expect.stringContaining('muster'), masked: true }] },
  ])
})
