import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { LIMITS } from '../../../core/runbook/guard.ts'
import { usage } from '../cli-error.ts'

/** Which files `validate` looks at: those that are named, and the runbooks below named folders. */

const MARKDOWN = new Set(['.md', '.markdown'])
/** Files that describe a folder; they are checked only when they are named. */
const NOT_RUNBOOKS = new Set([
  'format.md',
  'readme.md',
  'changelog.md',
  'contributing.md',
  'license.md',
])
const DEEPEST = 12
/** In bytes, as the library has it. */
const LARGEST_FILE = LIMITS.characters

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read with your permissions'
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`
}

/** Runs a file operation; a refusal becomes words about the path. */
export async function reading<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw usage(`${path} ${reason(error)}.`)
  }
}

async function below(folder: string, depth: number): Promise<string[]> {
  const entries = await reading(folder, () => readdir(folder, { withFileTypes: true }))
  const files: string[] = []
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (depth < DEEPEST) files.push(...(await below(path, depth + 1)))
    } else if (
      entry.isFile() &&
      MARKDOWN.has(extname(entry.name).toLowerCase()) &&
      !NOT_RUNBOOKS.has(entry.name.toLowerCase())
    ) {
      files.push(path)
    }
  }
  return files
}

/** The files, in the order of the arguments and sorted within folders, each once. Throws for a path that is not there. */
export async function runbookFiles(paths: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>()
  for (const path of paths) {
    if (path === '-') {
      files.add(path)
      continue
    }
    const facts = await reading(path, () => stat(path))
    if (facts.size > LARGEST_FILE && facts.isFile())
      throw usage(`${path} has ${facts.size} bytes; a runbook may have ${LARGEST_FILE}.`)
    if (facts.isDirectory()) for (const file of await below(path, 0)) files.add(file)
    else files.add(path)
  }
  return [...files]
}
