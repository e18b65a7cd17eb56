import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { HttpProfile } from '../../../main/core/connection/profile.ts'
import { evaluateGates } from '../../../main/core/run/gates.ts'
import type { ProbeStage } from '../../../main/engine/ports.ts'
import {
  createHttpExecutor,
  type HttpExecutorOptions,
} from '../../../main/executors/http/executor.ts'
import { isExcepted } from '../../../main/executors/http/proxy.ts'
import { freePort } from '../../harness/redis.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'
import { makeAuthority, type Authority, type KeyPair } from '../support/certificates.ts'
import { block, collect, shellRequest } from '../support/execution.ts'

let authority: Authority
const folder = temporaryFolder('http-profiles')
const closing: (() => Promise<unknown>)[] = []
const refused: string[] = []

const secrets: NonNullable<HttpExecutorOptions['secrets']> = {
  get: (source) =>
    Promise.resolve(
      source.from === 'environment' && source.name !== 'NONE'
        ? { value: `secret of ${source.name}` }
        : { problem: 'nobody typed one.' },
    ),
  refuse: (_source, purpose) => void refused.push(purpose.label),
}

beforeAll(() => {
  authority = makeAuthority()
  writeFileSync(join(folder.path, 'ca.pem'), authority.cert)
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  refused.length = 0
})
afterAll(() => {
  authority.remove()
  folder.remove()
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        for (const socket of sockets) socket.destroy()
      }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const serve = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createHttpServer(listener))}`

const serveTls = async (
  pair: KeyPair,
  listener: RequestListener,
  more: Record<string, unknown> = {},
): Promise<string> =>
  `https://localhost:${await listen(createHttpsServer({ key: pair.key, cert: pair.cert, ...more }, listener))}`

function profile(url: string, changes: Partial<HttpProfile> = {}): HttpProfile {
  return { kind: 'http', name: 'site', url, ...changes }
}

