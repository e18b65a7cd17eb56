import { execFile } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { makeScratch, releaseScratch } from './scratch.ts'
import { findProgram } from './shells.ts'

/**
 * Pipes for stdout and stderr. Node gives its children sockets, and a socket cannot be opened again by name: in a
 * block, `tee /dev/stderr` or `> /dev/stdout` would fail with "No such device or address". A named pipe, removed as
 * soon as both ends are open, is a pipe like any shell's.
 */
export interface OutputPipe {
  readonly reader: Readable
  /** The descriptor to hand to the child; close it afterwards with `closeWriter`. */
  readonly writer: number
  closeWriter(): void
}

function makeNamedPipes(paths: readonly string[]): Promise<boolean> {
  const program = findProgram('mkfifo', process.env['PATH'] ?? '')
  if (program === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    execFile(program, ['-m', '600', ...paths], (error) => resolve(error === null))
  })
}

/** As much as a pipe holds. */
const READ_BYTES = 64 * 1024

/**
 * Reads into the same memory again and again: a flood would otherwise leave a gigabyte of read buffers behind, faster
 * than they are collected. Whoever takes `data` must be done with the bytes, or have paused the socket, when it returns.
 */
function reusingSocket(descriptor: number): Socket {
  const socket: Socket = new Socket({
    fd: descriptor,
    readable: true,
    writable: false,
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (count, buffer) => {
        // With a buffer of its own a socket emits nothing; a stream is what the rest of the lane knows.
        socket.emit('data', buffer.subarray(0, count))
        return !socket.isPaused()
      },
    },
  })
  return socket
}

function open(path: string): OutputPipe {
  // The reading end first and without waiting: the writing end then opens at once.
  const readingEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const writer = openSync(path, constants.O_WRONLY)
    const reader = reusingSocket(readingEnd)
    return { reader, writer, closeWriter: () => closeSync(writer) }
  } catch (error) {
    closeSync(readingEnd)
    throw error
  }
}

/** `count` pipes, or undefined where the system has no named pipes: the caller then takes Node's sockets. */
export async function openPipes(count: number): Promise<readonly OutputPipe[] | undefined> {
  if (process.platform === 'win32') return undefined
  const opened: OutputPipe[] = []
  let folder: string | undefined
  try {
    folder = await makeScratch()
    const place = folder
    const paths = Array.from({ length: count }, (_, index) => join(place, `pipe-${index}`))
    if (!(await makeNamedPipes(paths))) return undefined
    for (const path of paths) opened.push(open(path))
    return opened
  } catch {
    for (const pipe of opened) {
      pipe.closeWriter()
      pipe.reader.destroy()
    }
    return undefined
  } finally {
    if (folder !== undefined) await releaseScratch(folder)
  }
}
