import { readSync } from 'node:fs'
import { Socket } from 'node:net'
import { constants } from 'node:os'
import { spawn } from '@lydell/node-pty'
import { Pump } from '../lanes/pump.ts'

/**
 * A program in a pseudo-terminal, in bytes and without loss.
 *
 * What node-pty alone would lose, and does not here:
 * - libuv takes a short read together with a hang-up for the end of a file, but a terminal gives at most 4 KiB at a
 *   time: up to 20 KB of last words stay in the kernel. They are fetched when the stream is about to be closed.
 * - node-pty closes the stream 200 ms after the exit, read or not: the same fetching covers that.
 */
export interface Pty {
  readonly pid: number
  readonly pump: Pump
  /** Resolves when the leader has ended. Its output can still be on its way through the pump. */
  readonly exited: Promise<PtyExit>
  write(bytes: Uint8Array | string): void
  resize(columns: number, rows: number): void
}

export interface PtyExit {
  readonly code: number | null
  readonly signal: string | null
}

export interface PtyOptions {
  readonly file: string
  readonly arguments: readonly string[]
  readonly environment: Record<string, string>
  readonly folder: string
  readonly columns: number
  readonly rows: number
}

/** No terminal keeps more than this for its reader. */
const MOST_LAST_WORDS = 1024 * 1024

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number)
  return found?.[0] ?? `signal ${number}`
}

/** The stream and the descriptor behind node-pty's object, whose types show neither. */
function internals(pty: object): { readonly socket: Socket; readonly descriptor: number } {
  const socket: unknown = Reflect.get(pty, '_socket')
  const descriptor: unknown = Reflect.get(pty, 'fd')
  if (!(socket instanceof Socket))
    throw new Error('This version of node-pty is not the one Muster was written for.')
  return { socket, descriptor: typeof descriptor === 'number' ? descriptor : -1 }
}

/** What the kernel still has for the reader of a terminal. It never waits: the descriptor is non-blocking. */
function lastWords(descriptor: number): Buffer {
  const pieces: Buffer[] = []
  let length = 0
  while (length < MOST_LAST_WORDS) {
    const piece = Buffer.allocUnsafe(65_536)
    try {
      const count = readSync(descriptor, piece)
      if (count === 0) break
      pieces.push(piece.subarray(0, count))
      length += count
    } catch {
      // EIO: everybody has left the terminal. EAGAIN: nothing there.
      break
    }
  }
  return Buffer.concat(pieces)
}

/** Starts the program. Throws when the system has no terminal or no process to give. */
export function openPty(options: PtyOptions, deliver: (bytes: Uint8Array) => Promise<void>): Pty {
  const pty = spawn(options.file, [...options.arguments], {
    name: options.environment['TERM'] ?? 'xterm-256color',
    cwd: options.folder,
    env: options.environment,
    cols: options.columns,
    rows: options.rows,
    encoding: null,
  })
  const { socket, descriptor } = internals(pty)
  const pump = new Pump(socket, deliver)
  const close = socket.destroy.bind(socket)
  let closing = false
  socket.destroy = (error?: Error) => {
    if (!closing) {
      closing = true
      // Reading hands what is held to the pump, as any other data.
      socket.read()
      const rest = descriptor >= 0 ? lastWords(descriptor) : Buffer.alloc(0)
      if (rest.length > 0) pump.push(rest)
    }
    return close(error)
  }
  const exited = new Promise<PtyExit>((resolve) => {
    pty.onExit(({ exitCode, signal }) =>
      resolve(
        signal === undefined || signal === 0
          ? { code: exitCode, signal: null }
          : { code: null, signal: signalName(signal) },
      ),
    )
  })
  return {
    pid: pty.pid,
    pump,
    exited,
    write(bytes) {
      if (!closing && socket.writable) socket.write(bytes)
    },
    resize(columns, rows) {
      if (closing) return
      try {
        pty.resize(columns, rows)
      } catch {
        // It has just ended, and nobody looks at its size any more.
      }
    },
  }
}
