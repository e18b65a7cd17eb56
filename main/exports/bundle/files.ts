import { createReadStream } from 'node:fs'
import { lstat, opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import yauzl from 'yauzl'
import { isBundleName } from './names.ts'

/** The files of a bundle, from a zip or a folder, neither of which is trusted. */
export interface BundleFiles {
  /** Sizes by name, in bytes. */
  readonly sizes: ReadonlyMap<string, number>
  read(name: string): AsyncIterable<Uint8Array>
  close(): void
}

/** What is no bundle at all, in words; nothing in it was checked. */
export class NotABundle extends Error {
  override readonly name = 'NotABundle'
}

const MOST_FILES = 1_000_000
const SYMBOLIC_LINK = 0o120000
const FILE_TYPE = 0o170000

/** Opens a bundle as it was exported, or the folder it was unpacked to. Throws `NotABundle`. */
export async function openBundle(path: string): Promise<BundleFiles> {
  // Whoever names a bundle may do so by a link; inside of it there is none.
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new NotABundle(`There is no ${path}.`)
  return found.isDirectory() ? await openFolder(path) : await openZip(path)
}

function requireName(name: string): void {
  if (!isBundleName(name))
    throw new NotABundle(`It has a file “${name.slice(0, 100)}”, which is no file of a bundle.`)
}

async function openFolder(folder: string): Promise<BundleFiles> {
  const sizes = new Map<string, number>()
  const walk = async (at: string): Promise<void> => {
    for await (const entry of await opendir(join(folder, at))) {
      const name = at === '' ? entry.name : `${at}/${entry.name}`
      if (entry.isDirectory() && (name === '__pycache__' || at !== '')) {
        if (name !== '__pycache__') throw new NotABundle(`It has a folder “${name}” of its own.`)
      } else if (entry.isDirectory()) await walk(name)
      else if (!entry.isFile()) throw new NotABundle(`“${name}” is a link or a device.`)
      else {
        requireName(name)
        if (sizes.size >= MOST_FILES) throw new NotABundle('It has too many files.')
        sizes.set(name, (await lstat(join(folder, name))).size)
      }
    }
  }
  await walk('')
  return {
    sizes,
    read: (name) => createReadStream(join(folder, name)),
    close: () => undefined,
  }
}

async function openZip(path: string): Promise<BundleFiles> {
  const zip = await yauzl
    .openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true })
    .catch((error: unknown) => {
      throw new NotABundle(`${path} is no zip: ${reasonOf(error)}`)
    })
  // What goes wrong with an entry is told by its own promise too.
  zip.on('error', () => undefined)
  try {
    const entries = new Map<string, yauzl.Entry>()
    const sizes = new Map<string, number>()
    if (zip.entryCount > MOST_FILES) throw new NotABundle('It has too many files.')
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName
      const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE
      if (type === SYMBOLIC_LINK) throw new NotABundle(`“${name.slice(0, 100)}” is a link.`)
      requireName(name)
      if (sizes.has(name)) throw new NotABundle(`It has “${name}” twice.`)
      if (entry.isEncrypted() || !entry.canDecodeFileData())
        throw new NotABundle(`“${name}” is packed in a way that cannot be read.`)
      entries.set(name, entry)
      sizes.set(name, entry.uncompressedSize)
    }
    return {
      sizes,
      async *read(name) {
        const entry = entries.get(name)
        if (entry === undefined) return
        try {
          const stream = await zip.openReadStreamPromise(entry)
          for await (const piece of stream) if (piece instanceof Uint8Array) yield piece
        } catch (error) {
          throw new NotABundle(`“${name}” cannot be unpacked: ${reasonOf(error)}`)
        }
      },
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error instanceof NotABundle ? error : new NotABundle(`${path}: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
