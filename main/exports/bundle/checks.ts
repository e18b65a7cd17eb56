import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Held } from '../../core/evidence/record.ts'
import type { RecordFindings } from '../../core/evidence/findings.ts'
import { ContractError } from '../../contract/frames.ts'
import type { Bundles, SignatureChecks } from '../../engine/ports.ts'
import { NotABundle, openBundle } from './files.ts'
import { recordTools, verifyBundle } from './verify.ts'

/** Windows that hand over a bundle at the same time. */
const MOST_UPLOADS = 4

interface Received {
  readonly folder: string
  readonly path: string
  bytes: number
  /** Pieces are appended one after the other. */
  last: Promise<unknown>
}

/** Checks bundles of strangers. What is handed over lies in a folder for its owner only, until it was checked. */
export function createBundles(signatures: SignatureChecks): Bundles {
  const tools = recordTools({
    verify: signatures.ed25519,
    ssh: (armoured, message) => {
      const checked = signatures.ssh(armoured, message)
      return 'key' in checked ? checked.key : undefined
    },
  })
  const uploads = new Map<string, Promise<Received>>()

  async function forget(upload: string): Promise<void> {
    const found = uploads.get(upload)
    uploads.delete(upload)
    const received = await found?.catch(() => undefined)
    if (received === undefined) return
    await received.last.catch(() => undefined)
    await rm(received.folder, { recursive: true, force: true })
  }

  async function begin(): Promise<Received> {
    const folder = await mkdtemp(join(tmpdir(), 'muster-bundle-'))
    return { folder, path: join(folder, 'bundle.zip'), bytes: 0, last: Promise.resolve() }
  }

  async function opened(upload: string, offset: number): Promise<Received> {
    const known = uploads.get(upload)
    if (known !== undefined) return await known
    if (offset !== 0)
      throw new ContractError('no-upload', 'The beginning of this file is not here. Send it again.')
    // The oldest one was left by a window that is gone.
    const [oldest] = uploads.keys()
    const begun = begin()
    uploads.set(upload, begun)
    if (uploads.size > MOST_UPLOADS && oldest !== undefined) await forget(oldest)
    return await begun
  }

  async function checked(path: string, held: Held): Promise<RecordFindings> {
    const files = await openBundle(path)
    try {
      return await verifyBundle(files, held, tools)
    } finally {
      files.close()
    }
  }

  return {
    async receive(upload, offset, bytes) {
      const received = await opened(upload, offset)
      if (received.bytes !== offset)
        throw new ContractError('no-upload', 'A piece of this file is missing. Send it again.')
      received.bytes += bytes.length
      const written = received.last.then(() => appendFile(received.path, bytes, { mode: 0o600 }))
      received.last = written
      try {
        await written
      } catch (error) {
        await forget(upload)
        throw new ContractError('no-upload', `The file was not taken: ${wordsOf(error)}`)
      }
      return received.bytes
    },
    forget,
    async verify(bundle, held) {
      try {
        if ('path' in bundle) {
          if (!isAbsolute(bundle.path))
            throw new NotABundle('Give its whole path, from the root of the disk on.')
          // Said in our words: whoever typed a path wants to know which of both it is.
          await stat(bundle.path).catch(() => {
            throw new NotABundle(`There is nothing at ${bundle.path}, or it may not be read.`)
          })
          return await checked(bundle.path, held)
        }
        const received = await uploads.get(bundle.upload)
        if (received === undefined)
          throw new ContractError('no-upload', 'This file is not here any more. Choose it again.')
        await received.last
        return await checked(received.path, held)
      } catch (error) {
        if (error instanceof NotABundle)
          throw new ContractError('no-bundle', `This cannot be checked. ${error.message}`)
        throw error
      } finally {
        if ('upload' in bundle) await forget(bundle.upload)
      }
    },
    async close() {
      await Promise.all([...uploads.keys()].map(forget))
    },
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
