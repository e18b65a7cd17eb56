import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Profile, SshProfile } from '../../../main/core/connection/profile.ts'
import { PASSWORD } from '../../harness/postgres.ts'
import { generateKey } from '../../harness/sshd.ts'
import { temporaryFolder, type TemporaryFolder } from '../../harness/temporary-folder.ts'
import { fillDisk } from './full-disk.ts'
import { KINDS, startPlaces, VARIABLE, type Kind, type Places } from './places.ts'
import { suffer, tableOf, type Fault, type Seen } from './suffer.ts'
import { suspend } from './suspended.ts'

/**
 * The faults by name, each through the whole engine over a real server: what is recorded, what the window says of it,
 * and how often the effect happened. The table of docs/outcomes.md is what these runs gave.
 */

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const DOCUMENT = join(import.meta.dirname, '../../../docs/outcomes.md')
const SSH = ['ssh (ssh2)', 'ssh (openssh)'] as const

let folder: TemporaryFolder
let places: Places
const seen: Seen[] = []

beforeAll(async () => {
  folder = temporaryFolder('named-faults')
  places = await startPlaces(folder.path)
  // Servers started after this would show it in the list of processes.
  process.env[VARIABLE] = PASSWORD
})
afterAll(async () => {
  Reflect.deleteProperty(process.env, VARIABLE)
  await places?.close()
  folder?.remove()
})

/** Kept for the document. */
async function suffered(kind: Kind, fault: Fault): Promise<Seen> {
  const result = await suffer(places, kind, fault)
  seen.push(result)
  return result
}

test.each(KINDS)('%s: cut before anything was sent', async (kind) => {
  const result = await suffered(kind, {
    name: 'connection cut before anything was sent',
    // A host of ssh speaks first; of its greeting nothing passes.
    before: () =>
      places.proxies[kind].arm({
        kind: 'cut',
        direction: kind.startsWith('ssh') ? 'to-client' : 'to-server',
        after: 0,
      }),
  })
  expect(result).toMatchObject({ effects: 0, status: kind === 'http' ? result.status : 'failed' })
})

test.each(KINDS)(
  '%s: cut when the effect has happened and the answer has not come',
  async (kind) => {
    const result = await suffered(kind, {
      name: 'connection cut after the effect, before the answer',
      after: () => places.proxies[kind].arm({ kind: 'cut', direction: 'to-client', after: 0 }),
    })
    expect(result).toMatchObject({ outcome: 'disconnected', status: 'unknown', effects: 1 })
  },
)

test.each(KINDS)('%s: a link on which nothing arrives any more', async (kind) => {
  const result = await suffered(kind, {
    name: 'half-open link: packets are dropped',
    // A connection of ssh watches itself; of the others an answer may take its time.
    timeout: (which) => (which.startsWith('ssh') ? undefined : '1500ms'),
    after: () => places.proxies[kind].arm({ kind: 'stall', direction: 'to-client', after: 0 }),
  })
  expect(result).toMatchObject({ status: 'unknown', effects: 1 })
})

test.each(KINDS)('%s: the server is killed', async (kind) => {
  const result = await suffered(kind, {
    name: 'server killed',
    after: async () => {
      if (kind === 'postgres') await places.postgres.kill()
      else if (kind === 'redis') await places.redis.restart()
      else if (kind === 'http') places.http.cut()
      else places.sshd.cutConnections()
    },
    mend: async () => {
      if (kind === 'postgres') await places.postgres.start()
    },
  })
  expect(result).toMatchObject({ status: 'unknown', effects: 1 })
})

test.each(KINDS)('%s: wrong credentials', async (kind) => {
  const stranger = join(folder.path, `stranger-${kind.length}`)
  generateKey(stranger)
  const result = await suffered(kind, {
    name: 'wrong credentials',
    profile: (profile) =>
      profile.kind === 'ssh'
        ? { ...profile, identityFiles: [stranger], agent: false }
        : profile.kind === 'redis'
          ? { ...profile, user: 'nobody-here', password: { from: 'environment', name: VARIABLE } }
          : profile.kind === 'http'
            ? { ...profile, bearer: { from: 'environment', name: VARIABLE } }
            : { ...profile, user: 'nobody-here' },
  })
  // Of HTTP a refusal is an answer, to a request that was sent.
  const outcome = kind === 'http' ? 'responded' : 'not-started'
  expect(result).toMatchObject({ outcome, status: 'failed', effects: 0 })
})

