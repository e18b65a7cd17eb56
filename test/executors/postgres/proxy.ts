import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy on loopback that cuts every connection at a chosen moment. */

export interface Proxy {
  readonly port: number
  /** Connections taken so far. */
  readonly connections: number
  /** What clients have sent, as Latin-1. */
  readonly sent: string
  /** From now on: when a client sends this text, it is passed on or not, and nothing comes back; then both ends are cut. */
  cutAt(text: string, pass: boolean): void
  /** Passes answers on until one has this text in it, and cuts right behind it. */
  cutBehind(text: string): void
  cutAll(): void
  stop(): Promise<void>
}

export async function startProxy(target: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let connections = 0
  let sent = ''
  let at: { readonly text: string; readonly pass: boolean } | undefined
  let behind: string | undefined
  const cutAll = (): void => {
    for (const [client, server] of pairs) {
      client.destroy()
      server.destroy()
    }
  }
  const server = createServer((client) => {
    connections++
    const upstream = connect(target, '127.0.0.1')
    const pair = [client, upstream] as const
    pairs.add(pair)
    let silent = false
    client.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1')
      sent += text
      if (at !== undefined && text.includes(at.text)) {
        silent = true
        if (!at.pass) return cutAll()
        // The server has it, and has answered, before anything is cut.
        upstream.write(bytes)
        return
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes: Buffer) => {
      if (silent) return cutAll()
      const end = behind === undefined ? -1 : bytes.toString('latin1').indexOf(behind)
      if (end === -1 || behind === undefined) {
        client.write(bytes)
        return
      }
      client.write(bytes.subarray(0, end + behind.length), () => cutAll())
    })
    for (const [one, other] of [pair, [upstream, client]] as const) {
      one.on('error', () => undefined)
      one.on('close', () => {
        other.destroy()
        pairs.delete(pair)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get connections() {
      return connections
    },
    get sent() {
      return sent
    },
    cutAt(text, pass) {
      at = { text, pass }
    },
    cutBehind(text) {
      behind = text
    },
    cutAll,
    async stop() {
      cutAll()
      server.close()
      await once(server, 'close')
    },
  }
}
