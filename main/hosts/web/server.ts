import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { MAX_FRAME_LENGTH } from '../../contract/frames.ts'
import type { Connection, Engine } from '../../engine/engine.ts'
import { Access } from './access.ts'
import { readAsset } from './assets.ts'
import { plainPage, setSecurityHeaders } from './headers.ts'

/** The window's host in a browser: loopback only, one-time token, one WebSocket per window. */

/** A window that lets this much pile up is gone or stuck. */
const MOST_BUFFERED = 64 * 1024 * 1024
const PING_MS = 15_000
const LONGEST_URL = 4_096

export interface WebHostOptions {
  readonly engine: Engine
  /** The built window. */
  readonly folder: string
  /** 0: any free port. */
  readonly port: number
}

export interface WebHost {
  readonly port: number
  /** A fresh link; the link before it is dead. */
  newLink(): string
  close(): Promise<void>
}

function answer(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  response.end(plainPage(title, text))
}

const NO_ENTRY =
  'This window is not signed in, or the link has been used already. Press Enter in the terminal where Muster runs to get a new link.'

/** Starts the host. Rejects when the port is taken. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  let port = 0
  const access = new Access(() => port)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSecurityHeaders(response, port)
    if (!access.hasOurHost(request)) {
      answer(response, 403, 'Not this address', 'Muster answers only on its own loopback address.')
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(response, 405, 'Not allowed', 'There is nothing to send here.')
      return
    }
    const url = new URL((request.url ?? '/').slice(0, LONGEST_URL), `http://127.0.0.1:${port}`)
    const token = url.searchParams.get('token')
    if (url.pathname === '/' && token !== null) {
      const cookie = access.trade(token)
      if (cookie === undefined && !access.hasCookie(request)) {
        answer(response, 401, 'This link does not work any more', NO_ENTRY)
        return
      }
      response.writeHead(303, {
        Location: '/',
        'Cache-Control': 'no-store',
        ...(cookie !== undefined && {
          'Set-Cookie': `${access.cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/`,
        }),
      })
      response.end()
      return
    }
    if (!access.hasCookie(request)) {
      answer(response, 401, 'Not signed in', NO_ENTRY)
      return
    }
    const asset = await readAsset(options.folder, url.pathname)
    if (asset === undefined) {
      answer(
        response,
        404,
        'Not found',
        'There is nothing here. The window is at <a href="/">the start</a>.',
      )
      return
    }
    response.writeHead(200, {
      'Content-Type': asset.type,
      'Content-Length': String(asset.bytes.length),
      'Cache-Control': asset.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
    })
    response.end(request.method === 'HEAD' ? undefined : asset.bytes)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      if (!response.headersSent) answer(response, 500, 'Something went wrong', 'Try again.')
      else response.destroy()
    })
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_LENGTH,
    perMessageDeflate: false,
  })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refuse = (status: string): void =>
      void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
    if (!access.hasOurHost(request) || !access.hasOurOrigin(request)) refuse('403 Forbidden')
    else if (!access.hasCookie(request)) refuse('401 Unauthorized')
    else if (request.url !== '/socket') refuse('404 Not Found')
    else sockets.handleUpgrade(request, socket, head, (opened) => attach(opened, options.engine))
  })

  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate()
      else {
        silent.add(socket)
        socket.ping()
      }
    }
  }, PING_MS)
  pings.unref()

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: options.port, host: '127.0.0.1' }, resolve)
  })
  port = portOf(server.address())

  return {
    port,
    newLink: () => `http://127.0.0.1:${port}/?token=${access.newToken()}`,
    async close() {
      clearInterval(pings)
      for (const socket of sockets.clients) socket.close(1001, 'Muster is closing.')
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

/** Sockets that have not answered the last ping. */
const silent = new WeakSet<WebSocket>()

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The web host has no port.')
  return address.port
}

function parse(data: unknown): { readonly frame: unknown } | undefined {
  try {
    return { frame: JSON.parse(String(data)) }
  } catch {
    return undefined
  }
}

/** Joins one socket and the engine until either goes. */
function attach(socket: WebSocket, engine: Engine): void {
  const send = (frame: unknown): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MOST_BUFFERED) {
      socket.terminate()
      return
    }
    socket.send(JSON.stringify(frame))
  }
  const connection: Connection = engine.connect({ push: send })
  socket.on('pong', () => silent.delete(socket))
  socket.on('message', (data, isBinary) => {
    const parsed = isBinary ? undefined : parse(data)
    if (parsed === undefined) {
      socket.close(1003, 'Frames are JSON text.')
      return
    }
    void connection.handle(parsed.frame).then((answerFrame) => {
      send(answerFrame)
      // A client that speaks another language is not ours.
      if ('error' in answerFrame && answerFrame.error.code === 'bad-frame')
        socket.close(1008, 'Not a frame of the contract.')
    })
  })
  socket.on('close', () => connection.close())
  // Oversized frames end here; ws closes the socket with 1009 by itself.
  socket.on('error', () => connection.close())
}