async function ran(
  text: string,
  given: HttpProfile,
  options: HttpExecutorOptions = {},
  timeoutMs?: number,
) {
  const sink = collect()
  const executor = createHttpExecutor({ secrets, variables: {}, ...options })
  const request = shellRequest(text, {
    block: block({ executor: 'http', language: 'http' }),
    connection: given.name,
    profile: given,
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
  const result = await executor.start(request, sink).result
  return {
    ...result,
    text: sink.text,
    detail: 'detail' in result.outcome ? result.outcome.detail : '',
  }
}

/** Answers with what was asked, and remembers it. */
function recorder(seen: IncomingMessage[]): RequestListener {
  return (incoming, response) => {
    seen.push(incoming)
    response.end('here')
  }
}

/** A proxy as they are: CONNECT for https, whole addresses for http. */
async function proxy(credentials?: string) {
  const seen: string[] = []
  const server = createHttpServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`)
    if (credentials !== undefined && incoming.headers['proxy-authorization'] !== credentials)
      return response.writeHead(407).end()
    return response.end('from the proxy')
  })
  server.on('connect', (incoming, client: Socket) => {
    seen.push(`CONNECT ${incoming.url}`)
    client.on('error', () => undefined)
    if (credentials !== undefined && incoming.headers['proxy-authorization'] !== credentials)
      return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const [host = '', port] = (incoming.url ?? '').split(':')
    if (host === 'blocked.example.com') return client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
    return upstream
  })
  return { port: await listen(server), seen }
}

describe('a profile', () => {
  test('gives the base address and shows who asks, at its own origin only', async () => {
    const own: IncomingMessage[] = []
    const other: IncomingMessage[] = []
    const base = await serve(recorder(own))
    const elsewhere = await serve(recorder(other))
    const bearer = profile(`${base}/api`, { bearer: { from: 'environment', name: 'TOKEN' } })
    expect((await ran('GET /health', bearer)).text).toBe('here')
    expect(own[0]?.url).toBe('/api/health')
    expect(own[0]?.headers.authorization).toBe('Bearer secret of TOKEN')
    await ran(`GET ${elsewhere}/x`, bearer)
    expect(other[0]?.headers.authorization).toBeUndefined()
    await ran('GET /health\nAuthorization: mine', bearer)
    expect(own[1]?.headers.authorization).toBe('mine')
    const basic = { user: 'ops', password: { from: 'environment', name: 'P' } } as const
    await ran('GET /', profile(base, { basic }))
    expect(own[2]?.headers.authorization).toBe(
      `Basic ${Buffer.from('ops:secret of P').toString('base64')}`,
    )
  })

  test('whose secret nobody has sends nothing; one that is refused is not offered again', async () => {
    const seen: IncomingMessage[] = []
    const base = await serve((incoming, response) => {
      seen.push(incoming)
      response.writeHead(401).end()
    })
    const none = await ran(
      'GET /',
      profile(base, { bearer: { from: 'environment', name: 'NONE' } }),
    )
    expect(none.outcome.kind).toBe('not-started')
    expect(none.detail).toContain('nobody typed one')
    expect(seen).toEqual([])
    const wrong = profile(base, { bearer: { from: 'environment', name: 'TOKEN' } })
    expect((await ran('GET /', wrong)).outcome).toEqual({ kind: 'responded', status: 401 })
    expect(refused).toEqual([`token for ${base}`])
  })

  test('whose secret a person takes their time to type: that is no time of the block', async () => {
    const base = await serve(recorder([]))
    let typed: (answer: { readonly value: string }) => void = () => undefined
    const slow: HttpExecutorOptions = {
      secrets: {
        get: () =>
          new Promise((resolve) => {
            typed = resolve
          }),
        refuse: () => undefined,
      },
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const running = ran('GET /', profile(base, { bearer: { from: 'ask' } }), slow, 100)
      // An hour passes before the person has typed; the block's tenth of a second begins then.
      vi.advanceTimersByTime(3_600_000)
      typed({ value: 'token' })
      const result = await running
      expect(result.outcome).toEqual({ kind: 'responded', status: 200 })
      expect(result.durationMs).toBeDefined()
    } finally {
      vi.useRealTimers()
    }
  })

  test('limits the body: what was read is recorded, and only a beginning can pass', async () => {
    const base = await serve((_incoming, response) => response.end('x'.repeat(100_000)))
    const result = await ran('GET /', profile(base, { maxBytes: 1000 }))
    expect(result.outcome).toEqual({ kind: 'responded', status: 200 })
    expect(result.text).toBe('x'.repeat(1000))
    expect(result.http?.capped).toBe(1000)
    expect(result.notice).toContain('longer than 1000 bytes')
    const gates = (mode: 'exact' | 'contains') =>
      evaluateGates(
        block({ executor: 'http', language: 'http', expectations: [{ mode, text: result.text }] }),
        {
          outcome: result.outcome,
          stdout: result.text,
          truncated: false,
          durationMs: 1,
          ...(result.http && { http: result.http }),
        },
      ).at(-1)?.passed
    expect([gates('exact'), gates('contains')]).toEqual([false, true])
    const fits = await ran('GET /', profile(base, { maxBytes: 100_000 }))
    expect(fits.http?.capped).toBeUndefined()
    expect(fits.notice).toBeUndefined()
  })

  test('limits the time to connect', async () => {
    const port = await listen(createTcpServer(() => undefined))
    const result = await ran(
      'GET /',
      profile(`https://127.0.0.1:${port}`, { connectTimeoutMs: 100 }),
    )
    expect(result.outcome.kind).toBe('not-started')
    expect(result.detail).toContain('could not be reached within 0.1 s')
    const block = await ran('POST /', profile(`https://127.0.0.1:${port}`), {}, 100)
    expect(block.outcome.kind).toBe('not-started')
    expect(block.detail).toContain('within 0.1 s. Nothing was sent.')
  })
})

