import { randomUUID } from 'node:crypto'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SshProfile } from '../../../main/core/connection/profile.ts'
import { startSshServer, type SshServer } from '../../harness/ssh-server.ts'
import { generateKey, startSshd, type Sshd } from '../../harness/sshd.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { until } from '../../harness/until.ts'
import { createClient, IMPLEMENTATIONS, run, type Client } from './support.ts'

/** One contract, two implementations: who one is, and through which hops. */

const folder = temporaryFolder('ssh-authentication')
let sshd: Sshd
let hop: Sshd
const servers: SshServer[] = []
let client: Client

beforeAll(async () => {
  sshd = await startSshd(join(folder.path, 'sshd'))
  hop = await startSshd(join(folder.path, 'hop'))
})
beforeEach(() => {
  client = createClient()
})
afterEach(async () => {
  await client.closeAll()
  for (const server of servers.splice(0)) await server.close()
})
afterAll(async () => {
  await sshd.close()
  await hop.close()
  folder.remove()
})

async function server(options: Parameters<typeof startSshServer>[0]): Promise<SshServer> {
  const started = await startSshServer(options)
  servers.push(started)
  return started
}

/** Nobody's key is offered, and its host is accepted for once. */
function profileOf(started: SshServer, change: Partial<SshProfile>): SshProfile {
  return sshd.profile({
    port: started.port,
    user: 'deploy',
    identityFiles: [],
    knownHostsFiles: [join(folder.path, 'nothing-known')],
    ...change,
  })
}

const once = (): { readonly kind: 'host-key'; readonly accept: 'once' } => ({
  kind: 'host-key',
  accept: 'once',
})

