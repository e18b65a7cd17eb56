import type { Transport, TransportState } from './transport.ts'

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000

/** Undefined when it is no JSON: no frame of ours, and no reason to stop listening. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

/** Frames over a WebSocket to the host that served this window; it reconnects for as long as the window is open. */
export function createSocketTransport(address: string): Transport {
  const frames = new Set<(frame: unknown) => void>()
  const states = new Set<(state: TransportState) => void>()
  let state: TransportState = { connected: false, message: 'Connecting to Muster…' }
  let socket: WebSocket | undefined
  let retryMs = FIRST_RETRY_MS
  let retry: ReturnType<typeof setTimeout> | undefined
  let ended = false

  function become(next: TransportState): void {
    state = next
    for (const handler of states) handler(next)
  }

  function connect(): void {
    const opened = new WebSocket(address)
    socket = opened
    opened.addEventListener('open', () => {
      retryMs = FIRST_RETRY_MS
      become({ connected: true })
    })
    opened.addEventListener('message', ({ data }) => {
      const frame = typeof data === 'string' ? parsed(data) : undefined
      if (frame !== undefined) for (const handler of frames) handler(frame)
    })
    opened.addEventListener('close', () => {
      socket = undefined
      if (ended) return
      become({
        connected: false,
        message:
          'Muster does not answer. Everything it acknowledged is on disk. Trying again… If it was started anew, open the address that it shows now.',
      })
      retry = setTimeout(connect, retryMs)
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    })
  }

  connect()
  return {
    send: (frame) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
    },
    onFrame: (handler) => void frames.add(handler),
    onState: (handler) => {
      states.add(handler)
      handler(state)
    },
    close: () => {
      ended = true
      clearTimeout(retry)
      socket?.close()
    },
  }
}
