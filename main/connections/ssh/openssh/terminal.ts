import { readSync } from 'node:fs'
import { Socket } from 'node:net'
import { homedir } from 'node:os'
import { PassThrough, Writable } from 'node:stream'
import { spawn } from '@lydell/node-pty'
import type { Started } from './client.ts'

/** ssh in a pseudo-terminal here, which is how it learns the size of the one on the other side. */
export interface TerminalProcess extends Started {
  readonly input: Writable
  readonly output: PassThrough
  resize(columns: number, rows: number): void
}

const PIECE = 65_536
const MOST_LAST_WORDS = 1024 * 1024

export function spawnTerminal(
  words: readonly string[],
  size: { readonly columns: number; readonly rows: number },
): TerminalProcess {
  // What ssh says itself goes elsewhere: the terminal shows the other side and nothing more.
  const pty = spawn('/bin/sh', ['-c', 'exec "$@" 2>/dev/null', 'muster', 'ssh', ...words], {
    name: 'xterm-256color',
    cwd: homedir(),
    env: { ...definite(process.env), TERM: 'xterm-256color' },
    cols: size.columns,
    rows: size.rows,
    encoding: null,
  })
  const socket: unknown = Reflect.get(pty, '_socket')
  const descriptor: unknown = Reflect.get(pty, 'fd')
  if (!(socket instanceof Socket))
    throw new Error('This version of node-pty is not the one Muster was written for.')
  const output = new PassThrough()
  const close = socket.destroy.bind(socket)
  let closing = false
  // node-pty closes the stream 200 ms after the exit, read or not: what the kernel still has is fetched first.
  socket.destroy = (error?: Error) => {
    if (!closing) {
      closing = true
      socket.unpipe(output)
      const held: unknown = socket.read()
      if (Buffer.isBuffer(held)) output.write(held)
      if (typeof descriptor === 'number')
        for (const piece of lastWords(descriptor)) output.write(piece)
      output.end()
    }
    return close(error)
  }
  socket.pipe(output, { end: false })
  return {
    input: new Writable({
      write(bytes: Buffer, _encoding, done) {
        if (closing || !socket.writable) return done()
        socket.write(bytes, () => done())
      },
    }),
    output,
    ended: new Promise((resolve) => {
      pty.onExit(() => resolve())
    }),
    resize(columns, rows) {
      if (closing) return
      try {
        pty.resize(columns, rows)
      } catch {
        // It has just ended, and nobody looks at its size any more.
      }
    },
    kill() {
      try {
        pty.kill('SIGKILL')
      } catch {
        // It has just ended.
      }
    },
  }
}

function definite(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
}

/** What the kernel still has for the reader of a terminal. It never waits: the descriptor is non-blocking. */
function lastWords(descriptor: number): Buffer[] {
  const pieces: Buffer[] = []
  for (let length = 0; length < MOST_LAST_WORDS; length += pieces.at(-1)?.length ?? PIECE) {
    const piece = Buffer.allocUnsafe(PIECE)
    try {
      const count = readSync(descriptor, piece)
      if (count === 0) break
      pieces.push(piece.subarray(0, count))
    } catch {
      // EIO: everybody has left the terminal. EAGAIN: nothing there.
      break
    }
  }
  return pieces
}
