import { mkdirSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { compose } from '../../../main/hosts/compose.ts'
import { startWebHost, type WebHost } from '../../../main/hosts/web/server.ts'
import { temporaryFolder } from '../../harness/temporary-folder.ts'

/** A real web host on a real engine, a small window folder, and clients that can send what a browser never would. */

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Site {
  readonly host: WebHost
  readonly origin: string
  readonly windowFolder: string
  readonly exports: string
  /** Moves the host's clock, in milliseconds. */
  wait(milliseconds: number): void
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Answer>
  /** The path with the token of a fresh link. */
  freshPath(): string
  /** Signs in; the value for a Cookie header. */
  signIn(): Promise<string>
  socket(headers?: Readonly<Record<string, string>>, path?: string): WebSocket
  close(): Promise<void>
}

export async function startSite(): Promise<Site> {
  const folder = temporaryFolder('web')
  const built = join(folder.path, 'window')
  mkdirSync(join(built, 'assets'), { recursive: true })
  writeFileSync(join(built, 'index.html'), '<!doctype html><title>Muster</title>')
  writeFileSync(join(built, 'assets', 'index-A1b2C3d4.js'), 'export {}')
  writeFileSync(join(folder.path, 'secret.json'), '{"secret":true}')
  const muster = compose({
    data: join(folder.path, 'data'),
    host: 'web',
    version: '0.0.0-test',
    folders: [],
  })
  let now = Date.now()
  const host = await startWebHost({
    engine: muster.engine,
    folder: built,
    exports: join(folder.path, 'data', 'exports'),
    port: 0,
    now: () => now,
  })
  const origin = `http://127.0.0.1:${host.port}`
  const sockets = new Set<WebSocket>()

  function get(
    path: string,
    headers: Readonly<Record<string, string>> = {},
    method = 'GET',
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: host.port, path, method, headers, agent: false },
        (response) => {
          let body = ''
          response.setEncoding('utf8').on('data', (chunk: string) => {
            body += chunk
          })
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          )
        },
      )
      sent.on('error', reject)
      sent.end()
    })
  }

  const freshPath = (): string => host.newLink().slice(origin.length)
  return {
    host,
    origin,
    windowFolder: built,
    exports: join(folder.path, 'data', 'exports'),
    wait: (milliseconds) => {
      now += milliseconds
    },
    get,
    freshPath,
    async signIn() {
      const { headers } = await get(freshPath())
      return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
    },
    socket(headers = {}, path = '/socket') {
      const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers })
      sockets.add(socket)
      return socket
    },
    async close() {
      for (const socket of sockets) socket.terminate()
      await host.close()
      await muster.close()
      folder.remove()
    },
  }
}

/** How a socket's attempt to open ended: open, or refused with a status. */
export function opening(socket: WebSocket): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve('open'))
    socket.once('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.once('error', reject)
  })
}

export function closing(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
}

/** The next frame that `accept` takes. */
export function nextFrame(
  socket: WebSocket,
  accept: (frame: Readonly<Record<string, unknown>>) => boolean,
): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve) => {
    const take = (data: unknown): void => {
      const frame: Readonly<Record<string, unknown>> = JSON.parse(String(data))
      if (!accept(frame)) return
      socket.removeListener('message', take)
      resolve(frame)
    }
    socket.on('message', take)
  })
}
