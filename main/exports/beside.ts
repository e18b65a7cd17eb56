import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ContractError } from '../contract/frames.ts'

/** How much is gathered before it goes to the disk. */
const PIECE = 256 * 1024

export interface WrittenFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * Writes a file whole or not at all: into a name beside it first, to the disk, then renamed. Stops between two pieces
 * when the signal is aborted. Throws in words; whatever was half written is gone then.
 */
export async function writeBeside(
  path: string,
  pieces: AsyncIterable<string | Uint8Array>,
  options: { readonly replace: boolean; readonly signal: AbortSignal },
): Promise<WrittenFile> {
  if (!options.replace && existsSync(path)) {
    throw new ContractError(
      'file-exists',
      `${path} is there already. Choose another name, or say that it is to be replaced.`,
    )
  }
  const draft = join(
    dirname(path),
    `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.part`,
  )
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(draft, 'wx', 0o600)
    try {
      let held: Buffer[] = []
      let size = 0
      const flush = async (): Promise<void> => {
        const piece = Buffer.concat(held)
        held = []
        size = 0
        hash.update(piece)
        bytes += piece.length
        await file.writeFile(piece)
      }
      for await (const piece of pieces) {
        options.signal.throwIfAborted()
        const buffer = Buffer.from(piece)
        held.push(buffer)
        size += buffer.length
        if (size >= PIECE) await flush()
      }
      options.signal.throwIfAborted()
      await flush()
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    if (options.signal.aborted)
      throw new ContractError('cancelled', 'The export was cancelled. No file was written.')
    if (error instanceof ContractError) throw error
    throw new ContractError(
      'not-written',
      `${path} could not be written: ${diskReason(error, dirname(path)) ?? (error instanceof Error ? error.message : String(error))}`,
    )
  }
  return { path, bytes, sha256: hash.digest('hex') }
}

/** Why nothing can be written into a folder, and what to do about it; undefined when it is nothing of the disk. */
export function diskReason(error: unknown, folder: string): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `there is no more room in ${folder}. Free some, or choose another place. Nothing half written is left.`
    case 'EACCES':
    case 'EPERM':
      return `you may not write into ${folder}. Choose another place.`
    case 'EROFS':
      return `${folder} can only be read. Choose another place.`
    case 'ENOTDIR':
    case 'EEXIST':
      return `${folder} is no folder. Choose another place.`
    case 'EISDIR':
      return 'it is a folder. Add a name for the file.'
    case 'ENAMETOOLONG':
      return 'the name is too long.'
    default:
      return undefined
  }
}
