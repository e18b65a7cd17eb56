import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_FRAME_LENGTH } from '../../../main/contract/frames.ts'
import { until } from '../../harness/until.ts'
import { closing, nextFrame, opening, startSite, type Site } from './web-host.ts'

let site: Site
let cookie: string
beforeEach(async () => {
  site = await startSite()
  cookie = await site.signIn()
})
afterEach(async () => {
  await site.close()
})

test('a signed-in window talks to the engine', async () => {
  const socket = site.socket({ cookie, origin: site.origin })
  expect(await opening(socket)).toBe('open')
  const answer = nextFrame(socket, ({ id }) => id === 7)
  socket.send(JSON.stringify({ id: 7, method: 'session.info', params: {} }))
  expect(await answer).toMatchObject({ id: 7, result: { host: 'web', version: '0.0.0-test' } })
})

test('a push reaches every window', async () => {
  const [one, other] = [
    site.socket({ cookie, origin: site.origin }),
    site.socket({ cookie, origin: site.origin }),
  ]
  expect(await Promise.all([opening(one), opening(other)])).toEqual(['open', 'open'])
  const told = nextFrame(other, ({ push }) => push === 'settings.changed')
  one.send(JSON.stringify({ id: 1, method: 'settings.set', params: { theme: 'dark' } }))
  expect(await told).toEqual({ push: 'settings.changed', data: {} })
})

test('a contract error comes back in words and the socket stays open', async () => {
  const socket = site.socket({ cookie, origin: site.origin })
  await opening(socket)
  const answer = nextFrame(socket, ({ id }) => id === 1)
  socket.send(JSON.stringify({ id: 1, method: 'runs.open', params: { run: 'nothing' } }))
  expect(await answer).toMatchObject({ error: { code: 'no-run' } })
  const second = nextFrame(socket, ({ id }) => id === 2)
  socket.send(JSON.stringify({ id: 2, method: 'no.such', params: {} }))
  expect(await second).toMatchObject({ error: { code: 'unknown-method' } })
  expect(socket.readyState).toBe(socket.OPEN)
})

test('no socket without the cookie', async () => {
  expect(await opening(site.socket({ origin: site.origin }))).toBe(401)
})

test('no socket for another origin, whatever its cookie', async () => {
  const { port } = site.host
  for (const origin of [
    'http://evil.example',
    `http://evil.example:${port}`,
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${port + 1}`,
    `http://localhost:${port}`,
    'null',
  ])
    expect([origin, await opening(site.socket({ cookie, origin }))]).toEqual([origin, 403])
  expect(await opening(site.socket({ cookie }))).toBe(403)
})

test('no socket under a foreign Host', async () => {
  const host = `evil.example:${site.host.port}`
  expect(await opening(site.socket({ cookie, host, origin: `http://${host}` }))).toBe(403)
})

test('no socket anywhere else', async () => {
  expect(await opening(site.socket({ cookie, origin: site.origin }, '/other'))).toBe(404)
})

test.each([
  ['text that is not JSON', '{"id":', 1007, 'This is not JSON.'],
  ['JSON that is no request', '[1,2]', 1008, 'This is not a request frame of the contract.'],
  [
    'a request with more in it than the contract knows',
    '{"id":1,"method":"session.info","params":{},"extra":1}',
    1008,
    'This is not a request frame of the contract.',
  ],
  [
    'a frame over the limit',
    JSON.stringify({ id: 1, method: 'x', params: 'x'.repeat(MAX_FRAME_LENGTH) }),
    1009,
    'This frame is longer than the contract allows.',
  ],
])('%s closes the socket and says why', async (_what, text, code, reason) => {
  const socket = site.socket({ cookie, origin: site.origin })
  await opening(socket)
  const closed = closing(socket)
  socket.send(text)
  expect(await closed).toEqual({ code, reason })
})

test('bytes close the socket and say why', async () => {
  const socket = site.socket({ cookie, origin: site.origin })
  await opening(socket)
  const closed = closing(socket)
  socket.send(Buffer.from([1, 2, 3]))
  expect(await closed).toEqual({ code: 1003, reason: 'Frames are JSON text.' })
})

test('a frame far over the limit is not even read', async () => {
  const socket = site.socket({ cookie, origin: site.origin })
  await opening(socket)
  const closed = closing(socket)
  socket.send('x'.repeat(MAX_FRAME_LENGTH * 3 + 1))
  expect((await closed).code).toBe(1009)
})

