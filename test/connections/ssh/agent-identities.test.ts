import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { onlyForOpenSsh } from '../../../main/connections/ssh/agent-identities.ts'
import { generateKey, startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { createClient, run, type Client } from './support.ts'

const folder = temporaryFolder('agent')
const authority = join(folder.path, 'authority')
const key = join(folder.path, 'person')
const agentSocket = join(folder.path, 'agent')
let agent: ChildProcess
let sshd: Sshd
let client: Client

beforeAll(async () => {
  generateKey(authority)
  generateKey(key)
  sshd = await startSshd(join(folder.path, 'sshd'), {
    configuration: [`TrustedUserCAKeys ${authority}.pub`],
  })
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'ada', '-n', sshd.user, `${key}.pub`])
  agent = spawn('ssh-agent', ['-D', '-a', agentSocket], { stdio: 'ignore' })
  await until('the agent listens', () => existsSync(agentSocket))
  // It takes the certificate that stands beside the key, too.
  execFileSync('ssh-add', ['-q', key], {
    env: { ...process.env, SSH_AUTH_SOCK: agentSocket },
    stdio: 'ignore',
  })
})
afterAll(async () => {
  agent.kill()
  await sshd.close()
  folder.remove()
})
beforeEach(() => {
  client = createClient()
})
afterEach(async () => {
  await client.closeAll()
})

const withAgent = { agent: agentSocket, identityFiles: [], identitiesOnly: false }

test('a certificate in the agent leads to OpenSSH, and is named as the reason', async () => {
  const made = await client.connect(sshd.profile(withAgent))
  expect(made.implementation).toBe('openssh')
  expect(made.because).toMatch(
    /^the ssh agent has “.*” \(a certificate, ssh-ed25519-cert-v01@openssh\.com\)$/u,
  )
  expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
})

test('told to use ssh2 all the same, it says what it had to pass over', async () => {
  await expect(
    client.connect(sshd.profile({ ...withAgent, transport: 'ssh2' })),
  ).rejects.toMatchObject({
    code: 'authenticate',
    message: expect.stringMatching(
      /Not tried: “.*” \(a certificate, .*which the ssh2 library cannot use.*transport: openssh/u,
    ),
  })
})

test('an agent that is not to be used changes nothing', async () => {
  const made = await client.connect(sshd.profile({ agent: agentSocket }))
  expect(made.implementation).toBe('ssh2')
})

/** An agent that answers with these bytes, whole or in parts. */
async function answering(name: string, ...parts: readonly Buffer[]): Promise<readonly string[]> {
  const path = join(folder.path, name)
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      for (const part of parts) socket.write(part)
      if (parts.length === 0) socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  try {
    return await onlyForOpenSsh(path)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

test('security keys are told from plain ones by their type', async () => {
  const identities = [
    ['ssh-ed25519', 'plain'],
    ['sk-ssh-ed25519@openssh.com', 'yubikey'],
    ['webauthn-sk-ecdsa-sha2-nistp256@openssh.com', 'other'],
  ].flatMap(([type = '', comment = '']) => [
    text(Buffer.concat([text(type), text('the key')])),
    text(comment),
  ])
  const answer = text(Buffer.concat([Buffer.from([12, 0, 0, 0, 3]), ...identities]))
  const named = [
    '“yubikey” (FIDO, sk-ssh-ed25519@openssh.com)',
    '“other” (webauthn-sk-ecdsa-sha2-nistp256@openssh.com)',
  ]
  expect(await answering('whole', answer)).toEqual(named)
  expect(await answering('parts', answer.subarray(0, 2), answer.subarray(2))).toEqual(named)
  // One that says more than it gives.
  const cut = text(Buffer.concat([Buffer.from([12, 0, 0, 0, 9]), ...identities]))
  expect(await answering('cut', cut)).toEqual(named)
})

test('an agent that is none, is locked or says nothing has no identities', async () => {
  expect(await answering('failure', text(Buffer.from([5])))).toEqual([])
  expect(await answering('gone')).toEqual([])
  expect(await onlyForOpenSsh(join(folder.path, 'nowhere'))).toEqual([])
})
