import { createHash } from 'node:crypto'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createHttpExecutor } from '../../../main/executors/http/executor.ts'
import type { ExecutionRequest, ExecutionResult, OutputSink } from '../../../main/engine/ports.ts'
import { makeAuthority, type Authority } from '../support/certificates.ts'
import { block, collect, hashing, shellRequest } from '../support/execution.ts'
import { openFiles, until } from '../support/processes.ts'

let authority: Authority
let executor = createHttpExecutor()
const servers: Server[] = []

beforeAll(() => {
  authority = makeAuthority()
  executor = createHttpExecutor({ authorities: [authority.cert] })
})

afterAll(() => authority.remove())

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve)
          if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
            server.closeAllConnections()
        }),
    ),
  )
})

function listen(server: Server): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createHttpServer(listener))}`
}

/** A server that writes exactly these bytes to whoever has sent a request. */
async function serveRaw(answer: (socket: Socket) => void): Promise<string> {
  const port = await listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => answer(socket))
    }),
  )
  return `http://127.0.0.1:${port}`
}

function start(
  text: string,
  connection: string,
  changes: Partial<ExecutionRequest> = {},
  sink: OutputSink = collect(),
) {
  const http = block({ executor: 'http', language: 'http' })
  return executor.start(shellRequest(text, { block: http, connection, ...changes }), sink)
}

async function request(text: string, connection: string, changes: Partial<ExecutionRequest> = {}) {
  const sink = collect()
  const result = await start(text, connection, changes, sink).result
  return { result, sink }
}

function detailOf({ outcome }: ExecutionResult): string {
  return 'detail' in outcome ? outcome.detail : ''
}

