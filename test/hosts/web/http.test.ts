import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TOKEN_LIFETIME_MS, MOST_WRONG_TOKENS } from '../../../main/hosts/web/access.ts'
import { startSite, type Site } from './web-host.ts'

let site: Site
beforeEach(async () => {
  site = await startSite()
})
afterEach(async () => {
  await site.close()
})

describe('the one-time token', () => {
  test('is traded for a strict cookie that scripts cannot read, and a redirect to the window', async () => {
    const answer = await site.get(site.freshPath())
    expect(answer.status).toBe(303)
    expect(answer.headers.location).toBe('/')
    const [cookie] = answer.headers['set-cookie'] ?? []
    expect(cookie).toMatch(
      new RegExp(`^muster-${site.host.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`, 'u'),
    )
    const window = await site.get('/', { cookie: cookie?.split(';')[0] ?? '' })
    expect(window.status).toBe(200)
    expect(window.body).toContain('<title>Muster</title>')
  })

  test('works once', async () => {
    const path = site.freshPath()
    expect((await site.get(path)).status).toBe(303)
    const again = await site.get(path)
    expect(again.status).toBe(401)
    expect(again.headers['set-cookie']).toBeUndefined()
    expect(again.body).toContain('Press Enter in the terminal')
  })

  test('is dead after five minutes', async () => {
    const path = site.freshPath()
    site.wait(TOKEN_LIFETIME_MS + 1)
    expect((await site.get(path)).status).toBe(401)
  })

  test('is alive until then', async () => {
    const path = site.freshPath()
    site.wait(TOKEN_LIFETIME_MS)
    expect((await site.get(path)).status).toBe(303)
  })

  test('dies when a newer link is printed', async () => {
    const old = site.freshPath()
    const fresh = site.freshPath()
    expect((await site.get(old)).status).toBe(401)
    expect((await site.get(fresh)).status).toBe(303)
  })

  test('is not used up by a request that is no visit', async () => {
    const path = site.freshPath()
    expect((await site.get(path, {}, 'HEAD')).status).toBe(401)
    expect((await site.get(path, { 'sec-fetch-dest': 'image' })).status).toBe(403)
    expect((await site.get(path, { 'sec-fetch-dest': 'document' })).status).toBe(303)
  })

  test('cannot be guessed for long', async () => {
    const path = site.freshPath()
    for (let guess = 0; guess < MOST_WRONG_TOKENS; guess++)
      expect((await site.get(`/?token=guess-${guess}`)).status).toBe(401)
    const limited = await site.get(path)
    expect(limited.status).toBe(429)
    expect(Number(limited.headers['retry-after'])).toBe(60)
    site.wait(60_000)
    expect((await site.get(path)).status).toBe(303)
  })

  test('used up already sends a signed-in browser on to the window', async () => {
    const path = site.freshPath()
    const [cookie = ''] = (await site.get(path)).headers['set-cookie'] ?? []
    const again = await site.get(path, { cookie: cookie.split(';')[0] ?? '' })
    expect(again.status).toBe(303)
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  test('opened from another site goes on from a page of our own, which gets the strict cookie', async () => {
    const answer = await site.get(site.freshPath(), { 'sec-fetch-site': 'cross-site' })
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']).toHaveLength(1)
    expect(answer.body).toContain('http-equiv="refresh" content="0; url=/"')
  })
})

describe('who is let in', () => {
  test('nobody without the cookie', async () => {
    for (const path of ['/', '/assets/index-A1b2C3d4.js', '/nothing']) {
      const answer = await site.get(path)
      expect(answer.status).toBe(401)
      expect(answer.body).not.toContain('<title>Muster</title>')
    }
  })

  test('nobody with a wrong cookie', async () => {
    const cookie = await site.signIn()
    expect((await site.get('/', { cookie: `${cookie}x` })).status).toBe(401)
    expect((await site.get('/', { cookie: `muster-${site.host.port}=` })).status).toBe(401)
    expect((await site.get('/', { cookie: `other=1; ${cookie}` })).status).toBe(200)
  })

  test('no foreign Host: a name that was made to point here', async () => {
    const cookie = await site.signIn()
    const { port } = site.host
    for (const host of [
      `evil.example:${port}`,
      'evil.example',
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `localhost.evil.example:${port}`,
      `[::1]:${port}`,
    ]) {
      const answer = await site.get('/', { host, cookie })
      expect([host, answer.status]).toEqual([host, 403])
      expect(answer.body).toContain('ssh -L')
    }
    expect((await site.get('/', { host: `localhost:${port}`, cookie })).status).toBe(200)
  })

  test('no token is used up under a foreign Host', async () => {
    const path = site.freshPath()
    expect((await site.get(path, { host: 'evil.example' })).status).toBe(403)
    expect((await site.get(path)).status).toBe(303)
  })

  test('no foreign Origin, and nothing but reading', async () => {
    const cookie = await site.signIn()
    const foreign = { cookie, origin: 'http://evil.example' }
    expect((await site.get('/', foreign)).status).toBe(403)
    expect((await site.get('/', foreign, 'POST')).status).toBe(403)
    expect((await site.get('/', { cookie, origin: 'null' }, 'POST')).status).toBe(403)
    expect((await site.get('/', { cookie, origin: site.origin }, 'POST')).status).toBe(405)
    expect((await site.get('/', { cookie }, 'DELETE')).status).toBe(405)
  })

  test('two Host headers are none', async () => {
    const { port } = site.host
    const text = await raw(
      port,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    )
    expect(text).toMatch(/^HTTP\/1\.1 40[03] /u)
  })

  test('no request for a whole address', async () => {
    const cookie = await site.signIn()
    const { port } = site.host
    for (const target of ['http://evil.example/', '//evil.example/', '*']) {
      const text = await raw(
        port,
        `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      )
      expect([target, text.slice(0, 12)]).toEqual([target, 'HTTP/1.1 400'])
    }
  })
})

describe('what is served', () => {
  test('every answer carries the security headers', async () => {
    const cookie = await site.signIn()
    const answers = [
      await site.get('/', { cookie }),
      await site.get('/'),
      await site.get('/nothing', { cookie }),
      await site.get('/', { host: 'evil.example' }),
      await site.get(site.freshPath()),
    ]
    for (const { headers } of answers) {
      const policy = String(headers['content-security-policy'])
      expect(policy.split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        `connect-src 'self' ws://127.0.0.1:${site.host.port} ws://localhost:${site.host.port}`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ])
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(headers['permissions-policy']).toContain('camera=()')
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('hashed files may be kept, everything else may not', async () => {
    const cookie = await site.signIn()
    const script = await site.get('/assets/index-A1b2C3d4.js', { cookie })
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(script.headers['cache-control']).toBe('private, max-age=31536000, immutable')
    expect((await site.get('/', { cookie })).headers['cache-control']).toBe('no-store')
    expect((await site.get('/')).headers['cache-control']).toBe('no-store')
  })

  test('HEAD says the same without a body', async () => {
    const cookie = await site.signIn()
    const { status, headers, body } = await site.get('/', { cookie }, 'HEAD')
    expect([status, body]).toEqual([200, ''])
    expect(Number(headers['content-length'])).toBeGreaterThan(0)
  })

  test('nothing outside of the window’s folder', async () => {
    const cookie = await site.signIn()
    for (const path of [
      '/../secret.json',
      '/assets/../../secret.json',
      '/%2e%2e/secret.json',
      '/..%2fsecret.json',
      '/..%5csecret.json',
      '/assets/..%2f..%2fsecret.json',
      '/%00/secret.json',
      '/%E0%A4%A',
      '/./index.html',
    ]) {
      const answer = await site.get(path, { cookie })
      expect([path, answer.status]).toEqual([path, 404])
      expect(answer.body).not.toContain('secret')
    }
  })

  test('nothing through a link that leads out, no folder, no unknown kind of file', async () => {
    const cookie = await site.signIn()
    const folder = site.windowFolder
    symlinkSync('../../secret.json', `${folder}/assets/link-A1b2C3d4.json`)
    expect((await site.get('/assets/link-A1b2C3d4.json', { cookie })).status).toBe(404)
    expect((await site.get('/assets/', { cookie })).status).toBe(404)
    expect((await site.get('/assets', { cookie })).status).toBe(404)
    expect((await site.get('/index.php', { cookie })).status).toBe(404)
  })
})

test('it listens on the loopback address only', async () => {
  const { networkInterfaces } = await import('node:os')
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')
  // Without any network there is no other address that it could listen on.
  if (outside === undefined) return
  await expect(raw(site.host.port, '', outside.address)).rejects.toThrow('ECONNREFUSED')
})

/** Sends exactly these bytes and gives everything that comes back. */
function raw(port: number, text: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(text))
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

describe('exported files', () => {
  const NAME = '20261120-031209-ab12cd-post-mortem.html'
  beforeEach(() => {
    mkdirSync(join(site.exports, 'folder'), { recursive: true })
    writeFileSync(join(site.exports, NAME), '<script>alert(1)</script>')
    writeFileSync(join(site.exports, '.half.part'), 'half')
    symlinkSync('/etc/hostname', join(site.exports, 'link.html'))
  })

  test('are kept by the browser that is signed in, and shown by none', async () => {
    const cookie = await site.signIn()
    const answer = await site.get(`/exports/${NAME}`, { cookie })
    expect(answer).toMatchObject({ status: 200, body: '<script>alert(1)</script>' })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${NAME}"`,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(await site.get(`/exports/${NAME}`, { cookie }, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
    })
  })

  test('are given to nobody else', async () => {
    await site.signIn()
    expect((await site.get(`/exports/${NAME}`)).status).toBe(401)
    const cookie = await site.signIn()
    expect((await site.get(`/exports/${NAME}`, { cookie, host: 'evil.example' })).status).toBe(403)
  })

  test.each([
    '/exports/',
    '/exports/folder',
    '/exports/link.html',
    '/exports/.half.part',
    '/exports/none.html',
    '/exports/../muster.db',
    '/exports/..%2fmuster.db',
    '/exports/folder/../../muster.db',
    '/exports/%2e%2e/muster.db',
    `/exports/${NAME}/`,
    `/exports/${NAME}%00`,
  ])('%s is not one of them', async (path) => {
    const cookie = await site.signIn()
    expect((await site.get(path, { cookie })).status).toBe(404)
  })
})
