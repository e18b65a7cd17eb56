import { execFile } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * One connection's folder, readable by nobody else: the control socket, named pipes, and the program that ssh asks its
 * questions with. Secrets pass through pipes and never reach a disk, an environment or a list of processes.
 */

const run = promisify(execFile)

/** What a control socket's path may have: macOS allows 104 bytes, and ssh adds 17 while it makes one. */
const LONGEST_FOLDER = 80

const PIPES_AT_ONCE = 8

/**
 * Hands what ssh asks to Muster and prints the answer. It is a shell script because a packaged Muster has no program
 * of its own that could be run like this.
 */
const ASK = `#!/bin/sh
d=\${0%/*}
n=$$
umask 077
mkfifo "$d/answer-$n" || exit 1
exec 3<>"$d/answer-$n"
printf '%s\\0' "\${SSH_ASKPASS_PROMPT:-}" "$@" > "$d/question-$n"
printf '%s\\n' "$n" > "$d/questions"
IFS= read -r status <&3
IFS= read -r text <&3
rm -f "$d/answer-$n"
[ "$status" = 0 ] || exit 1
printf '%s\\n' "$text"
`

export interface PrivateFolder {
  readonly path: string
  /** The control socket, once the connection stands. */
  readonly control: string
  readonly ask: string
  /** The pipe through which `ask` says who asks. */
  questions(onLine: (line: string) => void): Promise<LinePipe>
  /** Lends a named pipe for lines; give it back by closing. */
  pipe(onLine: (line: string) => void): Promise<LinePipe>
  remove(): void
}

export interface LinePipe {
  readonly path: string
  close(): void
}

export async function makePrivateFolder(): Promise<PrivateFolder> {
  const base = tmpdir()
  const path = mkdtempSync(join(base.length > LONGEST_FOLDER - 15 ? '/tmp' : base, 'muster-ssh-'))
  const ask = join(path, 'ask')
  writeFileSync(ask, ASK, { mode: 0o700 })
  const spare: string[] = []
  let made = 0
  async function more(): Promise<string> {
    const names = Array.from({ length: PIPES_AT_ONCE }, () => join(path, `pipe-${made++}`))
    await run('mkfifo', ['-m', '600', ...names])
    const [first = '', ...rest] = names
    spare.push(...rest)
    return first
  }
  return {
    path,
    ask,
    control: join(path, 'control'),
    async questions(onLine) {
      const name = join(path, 'questions')
      await run('mkfifo', ['-m', '600', name])
      const reader = readLines(name, onLine)
      return { path: name, close: () => reader.destroy() }
    },
    async pipe(onLine) {
      const name = spare.pop() ?? (await more())
      const reader = readLines(name, onLine)
      return {
        path: name,
        close() {
          reader.destroy()
          spare.push(name)
        },
      }
    },
    remove() {
      try {
        rmSync(path, { recursive: true, force: true, maxRetries: 3 })
      } catch {
        // What is left has no secrets in it, and the system clears its temporary folder.
      }
    },
  }
}

/** The lines of a named pipe. It is held open for writing too, so that it does not end with its first writer. */
function readLines(path: string, onLine: (line: string) => void): Socket {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const socket = new Socket({ fd: descriptor, readable: true, writable: false })
  const lines = lineSplitter(onLine)
  socket.on('data', lines)
  socket.on('error', () => undefined)
  return socket
}

/** Lines of a stream of bytes; a line without an end is held in bounded memory. */
export function lineSplitter(onLine: (line: string) => void): (bytes: Buffer) => void {
  let held = ''
  return (bytes) => {
    const lines = (held + bytes.toString('utf8')).split('\n')
    held = (lines.pop() ?? '').slice(-64 * 1024)
    for (const line of lines) onLine(line.replace(/\r$/u, ''))
  }
}

/** Writes into a pipe that somebody should be reading. Nobody there is no error: who asked has gone. */
export function writePipe(path: string, text: string): void {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
    // Answers fit into what a pipe takes at once.
    writeFileSync(descriptor, text)
  } catch {
    return
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