test('a frame at the limit is read', async () => {
  const socket = site.socket({ cookie, origin: site.origin })
  await opening(socket)
  const head = '{"id":3,"method":"settings.get","params":"'
  const answer = nextFrame(socket, ({ id }) => id === 3)
  socket.send(`${head}${'ä'.repeat(MAX_FRAME_LENGTH - head.length - 2)}"}`)
  expect(await answer).toMatchObject({ id: 3, error: { code: 'bad-request' } })
})

test('one broken window does not disturb another', async () => {
  const good = site.socket({ cookie, origin: site.origin })
  const bad = site.socket({ cookie, origin: site.origin })
  await Promise.all([opening(good), opening(bad)])
  const closed = closing(bad)
  bad.send('nonsense')
  await closed
  const answer = nextFrame(good, ({ id }) => id === 1)
  good.send(JSON.stringify({ id: 1, method: 'settings.get', params: {} }))
  expect(await answer).toHaveProperty('result.theme')
})

test('many requests at once are all answered', async () => {
  const socket = site.socket({ cookie, origin: site.origin })
  await opening(socket)
  const wanted = 1_000
  const answered = new Set<unknown>()
  const all = nextFrame(socket, ({ id }) => {
    answered.add(id)
    return answered.size === wanted
  })
  for (let id = 1; id <= wanted; id++)
    socket.send(JSON.stringify({ id, method: 'settings.get', params: {} }))
  await all
  expect(answered.size).toBe(wanted)
})

test('closing says goodbye to every window', async () => {
  const socket = site.socket({ cookie, origin: site.origin })
  await opening(socket)
  const closed = closing(socket)
  await site.host.close()
  expect(await closed).toEqual({ code: 1001, reason: 'Muster is closing.' })
})

test('windows are bounded, and a place is free again when one goes', async () => {
  const windows = Array.from({ length: 32 }, () => site.socket({ cookie, origin: site.origin }))
  expect(new Set(await Promise.all(windows.map(opening)))).toEqual(new Set(['open']))
  expect(await opening(site.socket({ cookie, origin: site.origin }))).toBe(503)
  const [first] = windows
  if (first === undefined) throw new Error('There is no window.')
  const closed = closing(first)
  first.close()
  await closed
  await until(
    'there is a place again',
    async () => (await opening(site.socket({ cookie, origin: site.origin }))) === 'open',
  )
})

/** A guide of about so many bytes that is quick to parse. */
function longFile(bytes: number): string {
  const path = join(site.windowFolder, 'long.md')
  const line = `${'word '.repeat(200)}\n`
  const lines = line.repeat(Math.ceil(bytes / line.length))
  writeFileSync(path, `# Long\n\n\`\`\`text\n${lines}\`\`\`\n`)
  return path
}

test('a window that takes nothing any more is let go before its answers fill the memory', async () => {
  const path = longFile(3_000_000)
  const read = (id: number): string =>
    JSON.stringify({ id, method: 'library.read', params: { path } })
  const other = site.socket({ cookie, origin: site.origin })
  await opening(other)
  const first = nextFrame(other, ({ id }) => id === 1)
  other.send(read(1))
  expect(await first).toHaveProperty('result.sha256')
  const stuck = site.socket({ cookie, origin: site.origin })
  await opening(stuck)
  stuck.on('error', () => undefined)
  stuck.pause()
  let id = 0
  await until('the stuck window was let go', () => {
    if (stuck.readyState === stuck.OPEN) stuck.send(read(++id))
    return stuck.readyState !== stuck.OPEN
  })
  // 64 MiB of answers had to wait for it; the other window is served all the same.
  expect(id).toBeGreaterThan(20)
  const second = nextFrame(other, ({ id: answered }) => answered === 2)
  other.send(read(2))
  expect(await second).toHaveProperty('result.sha256')
})

test('an answer that is too long for a frame becomes an error in words', async () => {
  const path = longFile(4_500_000)
  const socket = site.socket({ cookie, origin: site.origin })
  await opening(socket)
  const answer = nextFrame(socket, ({ id }) => id === 1)
  socket.send(JSON.stringify({ id: 1, method: 'library.read', params: { path } }))
  expect(await answer).toMatchObject({ error: { code: 'too-large' } })
})
