import type { Client, SFTPWrapper } from 'ssh2'
import { TransportError, type RemoteFiles, type RemoteWriter } from '../../../engine/transport.ts'
import { ReadPipeline, WritePipeline, type ReadableFile } from './pipelines.ts'

/** Files on the other side, over SFTP. */

/** SSH_FX_NO_SUCH_FILE */
const NO_SUCH_FILE = 2
const FOLDER = 0o040000
const KIND = 0o170000

export async function remoteFiles(client: Client): Promise<RemoteFiles> {
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, wrapper) => {
      if (error === undefined) resolve(wrapper)
      else reject(new TransportError('channel', `The host offers no SFTP: ${error.message}`))
    })
  })
  return filesOver(sftp)
}

/** The same over any SFTP client, as long as its channel is open. */
export function filesOver(sftp: SFTPWrapper): RemoteFiles {
  return {
    stat: (path) =>
      new Promise((resolve, reject) => {
        sftp.stat(path, (error, stats) => {
          if (error === undefined) {
            resolve({
              bytes: stats.size,
              mode: stats.mode & 0o7777,
              folder: (stats.mode & KIND) === FOLDER,
            })
          } else if ('code' in error && error.code === NO_SUCH_FILE) resolve(undefined)
          else reject(explain(path, error))
        })
      }),
    read: (path) => new ReadPipeline(() => openReader(sftp, path)),
    write: (path, mode) => openWriter(sftp, path, mode),
  }
}

function explain(path: string, error: Error): Error {
  return new Error(`${path} on the host: ${error.message}`)
}

function step(work: (done: (error: Error | null | undefined) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => {
      if (error === null || error === undefined) resolve()
      else reject(error)
    })
  })
}

async function openReader(sftp: SFTPWrapper, path: string): Promise<ReadableFile> {
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open(path, 'r', (error, opened) => {
      if (error === undefined) resolve(opened)
      else reject(explain(path, error))
    })
  })
  return {
    readAt: (position, length) =>
      new Promise((resolve, reject) => {
        const bytes = Buffer.allocUnsafe(length)
        sftp.read(handle, bytes, 0, length, position, (error, count) => {
          if (error === undefined) resolve(bytes.subarray(0, count))
          else reject(explain(path, error))
        })
      }),
    close() {
      try {
        sftp.close(handle, () => undefined)
      } catch {
        // The connection is gone, and the handle with it.
      }
    },
  }
}

/** Writes beside the final name; the name is taken when all bytes are there. */
async function openWriter(
  sftp: SFTPWrapper,
  path: string,
  mode: number | undefined,
): Promise<RemoteWriter> {
  const beside = `${path}.muster-${process.pid}-${Date.now().toString(36)}`
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open(beside, 'wx', { mode: mode ?? 0o644 }, (error, opened) => {
      if (error === undefined) resolve(opened)
      else reject(explain(path, error))
    })
  })
  let open = true
  const pipeline = new WritePipeline((bytes, position) =>
    step((done) => {
      // The library copies a piece into its packet at once.
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      sftp.write(handle, piece, 0, piece.length, position, done)
    }),
  )
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await step((done) => sftp.close(handle, done))
  }
  return {
    write: (bytes) => pipeline.write(bytes),
    async finish() {
      await pipeline.settle()
      if (mode !== undefined) await step((done) => sftp.fchmod(handle, mode, done))
      await close()
      // Plain rename refuses to replace a file; OpenSSH's own does it in one step.
      await step((done) => {
        sftp.ext_openssh_rename(beside, path, done)
      })
    },
    async discard() {
      await close().catch(() => undefined)
      await step((done) => sftp.unlink(beside, done)).catch(() => undefined)
    },
  }
}
