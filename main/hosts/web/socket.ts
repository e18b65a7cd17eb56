import type { RawData, WebSocket } from 'ws'
import { MAX_FRAME_LENGTH, requestFrameSchema, type ServerFrame } from '../../contract/frames.ts'
import type { Push } from '../../contract/pushes.ts'
import type { Engine } from '../../engine/engine.ts'

/** One window at the other end of a WebSocket, and the engine. */

/** A window that lets this much pile up, in bytes, is gone or stuck. */
const MOST_BUFFERED = 64 * 1024 * 1024
/** Requests of one window that are worked on at a time; the rest waits in the socket. */
const MOST_REQUESTS = 128

/** Close codes of RFC 6455, with the words that go with them (at most 123 bytes). */
const CLOSE = {
  leaving: [1001, 'Muster is closing.'],
  binary: [1003, 'Frames are JSON text.'],
  malformed: [1007, 'This is not JSON.'],
  foreign: [1008, 'This is not a request frame of the contract.'],
  oversized: [1009, 'This frame is longer than the contract allows.'],
} as const

export function sayGoodbye(socket: WebSocket): void {
  socket.close(...CLOSE.leaving)
}

/** Joins a socket and the engine until either goes. */
export function attach(socket: WebSocket, engine: Engine): void {
  let working = 0

  function send(frame: ServerFrame | Push): void {
    if (socket.readyState !== socket.OPEN) return
    const text = textOf(frame)
    if (text === undefined) return
    if (socket.bufferedAmount + text.length > MOST_BUFFERED) {
      // The window opens a new socket when it lives again, and reads from the log what it missed.
      socket.terminate()
      return
    }
    socket.send(text)
  }

  const connection = engine.connect({ push: send })

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return
    if (isBinary) {
      socket.close(...CLOSE.binary)
      return
    }
    const text = textOfData(data)
    if (text.length > MAX_FRAME_LENGTH) {
      socket.close(...CLOSE.oversized)
      return
    }
    const parsed = parseJson(text)
    if (parsed === undefined) {
      socket.close(...CLOSE.malformed)
      return
    }
    const frame = requestFrameSchema.safeParse(parsed.value)
    if (!frame.success) {
      // A client that speaks another language is not our window.
      socket.close(...CLOSE.foreign)
      return
    }
    working++
    if (working >= MOST_REQUESTS) socket.pause()
    void connection.handle(frame.data).then((answer) => {
      working--
      if (working < MOST_REQUESTS && socket.isPaused) socket.resume()
      send(answer)
    })
  })
  socket.on('close', () => connection.close())
  // ws closes the socket itself: 1009 for what is far too long, 1007 for broken UTF-8, 1002 for a broken protocol.
  socket.on('error', () => connection.close())
}

function textOfData(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8')
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString('utf8')
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** The text of a frame. An answer that is longer than the other side may accept becomes an error in words. */
function textOf(frame: ServerFrame | Push): string | undefined {
  const text = JSON.stringify(frame)
  if (text.length <= MAX_FRAME_LENGTH) return text
  if (!('id' in frame)) return undefined
  return JSON.stringify({
    id: frame.id,
    error: {
      code: 'too-large',
      message: 'The answer is too large to send at once. Ask for less of it.',
    },
  } satisfies ServerFrame)
}