describe('an answer', () => {
  test('has its status, headers in their order, exact body and phases', async () => {
    const base = await serve((_request, response) => {
      response.writeHead(201, 'Created', ['X-B', '1', 'x-a', '2', 'X-B', '3'])
      response.end(Buffer.from([0xff, 0x00, 0xc3]))
    })
    const { result, sink } = await request('GET /x', base.replace('127.0.0.1', 'localhost'))
    expect(result.outcome).toEqual({ kind: 'responded', status: 201 })
    expect(result.http?.headers.slice(0, 3)).toEqual([
      ['X-B', '1'],
      ['x-a', '2'],
      ['X-B', '3'],
    ])
    expect(sink.out).toEqual(Buffer.from([0xff, 0x00, 0xc3]))
    expect(Object.keys(result.http?.phases ?? {}).sort()).toEqual([
      'body',
      'connect',
      'firstByte',
      'lookup',
    ])
    expect(result.http?.tls).toBeUndefined()
  })

  test('arrived where the block said, as it said', async () => {
    const seen: unknown[] = []
    const base = await serve((incoming, response) => {
      const body: Buffer[] = []
      incoming.on('data', (bytes: Buffer) => body.push(bytes))
      incoming.on('end', () => {
        seen.push(incoming.method, incoming.url, incoming.headers, Buffer.concat(body).toString())
        response.end()
      })
    })
    await request(
      'PUT /items/{{ID}}?by={{WHO}}\r\nContent-Type: application/json\r\nX-Note: {{WHO}}\r\n\r\n{"who": "{{WHO}}"}',
      `${base}/api`,
      { values: { ID: 'a/b', WHO: 'Zoë "Z"' } },
    )
    expect(seen).toEqual([
      'PUT',
      '/api/items/a%2Fb?by=Zo%C3%AB%20%22Z%22',
      expect.objectContaining({
        host: base.slice('http://'.length),
        'user-agent': 'muster',
        connection: 'close',
        'x-note': Buffer.from('Zoë "Z"').toString('latin1'),
      }),
      '{"who": "Zoë \\"Z\\""}',
    ])
  })

  test('of 3xx, 4xx and 5xx is an answer, and no redirect is followed', async () => {
    let count = 0
    const base = await serve((incoming, response) => {
      count++
      response.writeHead(Number(incoming.url?.slice(1)), { Location: '/200' }).end()
    })
    for (const status of [204, 301, 302, 404, 503])
      expect((await request(`GET /${status}`, base)).result.outcome).toEqual({
        kind: 'responded',
        status,
      })
    expect(count).toBe(5)
  })

  test('to HEAD has no body and is complete', async () => {
    const base = await serve((_incoming, response) =>
      response.setHeader('Content-Length', '10').end(),
    )
    expect((await request('HEAD /', base)).result.outcome).toEqual({
      kind: 'responded',
      status: 200,
    })
  })

  test('of 200 MB streams, identical and in bounded memory', async () => {
    const piece = Buffer.alloc(1 << 20, 'muster ')
    const wanted = createHash('sha256')
    for (let index = 0; index < 200; index++) wanted.update(piece)
    const base = await serve((_incoming, response) => {
      let left = 200
      const more = (): void => {
        while (left > 0) {
          left--
          if (!response.write(piece)) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    })
    // Buffers that nobody holds any more are collected late: a first answer takes what all further ones can use again.
    await start('GET /', base, {}, hashing()).result
    const sink = hashing()
    const before = process.memoryUsage().rss
    expect((await start('GET /', base, {}, sink).result).outcome.kind).toBe('responded')
    expect(sink.bytes).toBe(200 << 20)
    expect(sink.digest()).toBe(wanted.digest('hex'))
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20)
  })

  test('waits for a slow sink instead of piling up', async () => {
    let written = 0
    const base = await serve((_incoming, response) => {
      const piece = Buffer.alloc(1 << 16)
      const more = (): void => {
        while (written < 1 << 27) {
          written += piece.length
          if (!response.write(piece)) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    })
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let taken = 0
    const execution = start(
      'GET /',
      base,
      {},
      {
        stdout: (bytes) => {
          taken += bytes.length
          return held
        },
        stderr: () => Promise.resolve(),
      },
    )
    await until(() => taken > 0, 'the first bytes')
    await new Promise((resolve) => setTimeout(resolve, 300))
    // Whatever the sockets and streams of both sides hold, and no more.
    expect(written).toBeLessThan(1 << 25)
    execution.stop('interrupt')
    release()
    expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
  })
})

describe('nothing was sent', () => {
  test('refused, no such host, not a request: not started, in words', async () => {
    const port = await listen(createTcpServer())
    await new Promise((resolve) => servers.pop()?.close(resolve))
    const refused = await request('GET /', `http://127.0.0.1:${port}`)
    expect(refused.result.outcome.kind).toBe('not-started')
    expect(detailOf(refused.result)).toContain(`Nothing listens at 127.0.0.1:${port}`)

    const unknown = await request('GET /', 'http://no-such-host.invalid')
    expect(unknown.result.outcome.kind).toBe('not-started')
    expect(detailOf(unknown.result)).toContain('no-such-host.invalid:80')

    for (const text of ['hello', 'GET /{{NAME}}', 'GET /\nX: {{V}}']) {
      const { result } = await request(text, 'http://127.0.0.1:1', {
        values: { V: 'a\r\nEvil: 1' },
      })
      expect(result.outcome.kind).toBe('not-started')
    }
  })
})

describe('what is cut', () => {
  test.each([
    ['before the answer', (socket: Socket) => socket.destroy()],
    ['in the headers', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le')],
    ['by something that is not HTTP', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
  ])('%s is disconnected', async (_when, answer) => {
    const { result } = await request('POST /', await serveRaw(answer))
    expect(result.outcome.kind).toBe('disconnected')
    expect(result.http).toBeUndefined()
  })

  test.each([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'],
    ['in pieces', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('in a body %s is disconnected, never a success', async (_how, text) => {
    for (const cut of ['end', 'destroy'] as const) {
      const base = await serveRaw((socket) =>
        socket.write(text, () => setTimeout(() => socket[cut](), 50)),
      )
      const { result, sink } = await request('GET /', base)
      expect(result.outcome.kind).toBe('disconnected')
      expect(detailOf(result)).toContain('broke off')
      expect(result.http?.status).toBe(200)
      expect(sink.text).toBe('half')
    }
  })
})

describe('time and stopping', () => {
  test('a server that does not answer, or not to the end, is timed out', async () => {
    const silent = await serveRaw(() => undefined)
    expect((await request('GET /', silent, { timeoutMs: 100 })).result.outcome).toEqual({
      kind: 'timed-out',
      afterMs: 100,
    })
    const slow = await serve((_incoming, response) => {
      const timer = setInterval(() => response.write('x'), 10)
      response.on('close', () => clearInterval(timer))
    })
    const { result, sink } = await request('GET /', slow, { timeoutMs: 200 })
    expect(result.outcome).toEqual({ kind: 'timed-out', afterMs: 200 })
    expect(result.http?.status).toBe(200)
    expect(sink.out.length).toBeGreaterThan(0)
  })

  test('every rung ends it; abandon is unknown', async () => {
    let arrived = 0
    const base = await serveRaw(() => {
      arrived++
    })
    for (const rung of ['interrupt', 'terminate', 'kill'] as const) {
      const before = arrived
      const execution = start('GET /', base)
      await until(() => arrived > before, 'the request')
      execution.stop(rung)
      expect((await execution.result).outcome).toEqual({ kind: 'cancelled' })
    }
    const before = arrived
    const execution = start('GET /', base)
    await until(() => arrived > before, 'the request')
    execution.stop('abandon')
    expect((await execution.result).outcome.kind).toBe('unknown')
  })

  test('nothing was sent, nothing happened', async () => {
    const base = await serveRaw(() => undefined)
    for (const rung of ['interrupt', 'terminate', 'kill', 'abandon'] as const) {
      const execution = start('POST /', base)
      execution.stop(rung)
      expect((await execution.result).outcome).toEqual({
        kind: 'not-started',
        detail: 'It was stopped before anything was sent.',
      })
    }
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'a %s that was sent is not cancelled: the server acts on it all the same',
    async (method) => {
      const effects: string[] = []
      const base = await serve((incoming, response) => {
        incoming.resume().on('end', () => {
          // The work is done behind the back of whoever has gone.
          effects.push(incoming.method ?? '')
          setTimeout(() => response.end(), 30_000).unref()
        })
      })
      const execution = start(`${method} /orders`, base)
      await until(() => effects.length === 1, 'the effect')
      execution.stop('interrupt')
      const { outcome } = await execution.result
      expect(outcome).toEqual({
        kind: 'unknown',
        detail: `It was stopped before an answer came. The ${method} had been sent, and the server may have acted on it: look before sending it again.`,
      })
      // And it was not sent twice.
      expect(effects).toEqual([method])
    },
  )

  test('a POST whose answer had begun is unknown, with the status', async () => {
    const base = await serve((_incoming, response) => {
      response.writeHead(202)
      response.write('x')
    })
    const sink = collect()
    const execution = start('POST /orders', base, {}, sink)
    await until(() => sink.out.length > 0, 'the beginning of the answer')
    execution.stop('terminate')
    const { outcome } = await execution.result
    expect(outcome.kind).toBe('unknown')
    expect(detailOf(await execution.result)).toContain(
      'after the server had answered with status 202',
    )
  })

  test('leaves no socket behind', async () => {
    const base = await serve((_incoming, response) => response.end('x'))
    const silent = await serveRaw(() => undefined)
    const before = openFiles()
    await Promise.all([
      ...Array.from({ length: 20 }, () => request('GET /', base)),
      ...Array.from({ length: 20 }, () => request('GET /', silent, { timeoutMs: 50 })),
    ])
    await vi.waitFor(() => expect(openFiles().length).toBeLessThanOrEqual(before.length), 5_000)
  })
})

describe('TLS', () => {
  async function secure(
    names: string,
    days: number,
    use: Authority = authority,
  ): Promise<{ base: string; requests: () => number }> {
    let requests = 0
    const { key, cert } = use.issue(names, days)
    const port = await listen(
      createHttpsServer({ key, cert }, (_incoming, response) => {
        requests++
        response.end('secret')
      }),
    )
    return { base: `https://localhost:${port}`, requests: () => requests }
  }

  test('an accepted certificate is described', async () => {
    const { base } = await secure('DNS:localhost', 10)
    const { result, sink } = await request('GET /', base)
    expect(result.outcome).toEqual({ kind: 'responded', status: 200 })
    expect(sink.text).toBe('secret')
    expect(result.http?.tls).toMatchObject({
      protocol: 'TLSv1.3',
      subject: 'CN=leaf',
      issuer: 'O=Muster tests, CN=Test authority',
      validTo: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    expect(result.http?.tls?.daysLeft).toBeGreaterThanOrEqual(9)
    expect(result.http?.phases.tls).toEqual(expect.any(Number))
  })

  test('an IP address can be the name', async () => {
    const { base } = await secure('IP:127.0.0.1', 10)
    const { result } = await request('GET /', base.replace('localhost', '127.0.0.1'))
    expect(result.outcome).toEqual({ kind: 'responded', status: 200 })
  })

  test('expired: the date is said, and nothing is sent', async () => {
    const { base, requests } = await secure('DNS:localhost', -1)
    const { result } = await request('GET /', base)
    expect(result.outcome.kind).toBe('not-started')
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    expect(detailOf(result)).toContain(`expired on ${yesterday}`)
    expect(requests()).toBe(0)
  })

  test('another name: both are said, and nothing is sent', async () => {
    const { base, requests } = await secure('DNS:db.example.com,DNS:*.example.org', 10)
    const { result } = await request('GET /', base)
    expect(result.outcome.kind).toBe('not-started')
    expect(detailOf(result)).toContain('localhost was asked for')
    expect(detailOf(result)).toContain('db.example.com, *.example.org')
    expect(requests()).toBe(0)
  })

  test('an authority nobody knows, and a self-signed certificate', async () => {
    const stranger = makeAuthority()
    try {
      const { base, requests } = await secure('DNS:localhost', 10, stranger)
      const { result } = await request('GET /', base)
      expect(result.outcome.kind).toBe('not-started')
      expect(detailOf(result)).toContain('authority that this laptop does not know')
      expect(requests()).toBe(0)

      const port = await listen(createHttpsServer({ key: stranger.key, cert: stranger.cert }))
      const own = await request('GET /', `https://localhost:${port}`)
      expect(own.result.outcome.kind).toBe('not-started')
      expect(detailOf(own.result)).toContain('self-signed')
    } finally {
      stranger.remove()
    }
  })

  test('a port that does not speak TLS', async () => {
    const base = await serve((_incoming, response) => response.end())
    const { result } = await request('GET /', base.replace('http:', 'https:'))
    expect(result.outcome.kind).toBe('not-started')
    expect(detailOf(result)).toContain('does not speak TLS')
  })
})

test('accepts only http blocks on http targets', () => {
  const http = block({ executor: 'http', language: 'http' })
  expect(executor.accepts({ block: http, targetKind: 'http' })).toBe(true)
  expect(executor.accepts({ block: http, targetKind: 'local' })).toEqual(expect.any(String))
  expect(executor.accepts({ block: block(), targetKind: 'http' })).toEqual(expect.any(String))
})