describe('redirects', () => {
  test('are answers, unless the profile allows some', async () => {
    const base = await serve((_incoming, response) =>
      response.writeHead(302, { Location: '/b' }).end(),
    )
    const result = await ran('GET /a', profile(base))
    expect(result.outcome).toEqual({ kind: 'responded', status: 302 })
    expect(result.http?.redirects).toBeUndefined()
    expect(result.notice).toBeUndefined()
  })

  test('are followed to the limit and recorded, with credentials at the same origin', async () => {
    const seen: IncomingMessage[] = []
    const base = await serve((incoming, response) => {
      seen.push(incoming)
      const at = Number(incoming.url?.slice(1))
      if (at < 3) response.writeHead(301 + at, { Location: String(at + 1) }).end('not this')
      else response.end('there')
    })
    const given = profile(base, { redirects: 3, bearer: { from: 'environment', name: 'T' } })
    const result = await ran('GET /0\nX-Own: 1', given)
    expect(result.text).toBe('there')
    expect(result.http?.redirects).toEqual([
      { status: 301, from: `${base}/0`, to: `${base}/1` },
      { status: 302, from: `${base}/1`, to: `${base}/2` },
      { status: 303, from: `${base}/2`, to: `${base}/3` },
    ])
    expect(seen.map(({ headers }) => [headers.authorization, headers['x-own']])).toEqual(
      Array.from({ length: 4 }, () => ['Bearer secret of T', '1']),
    )
    const less = await ran('GET /0', { ...given, redirects: 2 })
    expect(less.outcome).toEqual({ kind: 'responded', status: 303 })
    expect(less.notice).toContain('the profile allows 2 redirects')
    expect(less.text).toBe('not this')
  })

  test('to another origin lose everything that was meant for the first', async () => {
    const other: IncomingMessage[] = []
    const elsewhere = await serve(recorder(other))
    const base = await serve((_incoming, response) =>
      response
        .writeHead(307, { Location: `${elsewhere.replace('//', '//user:password@')}/x#y` })
        .end(),
    )
    const result = await ran(
      'GET /\nX-Api-Key: mine\nCookie: a=b\nAccept: text/plain',
      profile(base, { redirects: 5, bearer: { from: 'environment', name: 'T' } }),
    )
    expect(result.text).toBe('here')
    const headers = other[0]?.headers ?? {}
    expect(Object.keys(headers).sort()).toEqual(['accept', 'connection', 'host', 'user-agent'])
    expect(headers.host).toBe(elsewhere.slice('http://'.length))
    expect(result.http?.redirects?.[0]?.to).toBe(`${elsewhere}/x`)
  })

  test.for(['POST', 'PUT', 'DELETE', 'PATCH'])(
    'of a %s are never followed: nothing is sent twice',
    async (method) => {
      const seen: string[] = []
      const base = await serve((incoming, response) => {
        seen.push(`${incoming.method} ${incoming.url}`)
        response.writeHead(307, { Location: '/again' }).end()
      })
      const result = await ran(`${method} /order`, profile(base, { redirects: 5 }))
      expect(seen).toEqual([`${method} /order`])
      expect(result.outcome).toEqual({ kind: 'responded', status: 307 })
      expect(result.notice).toContain(`a ${method} is never sent a second time`)
    },
  )

  test('to nowhere, to another protocol, or to what cannot be reached', async () => {
    let to = 'http://['
    const base = await serve((_incoming, response) =>
      response.writeHead(302, { Location: to }).end(),
    )
    const given = profile(base, { redirects: 5 })
    expect((await ran('GET /', given)).notice).toContain('not an address')
    to = 'ftp://example.com/'
    expect((await ran('GET /', given)).notice).toContain('neither http nor https')
    to = `http://127.0.0.1:${await freePort()}/`
    const gone = await ran('GET /', given)
    expect(gone.outcome.kind).toBe('disconnected')
    expect(gone.detail).toMatch(/^It was redirected to http:.* Nothing listens at/)
    const pair = authority.issue('DNS:localhost', 30)
    const secure = await serveTls(pair, (_incoming, response) =>
      response.writeHead(302, { Location: base }).end(),
    )
    const down = await ran(
      'GET /',
      profile(secure, { redirects: 5, tls: { ca: join(folder.path, 'ca.pem') } }),
    )
    expect(down.notice).toContain('not encrypted')
  })
})

