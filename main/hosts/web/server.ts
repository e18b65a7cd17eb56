import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer, type WebSocket } from 'ws'
import { MAX_FRAME_LENGTH } from '../../contract/frames.ts'
import type { Engine } from '../../engine/engine.ts'
import { Access } from './access.ts'
import { readAsset } from './assets.ts'
import { openDownload, type Download } from './downloads.ts'
import { securityHeaders } from './headers.ts'
import { PAGES, pageText, STEPPING_STONE, type PageName } from './pages.ts'
import { attach, sayGoodbye } from './socket.ts'

/** The window's host in a browser: loopback only, one-time token, one WebSocket per window. */

const ADDRESS = '127.0.0.1'
export const SOCKET_PATH = '/socket'
const PING_MS = 15_000
/** How long windows have to answer a goodbye. */
const GOODBYE_MS = 1_000
const MOST_CONNECTIONS = 256
const MOST_WINDOWS = 32
/** A frame is counted in UTF-16 units, and one of them takes at most three bytes. */
const MOST_PAYLOAD = MAX_FRAME_LENGTH * 3

export interface WebHostOptions {
  readonly engine: Engine
  /** The built window. */
  readonly folder: string
  /** Where files are exported to: they can be fetched from there. Absolute. */
  readonly exports: string
  /** 0: any free port. */
  readonly port: number
  /** Epoch milliseconds. */
  readonly now?: () => number
}

export interface WebHost {
  readonly port: number
  /** A fresh link; the link before it is dead. */
  newLink(): string
  /** Says goodbye to every window, then resolves when no connection is left. */
  close(): Promise<void>
}

/** Starts the host. Rejects when the port is taken. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  let port = 0
  const access = new Access(() => port, options.now)
  const server = createServer({ requireHostHeader: true }, (request, response) => {
    answer(request, response, {
      access,
      port,
      folder: options.folder,
      exports: options.exports,
    }).catch(() => {
      if (response.headersSent) response.destroy()
      else sendPage(response, 'failed', port)
    })
  })
  server.maxConnections = MOST_CONNECTIONS
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_PAYLOAD,
    perMessageDeflate: false,
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Whoever asks may go away in the middle.
    socket.on('error', () => socket.destroy())
    const refusal = refusalOfSocket(request, access, sockets)
    if (refusal === undefined)
      sockets.handleUpgrade(request, socket, head, (opened) => attach(opened, options.engine))
    else refuseUpgrade(socket, refusal)
  })
  const stopPinging = pingAll(sockets)
  port = await listen(server, options.port)

  return {
    port,
    newLink: () => `http://${ADDRESS}:${port}/?token=${access.newToken()}`,
    async close() {
      stopPinging()
      for (const socket of sockets.clients) sayGoodbye(socket)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const force = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
        server.closeAllConnections()
      }, GOODBYE_MS)
      await closed
      clearTimeout(force)
    },
  }
}

interface Site {
  readonly access: Access
  readonly port: number
  readonly folder: string
  readonly exports: string
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { access, port, folder, exports }: Site,
): Promise<void> {
  const refuse = (page: PageName, headers: Readonly<Record<string, string>> = {}): void =>
    sendPage(response, page, port, headers)
  if (!access.hasOurHost(request)) return refuse('wrong-host')
  if (request.headers.origin !== undefined && !access.hasOurOrigin(request))
    return refuse('wrong-origin')
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse('not-allowed', { Allow: 'GET, HEAD' })
  // Only the plain form: a whole address or a second slash would name another host.
  const target = request.url ?? ''
  if (!/^\/(?!\/)[\u0021-\u007E]*$/u.test(target)) return refuse('bad-request')
  const [pathname = '/'] = target.split('?', 1)
  const token = new URLSearchParams(target.slice(pathname.length)).get('token')
  if (pathname === '/' && token !== null && request.method === 'GET') {
    return signIn(request, response, { access, port, token })
  }
  if (!access.hasCookie(request)) return refuse('signed-out')
  const download = await openDownload(exports, pathname)
  if (download !== undefined) {
    await sendDownload(request, response, download, port)
    return
  }
  const asset = await readAsset(folder, pathname)
  if (asset === undefined) return refuse('not-found')
  response.writeHead(200, {
    ...securityHeaders(port),
    'Content-Type': asset.type,
    'Content-Length': asset.bytes.length,
    'Cache-Control': asset.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
  })
  response.end(request.method === 'HEAD' ? undefined : asset.bytes)
}

/** Sends a file as it is. When it cannot be read to its end the connection breaks, so that it is not taken for whole. */
async function sendDownload(
  request: IncomingMessage,
  response: ServerResponse,
  { file, headers }: Download,
  port: number,
): Promise<void> {
  response.writeHead(200, { ...securityHeaders(port), ...headers })
  if (request.method === 'HEAD') {
    await file.close()
    response.end()
    return
  }
  // Whoever fetches it may go away in the middle.
  await pipeline(file.createReadStream(), response).catch(() => response.destroy())
}

