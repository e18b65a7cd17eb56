import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy on loopback that fails on purpose. */

/** Where in a connection the fault comes: after this many bytes in one direction. */
export interface Fault {
  readonly kind:
    /** Both sides see an orderly end. */
    | 'cut'
    /** Both sides see a reset. */
    | 'reset'
    /** Nobody sees anything: packets are dropped from here on, new connections included. */
    | 'stall'
  readonly direction: 'to-server' | 'to-client'
  readonly after: number
}

export interface FaultProxy {
  readonly port: number
  /** The next bytes count for this fault; undefined: everything passes. */
  arm(fault: Fault | undefined): void
  /** From the moment on that `when` is true, what the server says is kept back until the returned function is called. */
  hold(when: () => boolean): () => void
  /** Whether the armed fault has come. */
  readonly fired: boolean
  /** Bytes that passed since the last `arm`, in each direction. */
  readonly passed: { readonly toServer: number; readonly toClient: number }
  close(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
}

/** Passes connections on to a port of this machine. */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>()
  let fault: Fault | undefined
  let fired = false
  let stalled = false
  let toServer = 0
  let toClient = 0
  let holding: (() => boolean) | undefined
  let held: (() => void)[] = []

  function drop(pair: Pair, kind: Fault['kind']): void {
    if (kind === 'stall') {
      stalled = true
      return
    }
    for (const socket of [pair.client, pair.server]) {
      if (kind === 'reset') socket.resetAndDestroy()
      else socket.destroy()
    }
  }

  /** Hands bytes over, as far as the fault lets them. */
  function pass(pair: Pair, direction: Fault['direction'], bytes: Buffer): void {
    if (stalled) return
    if (direction === 'to-client' && (held.length > 0 || holding?.() === true)) {
      held.push(() => pass(pair, direction, bytes))
      return
    }
    const to = direction === 'to-server' ? pair.server : pair.client
    const before = direction === 'to-server' ? toServer : toClient
    if (direction === 'to-server') toServer += bytes.length
    else toClient += bytes.length
    if (fault === undefined || fired || fault.direction !== direction) {
      to.write(bytes)
      return
    }
    const room = fault.after - before
    if (room >= bytes.length) {
      to.write(bytes)
      return
    }
    fired = true
    const { kind } = fault
    if (room <= 0) return drop(pair, kind)
    // What comes before the fault arrives.
    to.write(bytes.subarray(0, room), () => drop(pair, kind))
  }

  const proxy = createServer((client) => {
    const server = connect({ host: '127.0.0.1', port: target })
    const pair = { client, server }
    pairs.add(pair)
    client.setNoDelay(true)
    server.setNoDelay(true)
    client.on('data', (bytes) => pass(pair, 'to-server', bytes))
    server.on('data', (bytes) => pass(pair, 'to-client', bytes))
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        pairs.delete(pair)
        if (!stalled) other.destroy()
      })
    }
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    arm(next) {
      fault = next
      fired = false
      stalled = false
      toServer = 0
      toClient = 0
    },
    hold(when) {
      holding = when
      return () => {
        holding = undefined
        const waiting = held
        held = []
        for (const release of waiting) release()
      }
    },
    get fired() {
      return fired
    },
    get passed() {
      return { toServer, toClient }
    },
    async close() {
      const closed = once(proxy, 'close')
      proxy.close()
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
      await closed
    },
  }
}