test.each(SSH)('%s: another host key', async (kind) => {
  const changed = join(folder.path, `changed-${kind.length}`)
  generateKey(changed)
  const key = readFileSync(`${changed}.pub`, 'utf8').trim()
  writeFileSync(`${changed}.hosts`, `[127.0.0.1]:${places.proxies[kind].port} ${key}\n`)
  const result = await suffered(kind, {
    name: 'host key changed',
    profile: (profile): Profile =>
      profile.kind === 'ssh'
        ? ({ ...profile, knownHostsFiles: [`${changed}.hosts`] } satisfies SshProfile)
        : profile,
  })
  expect(result).toMatchObject({ outcome: 'not-started', status: 'failed', effects: 0 })
})

test('postgres: too many connections', async () => {
  const clients: Client[] = []
  const result = await suffered('postgres', {
    name: 'server full',
    before: async () => {
      for (;;) {
        const client = new Client({
          host: '127.0.0.1',
          port: places.postgres.port,
          database: 'orders',
          user: 'app',
          password: PASSWORD,
        })
        client.on('error', () => undefined)
        try {
          await client.connect()
        } catch {
          return
        }
        clients.push(client)
      }
    },
    mend: async () => {
      await Promise.all(clients.map((client) => client.end()))
    },
  })
  expect(clients.length).toBeGreaterThan(2)
  expect(result).toMatchObject({ outcome: 'not-started', status: 'failed', effects: 0 })
})

/** One connection; undefined where the server ends it, or says an error. */
async function taken(port: number, greeting: string): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  const welcome = await new Promise<boolean>((resolve) => {
    socket.once('data', (bytes) => resolve(/^(?:SSH-|\+PONG)/u.test(bytes.toString())))
    socket.once('close', () => resolve(false))
    socket.write(greeting)
  })
  if (welcome) return socket
  socket.destroy()
  return undefined
}

/** Connects until the server takes no more, and connections that have just ended count no more. */
async function fill(port: number, greeting: string): Promise<readonly Socket[]> {
  const sockets: Socket[] = []
  for (let refused = 0; refused < 5;) {
    const socket = await taken(port, greeting)
    if (socket === undefined) {
      refused += 1
      await new Promise((resolve) => setTimeout(resolve, 50))
    } else {
      refused = 0
      sockets.push(socket)
    }
  }
  return sockets
}

test.each([...SSH, 'redis'] as const)('%s: a server that takes no more', async (kind) => {
  let sockets: readonly Socket[] = []
  const result = await suffered(kind, {
    name: 'server full',
    before: async () => {
      sockets =
        kind === 'redis'
          ? await fill(places.redis.port, 'PING\r\n')
          : await fill(places.sshd.port, '')
    },
    mend: () => {
      for (const socket of sockets) socket.destroy()
    },
  })
  expect(sockets.length).toBeGreaterThan(2)
  expect(result).toMatchObject({ outcome: 'not-started', status: 'failed', effects: 0 })
})

test.each(KINDS)('%s: the disk of the laptop is full', async (kind) => {
  const results = await fillDisk(places, kind)
  seen.push(...results)
  expect(results.map(({ status, effects }) => ({ status, effects }))).toEqual([
    { status: 'idle', effects: 0 },
    { status: 'passed', effects: 1 },
    { status: 'unknown', effects: 1 },
  ])
})

test('the laptop sleeps, and wakes up to a link that held or to one that was lost', async () => {
  const held = await Promise.all(KINDS.map((kind) => suspend(places, kind, 'held')))
  const lost = await Promise.all(KINDS.map((kind) => suspend(places, kind, 'lost')))
  seen.push(...held, ...lost)
  for (const { status, effects } of held)
    expect({ status, effects }).toEqual({ status: 'passed', effects: 1 })
  for (const { status, effects } of lost)
    expect({ status, effects }).toEqual({ status: 'unknown', effects: 1 })
}, 240_000)

test.each(KINDS)('%s: without a fault it passes, once', async (kind) => {
  const result = await suffer(places, kind, { name: 'none' })
  expect(result).toMatchObject({ status: 'passed', effects: 1 })
})

test('docs/outcomes.md is what these runs gave', () => {
  const table = tableOf(seen)
  const squeeze = (text: string): string =>
    text
      .replaceAll(/ *\| */gu, '|')
      .replaceAll(/-{3,}/gu, '---')
      .trim()
  const document = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : ''
  const written = /<!-- faults -->\n+(?<table>[\s\S]*?)\n+<!-- end -->/u.exec(document)?.groups?.[
    'table'
  ]
  if (process.env['WRITE_OUTCOMES'] !== undefined)
    writeFileSync(
      DOCUMENT,
      document.replace(
        /(<!-- faults -->\n)[\s\S]*(<!-- end -->)/u,
        (_all, from: string, to: string) => `${from}\n${table}\n\n${to}`,
      ),
    )
  else expect(squeeze(written ?? '')).toBe(squeeze(table))
})
