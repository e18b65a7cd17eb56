import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, join, relative, resolve, sep } from 'node:path'
import { parseRunbook } from '../core/runbook/parse.ts'
import { blocksOf, itemsOf, type ParsedRunbook } from '../core/runbook/model.ts'
import { ContractError } from '../contract/frames.ts'
import type { LibraryEntry, RequestResult } from '../contract/requests.ts'
import type { Crypto, RunIndex, SettingsStore, TrustStore } from './ports.ts'

/** The runbooks a person can see: those of the program, of the person's folders, and single files. */

const EXTENSIONS = new Set(['.md', '.markdown', '.txt'])
/** In folders only Markdown counts; these describe the folder itself. */
const LISTED = new Set(['.md', '.markdown'])
const NOT_RUNBOOKS = new Set([
  'format.md',
  'readme.md',
  'changelog.md',
  'contributing.md',
  'license.md',
])
const LARGEST_FILE = 8 * 1024 * 1024
const MOST_FILES = 20_000
const DEEPEST = 12

export interface LoadedFile {
  readonly path: string
  readonly source: string
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly parsed: ParsedRunbook
}

interface Cached {
  readonly stamp: string
  readonly file: LoadedFile
}

export interface LibraryOptions {
  /** Folders of the program itself, absolute. */
  readonly folders: readonly string[]
  readonly settings: SettingsStore
  readonly trust: TrustStore
  readonly runs: RunIndex
  readonly crypto: Crypto
}

export class Library {
  readonly #options: LibraryOptions
  readonly #cache = new Map<string, Cached>()

  constructor(options: LibraryOptions) {
    this.#options = options
  }

  async list(): Promise<RequestResult<'library.list'>> {
    const problems: { folder: string; message: string }[] = []
    const found: { path: string; folder: string }[] = []
    const folders = [...this.#options.folders, ...this.#options.settings.get().folders]
    for (const folder of folders) {
      try {
        for (const path of await markdownFiles(folder)) found.push({ path, folder })
      } catch (error) {
        problems.push({ folder, message: words(error, folder) })
      }
    }
    for (const path of this.#options.settings.files())
      found.push({ path, folder: join(path, '..') })

    const lastRuns = this.#lastRuns()
    const entries: LibraryEntry[] = []
    const seen = new Set<string>()
    for (const { path, folder } of found) {
      if (seen.has(path)) continue
      seen.add(path)
      try {
        entries.push(this.#entry(await this.load(path), folder, lastRuns))
      } catch (error) {
        problems.push({
          folder: path,
          message: error instanceof Error ? error.message : String(error),
        })
      }
    }
    return { entries, problems }
  }

  async add(path: string): Promise<LibraryEntry> {
    const file = await this.load(resolve(path))
    this.#options.settings.addFile(file.path)
    return this.#entry(file, join(file.path, '..'), this.#lastRuns())
  }

  /** Reads and parses a file; a file that has not changed is not read again. Errors are in words. */
  async load(path: string): Promise<LoadedFile> {
    const absolute = resolve(path)
    if (!EXTENSIONS.has(extname(absolute).toLowerCase())) {
      throw new ContractError(
        'not-markdown',
        `${basename(absolute)} is not a Markdown file (.md, .markdown or .txt).`,
      )
    }
    try {
      const facts = await stat(absolute)
      if (!facts.isFile()) throw new ContractError('not-a-file', `${absolute} is not a file.`)
      if (facts.size > LARGEST_FILE) {
        throw new ContractError(
          'too-large',
          `${absolute} has ${facts.size} bytes; a runbook may have ${LARGEST_FILE}.`,
        )
      }
      const stamp = `${facts.mtimeMs}:${facts.size}:${facts.ino}`
      const cached = this.#cache.get(absolute)
      if (cached?.stamp === stamp) return cached.file
      const bytes = await readFile(absolute)
      const source = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
      const file = {
        path: absolute,
        source,
        bytes,
        sha256: this.#options.crypto.sha256(bytes),
        parsed: parseRunbook(source, { name: basename(absolute) }),
      }
      this.#cache.set(absolute, { stamp, file })
      return file
    } catch (error) {
      if (error instanceof ContractError) throw error
      throw new ContractError('cannot-read', words(error, absolute))
    }
  }

  #lastRuns(): ReadonlyMap<string, NonNullable<LibraryEntry['lastRun']>> {
    const last = new Map<string, NonNullable<LibraryEntry['lastRun']>>()
    for (const { path, run, mode, phase, startedAt } of this.#options.runs.list(1000)) {
      if (!last.has(path)) last.set(path, { run, mode, phase, startedAt })
    }
    return last
  }

  #entry(
    file: LoadedFile,
    folder: string,
    lastRuns: ReadonlyMap<string, NonNullable<LibraryEntry['lastRun']>>,
  ): LibraryEntry {
    const { runbook, diagnostics } = file.parsed
    const name = relative(folder, file.path).split(sep).join('/')
    const count = (severity: string): number =>
      diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
    const lastRun = lastRuns.get(file.path)
    return {
      path: file.path,
      name,
      folder,
      system:
        runbook.system ??
        (name.includes('/') ? name.slice(0, name.indexOf('/')) : basename(folder)),
      title: runbook.title,
      kind: runbook.kind,
      format: runbook.format === 1 ? '1' : 'guide',
      ...(runbook.summary !== undefined && { summary: runbook.summary }),
      ...(runbook.cadence !== undefined && { cadence: runbook.cadence }),
      steps: runbook.steps.length,
      blocks: runbook.steps.reduce((sum, step) => sum + blocksOf(step).length, 0),
      items: runbook.steps.reduce((sum, step) => sum + itemsOf(step).length, 0),
      errors: count('error'),
      warnings: count('warning'),
      destructive: runbook.steps.filter(({ risk }) => risk === 'destructive').length,
      sha256: file.sha256,
      trust: this.#options.trust.get(file.path, file.sha256),
      ...(lastRun && { lastRun }),
    }
  }
}

/** Markdown files below a folder, sorted; hidden folders and dependencies are left out. */
async function markdownFiles(folder: string): Promise<string[]> {
  const files: string[] = []
  async function walk(at: string, depth: number): Promise<void> {
    const entries = await readdir(at, { withFileTypes: true })
    for (const entry of entries.toSorted((left, right) => left.name.localeCompare(right.name))) {
      if (files.length >= MOST_FILES) return
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const path = join(at, entry.name)
      if (entry.isDirectory()) {
        if (depth < DEEPEST) await walk(path, depth + 1)
      } else if (
        entry.isFile() &&
        LISTED.has(extname(entry.name).toLowerCase()) &&
        !NOT_RUNBOOKS.has(entry.name.toLowerCase())
      ) {
        files.push(path)
      }
    }
  }
  await walk(resolve(folder), 0)
  return files
}

/** A file system error in words, with what to do. */
function words(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return `${path} does not exist. Was it moved or renamed?`
    case 'EACCES':
    case 'EPERM':
      return `${path} cannot be read with your permissions.`
    case 'ENOTDIR':
      return `${path} is not a folder.`
    default:
      return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Throws when the file is not what the person saw. */
export function requireSame(now: string, seen: string, path: string): void {
  if (now !== seen) {
    throw new ContractError('changed', `${path} has changed since you looked at it. Open it again.`)
  }
}