describe('certificates', () => {
  const tls = () => ({ ca: join(folder.path, 'ca.pem') })

  test('are recorded, and expectations can ask for them', async () => {
    const url = await serveTls(
      authority.issue('DNS:localhost,DNS:www.example.com,IP:127.0.0.1', 20),
      recorder([]),
    )
    const result = await ran('GET /', profile(url, { tls: tls() }))
    const { certificate } = result
    expect(certificate).toMatchObject({
      host: 'localhost',
      subject: 'CN=leaf',
      issuer: 'O=Muster tests, CN=Test authority',
      names: ['localhost', 'www.example.com', '127.0.0.1'],
    })
    expect(certificate?.daysLeft).toBeGreaterThanOrEqual(19)
    expect(certificate?.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    const gate = (text: string) =>
      evaluateGates(
        block({
          executor: 'http',
          language: 'http',
          expectations: [{ mode: 'certificate', text }],
        }),
        {
          outcome: result.outcome,
          stdout: '',
          truncated: false,
          durationMs: 1,
          ...(result.http && { http: result.http }),
          ...(certificate && { certificate }),
        },
      ).at(-1)
    expect(gate('{"daysLeft": ">=14", "names": ["WWW.example.com"]}')?.passed).toBe(true)
    expect(gate('{"daysLeft": ">=30"}')).toMatchObject({ passed: false })
    expect(gate('{"names": ["other.example.com"]}')?.seen).toContain('not to other.example.com')
  })

  test('that are not accepted are recorded too, and nothing is sent', async () => {
    const seen: IncomingMessage[] = []
    const expired = await serveTls(authority.issue('DNS:localhost', -1), recorder(seen))
    const result = await ran('GET /', profile(expired, { tls: tls() }))
    expect(result.outcome.kind).toBe('not-started')
    expect(result.certificate?.daysLeft).toBeLessThan(0)
    expect(result.certificate?.problem).toContain('expired')
    const unknown = await ran('GET /', profile(expired))
    expect(unknown.certificate?.problem).toBeDefined()
    const named = await serveTls(authority.issue('DNS:www.example.com', 30), recorder(seen))
    expect((await ran('GET /', profile(named, { tls: tls() }))).certificate?.problem).toContain(
      'another name',
    )
    expect(
      (await ran('GET /', profile(named, { tls: { ...tls(), serverName: 'www.example.com' } })))
        .text,
    ).toBe('here')
    expect(seen).toHaveLength(1)
  })

  test('of the client are shown to the profile’s own origin', async () => {
    const pair = authority.issue('DNS:client', 30)
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder.path, name), text)
      return join(folder.path, name)
    }
    const url = await serveTls(authority.issue('DNS:localhost', 30), recorder([]), {
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    })
    const own = { ...tls(), certificate: write('c.pem', pair.cert), key: write('c.key', pair.key) }
    expect((await ran('GET /', profile(url, { tls: own }))).text).toBe('here')
    const without = await ran('GET /', profile(url, { tls: tls() }))
    expect(without.outcome.kind).not.toBe('responded')
    const broken = await ran(
      'GET /',
      profile(url, { tls: { ...own, key: write('bad.key', 'no key') } }),
    )
    expect(broken.outcome.kind).toBe('not-started')
    expect(broken.detail).toContain('client certificate or its key cannot be used')
  })
})