/** Trades the token of a link for a cookie. */
function signIn(
  request: IncomingMessage,
  response: ServerResponse,
  {
    access,
    port,
    token,
  }: { readonly access: Access; readonly port: number; readonly token: string },
): void {
  const headers = { ...securityHeaders(port), 'Cache-Control': 'no-store' }
  // Who is signed in already may open an old link again, from the history for example.
  if (access.hasCookie(request)) {
    response.writeHead(303, { ...headers, Location: '/' }).end()
    return
  }
  // A link is opened, never fetched by a page: a page of another site must not be able to use up the attempts.
  const purpose = request.headers['sec-fetch-dest'] ?? 'document'
  if (purpose !== 'document') {
    sendPage(response, 'wrong-origin', port)
    return
  }
  const trade = access.trade(token)
  switch (trade.kind) {
    case 'refused':
      sendPage(response, 'dead-link', port)
      return
    case 'too-many':
      sendPage(response, 'too-many', port, {
        'Retry-After': String(Math.ceil(trade.retryAfterMs / 1_000)),
      })
      return
    case 'signed-in': {
      const cookie = `${access.cookieName}=${trade.cookie}; HttpOnly; SameSite=Strict; Path=/`
      const from = request.headers['sec-fetch-site'] ?? 'none'
      if (from === 'cross-site') {
        response.writeHead(200, {
          ...headers,
          'Content-Type': 'text/html; charset=utf-8',
          'Set-Cookie': cookie,
        })
        response.end(STEPPING_STONE)
        return
      }
      response.writeHead(303, { ...headers, Location: '/', 'Set-Cookie': cookie }).end()
    }
  }
}

function sendPage(
  response: ServerResponse,
  name: PageName,
  port: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  const page = PAGES[name]
  response.writeHead(page.status, {
    ...securityHeaders(port),
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    // What else such a client has to say is not read.
    Connection: 'close',
    ...headers,
  })
  response.end(pageText(page))
}

/** Why a socket is not opened, as a status; undefined when it is. */
function refusalOfSocket(
  request: IncomingMessage,
  access: Access,
  sockets: WebSocketServer,
): number | undefined {
  if (!access.hasOurHost(request) || !access.hasOurOrigin(request)) return 403
  if (!access.hasCookie(request)) return 401
  if (request.url !== SOCKET_PATH) return 404
  return sockets.clients.size >= MOST_WINDOWS ? 503 : undefined
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}

/** Ends sockets that do not answer; a laptop that slept answers again before the second ping. */
function pingAll(sockets: WebSocketServer): () => void {
  const silent = new WeakSet<WebSocket>()
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate()
      else {
        silent.add(socket)
        socket.once('pong', () => silent.delete(socket))
        socket.ping()
      }
    }
  }, PING_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Resolves with the port. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: ADDRESS }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The web host has no port.')
  return address.port
}