describe.each(IMPLEMENTATIONS)('over %s', (transport) => {
  test('a key that is let in', async () => {
    const made = await client.connect(sshd.profile({ transport }))
    expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
    expect(client.people.questions).toEqual([])
  })

  test('a key that is not: refused once, in words, and not tried again', async () => {
    const other = join(folder.path, `other-${transport}`)
    generateKey(other)
    await expect(
      client.connect(sshd.profile({ transport, identityFiles: [other] })),
    ).rejects.toMatchObject({
      code: 'authenticate',
      message: expect.stringContaining('was not let in'),
    })
    expect(client.people.stages.at(-1)).toMatchObject({ name: 'authenticate', ok: false })
  })

  test('a key with a passphrase asks for it, by the name of its file', async () => {
    const encrypted = join(folder.path, `encrypted-${transport}`)
    copyFileSync(sshd.identity, encrypted)
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', encrypted])
    client.people.secrets[`passphrase of ${encrypted}`] = ['wrong', 'open sesame']
    const made = await client.connect(sshd.profile({ transport, identityFiles: [encrypted] }))
    expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
    expect(client.people.asked).toEqual([
      `passphrase of ${encrypted}`,
      `passphrase of ${encrypted}`,
    ])
    expect(client.people.refused).toEqual([`passphrase of ${encrypted}`])
  })

  test('keys of an agent', async () => {
    const socket = join(folder.path, `agent-${transport}`)
    const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    try {
      await until('the agent listens', () => existsSync(socket))
      execFileSync('ssh-add', ['-q', sshd.identity], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      })
      const made = await client.connect(
        sshd.profile({ transport, agent: socket, identityFiles: [], identitiesOnly: false }),
      )
      expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
    } finally {
      agent.kill()
    }
  })

  test('a password: the right one lets in, and stands in no list of processes', async () => {
    // Like no other test's: servers of theirs may show their environment in the list.
    const password = `staple ${randomUUID()}`
    const started = await server({ password })
    client.people.answer = once
    client.people.secrets['password of deploy@127.0.0.1'] = [password]
    const profile = profileOf(started, { transport, password: { from: 'ask' } })
    const made = await client.connect(profile)
    expect((await run(made, 'hello')).out.toString()).toBe('hello\n')
    expect(started.attempts).toEqual([`password ${password}`])
    const processes = execFileSync('ps', ['axeww', '-o', 'args='], { encoding: 'utf8' })
    expect(processes).toContain('ps axeww')
    expect(processes).not.toContain(password)
  })

  test('a wrong password of a file is offered once, a typed one again', async () => {
    const started = await server({ password: 'right' })
    client.people.answer = once
    const label = 'password of deploy@127.0.0.1'
    client.people.secrets[label] = ['wrong', 'never offered']
    const fixed = profileOf(started, { transport, password: { from: 'environment', name: 'X' } })
    await expect(client.connect(fixed)).rejects.toMatchObject({ code: 'authenticate' })
    expect(started.attempts).toEqual(['password wrong'])
    client.people.secrets[label] = ['wrong', 'right']
    await client.connect(profileOf(started, { transport, password: { from: 'ask' } }))
    expect(started.attempts).toEqual(['password wrong', 'password wrong', 'password right'])
    expect(client.people.refused).toContain(label)
  })

  test('questions of a server, several at once', async () => {
    const started = await server({
      questions: [
        { prompt: 'Colour: ', echo: true, answer: 'red' },
        { prompt: 'Code: ', echo: false, answer: '123456' },
      ],
    })
    const seen: string[] = []
    client.people.answer = (question) => {
      if (question.kind === 'host-key') return once()
      const labels = question.prompts.map(({ label }) => label)
      seen.push(...labels)
      return {
        kind: 'secret',
        values: labels.map((label) => (label.includes('Colour') ? 'red' : '123456')),
      }
    }
    const made = await client.connect(profileOf(started, { transport }))
    expect((await run(made, 'hello')).out.toString()).toBe('hello\n')
    expect(started.attempts).toEqual(['keyboard-interactive red,123456'])
    expect(seen.map((label) => /Colour|Code/u.exec(label)?.[0])).toEqual(['Colour', 'Code'])
  })

  test('declined, nothing more is asked and the words say who declined', async () => {
    const started = await server({ password: 'right' })
    client.people.answer = once
    await expect(client.connect(profileOf(started, { transport }))).rejects.toMatchObject({
      code: 'authenticate',
      message: expect.stringContaining('There is no password of deploy@127.0.0.1.'),
    })
    expect(started.attempts).toEqual([])
  })

  test('through two hops, each with its own key and host key', async () => {
    const file = join(folder.path, `config-${transport}`)
    const known = [sshd, hop].map(({ knownHosts }) => `"${knownHosts}"`).join(' ')
    const at = (one: Sshd): string[] => [
      '  HostName 127.0.0.1',
      `  Port ${one.port}`,
      `  User ${one.user}`,
      `  IdentityFile ${one.identity}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${known}`,
    ]
    writeFileSync(
      file,
      [
        'Host first',
        ...at(hop),
        'Host second',
        ...at(sshd),
        'Host inner',
        ...at(hop),
        '  ProxyJump first,second',
        '',
      ].join('\n'),
    )
    const made = await client.connect({
      kind: 'ssh',
      name: 'inner',
      hosts: ['inner'],
      transport,
      configFile: file,
      agent: false,
    })
    expect((await run(made, 'echo in')).out.toString()).toBe('in\n')
    const authenticated = client.people.stages.filter(({ name }) => name === 'authenticate')
    expect(authenticated.map(({ of, ok }) => [of, ok])).toEqual([
      ['first', true],
      ['second', true],
      ['inner', true],
    ])
    // What goes through a hop ends with it.
    sshd.cutConnections()
    expect(await made.lost).toEqual(expect.any(String))
  })

  test('given up while a person is asked', async () => {
    const started = await server({ password: 'right' })
    const giveUp = new AbortController()
    client.people.answer = (question) => {
      giveUp.abort()
      return question.kind === 'host-key' ? once() : { kind: 'declined', why: 'Too late.' }
    }
    await expect(
      client.connect(profileOf(started, { transport }), giveUp.signal),
    ).rejects.toMatchObject({ code: 'cancelled' })
    expect(started.attempts).toEqual([])
  })
})