describe('proxies', () => {
  test('of the profile: whole addresses for http, CONNECT for https, with credentials', async () => {
    const authorization = `Basic ${Buffer.from('me:secret of PROXY').toString('base64')}`
    const through = await proxy(authorization)
    const url = await serveTls(authority.issue('DNS:localhost', 30), recorder([]))
    const given = {
      proxy: `http://me@127.0.0.1:${through.port}`,
      proxyPassword: { from: 'environment', name: 'PROXY' },
      tls: { ca: join(folder.path, 'ca.pem') },
    } as const
    const plain = await ran('GET /x?y=1', profile('http://nowhere.example.com/base', given))
    expect(plain.text).toBe('from the proxy')
    expect(plain.http?.proxy).toBe(`127.0.0.1:${through.port}`)
    const secure = await ran('GET /', profile(url, given))
    expect(secure.text).toBe('here')
    expect(secure.certificate?.names).toEqual(['localhost'])
    expect(through.seen).toEqual([
      'GET http://nowhere.example.com/base/x?y=1',
      `CONNECT ${url.slice('https://'.length)}`,
    ])
    const { proxyPassword: _password, ...without } = given
    const refusedOne = await ran('GET /', profile(url, without))
    expect(refusedOne.outcome.kind).toBe('not-started')
    expect(refusedOne.detail).toContain('refused the user or the password (407)')
    const blocked = await ran('POST /', profile('https://blocked.example.com', given))
    expect(blocked.outcome.kind).toBe('not-started')
    expect(blocked.detail).toContain('it answered 403. Nothing was sent')
    const gone = `http://127.0.0.1:${await freePort()}`
    const absent = await ran('GET /', profile(url, { proxy: gone }))
    expect(absent.outcome.kind).toBe('not-started')
    expect(absent.detail).toMatch(
      /The proxy of the profile \S+ cannot be used: Nothing listens at/u,
    )
  })

  test('of the environment, but not for this laptop, nor against the profile', async () => {
    const through = await proxy()
    const variables = { http_proxy: `127.0.0.1:${through.port}`, NO_PROXY: 'internal.example.com' }
    const asked = await ran('GET /', profile('http://www.example.com'), { variables })
    expect(asked.text).toBe('from the proxy')
    const base = await serve(recorder([]))
    expect((await ran('GET /', profile(base), { variables })).text).toBe('here')
    for (const [url, proxied] of [
      ['http://www.example.invalid', false],
      ['http://internal.example.com.invalid', undefined],
    ] as const) {
      const result = await ran(
        'GET /',
        profile(url, proxied === undefined ? {} : { proxy: proxied }),
        {
          variables: { ...variables, NO_PROXY: '.invalid' },
        },
      )
      expect(result.detail).toContain('cannot be resolved')
    }
    const dead = await ran('GET /', profile('https://www.example.com'), {
      variables: { HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` },
    })
    expect(dead.outcome.kind).toBe('not-started')
    expect(through.seen).toHaveLength(1)
  })

  test('that are spoken to over TLS', async () => {
    const asked: string[] = []
    const secured = createHttpsServer(authority.issue('DNS:localhost', 30))
    secured.on('connect', (incoming, client: Socket) => {
      asked.push(incoming.url ?? '')
      const upstream = connect(Number(incoming.url?.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        upstream.pipe(client)
        client.pipe(upstream)
      })
      upstream.on('error', () => client.destroy())
      client.on('error', () => upstream.destroy())
    })
    const given = { proxy: `https://localhost:${await listen(secured)}` }
    const url = await serveTls(authority.issue('DNS:localhost', 30), recorder([]))
    const result = await ran('GET /', profile(url, given), { authorities: [authority.cert] })
    expect(result.text).toBe('here')
    expect(asked).toEqual([url.slice('https://'.length)])
    const untrusted = await ran('GET /', profile(url, given))
    expect(untrusted.outcome.kind).toBe('not-started')
  })

  test('NO_PROXY', () => {
    const excepted = (list: string, url: string): boolean => isExcepted(list, new URL(url))
    expect(excepted('example.com', 'http://example.com')).toBe(true)
    expect(excepted('.example.com, other.net', 'http://www.example.com')).toBe(true)
    expect(excepted('*.example.com', 'http://a.b.example.com')).toBe(true)
    expect(excepted('example.com:8080', 'http://example.com')).toBe(false)
    expect(excepted('example.com:80', 'http://example.com')).toBe(true)
    expect(excepted('10.0.0.1 *', 'http://anything')).toBe(true)
    expect(excepted('example.com', 'http://notexample.com')).toBe(false)
    expect(excepted('[::2]:80', 'http://[::2]')).toBe(true)
    expect(excepted('::2', 'http://[::2]')).toBe(true)
    expect(excepted('', 'http://example.com')).toBe(false)
  })
})

test('through an ssh target', async () => {
  const port = Number(new URL(await serve(recorder([]))).port)
  const asked: string[] = []
  const result = await ran('GET /', profile('http://inside.example.com', { via: 'bastion' }), {
    variables: { HTTP_PROXY: 'http://127.0.0.1:1' },
    tunnels: {
      open({ via, host, port: to }) {
        asked.push(`${via.name} ${host}:${to}`)
        return Promise.resolve(connect(port, '127.0.0.1'))
      },
    },
  })
  expect(result.text).toBe('here')
  expect(asked).toEqual(['bastion inside.example.com:80'])
})

describe('testing a profile', () => {
  const probe = async (given: HttpProfile) => {
    const executor = createHttpExecutor({ secrets, variables: {} })
    const stages: ProbeStage[] = []
    const { signal } = new AbortController()
    const result = await executor.probe?.(
      { profile: given, environment: undefined, signal },
      (stage) => {
        stages.push(stage)
      },
    )
    expect(result?.stages).toEqual(stages)
    return { ...result, names: stages.map(({ name, ok }) => (ok ? name : `${name}!`)) }
  }

  test('says each stage, and what the certificate is', async () => {
    const tls = { ca: join(folder.path, 'ca.pem') }
    const url = await serveTls(authority.issue('DNS:localhost', 30), recorder([]))
    const good = await probe(profile(url, { tls }))
    expect(good.ok).toBe(true)
    expect(good.names).toEqual(['resolve', 'connect', 'certificate', 'first-query'])
    expect(good.summary).toMatch(/^localhost:\d+ answered 200\.$/)
    const bad = await probe(profile(url))
    expect(bad.names).toEqual(['resolve', 'connect', 'certificate!'])
    expect(bad.summary).toContain('authority that this laptop does not know')
    expect(bad.summary).toContain('in the profile (tls: { ca: FILE })')
    const closed = await serve((_incoming, response) => response.writeHead(401).end())
    const wanting = await probe(profile(closed))
    expect(wanting.names).toEqual(['connect', 'first-query!'])
    expect(wanting.summary).toContain('wants credentials')
    const silent = await listen(createTcpServer(() => undefined))
    const waited = await probe(profile(`http://127.0.0.1:${silent}`, { connectTimeoutMs: 100 }))
    expect(waited.ok).toBe(false)
    expect(waited.summary).toContain('did not answer within 0.1 s')
    expect((await probe(profile(`http://127.0.0.1:${await freePort()}`))).names).toEqual([
      'connect!',
    ])
  })
})
