import { rmSync } from 'node:fs'
import { lstat, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { signal } from './processes.ts'

/**
 * Temporary files of blocks: one folder for this process, which only its user can enter, and one in it for each use.
 * A process that was killed leaves its folder behind; the next one removes it, since it can hold values of a run.
 */

const PREFIX = 'muster-scratch-'
/** A folder that was used lately may belong to a process that cannot be seen from here, in a container. */
const UNTOUCHED_MS = 10 * 60_000

/** Blocks that end in the same moment can each take the folder above from under a new one. */
const ATTEMPTS = 10

let root: Promise<string> | undefined
let lookedAround = false
const roots = new Set<string>()

/** A new temporary folder. Whoever makes one releases it. */
export async function makeScratch(): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    root ??= makeRoot()
    const above = root
    try {
      return await mkdtemp(join(await above, 'block-'))
    } catch (error) {
      // The folder above went just now, with the last block in it, or by somebody who cleans up.
      if (root === above) root = undefined
      if (attempt === ATTEMPTS) throw error
    }
  }
}

/** Removes what `makeScratch` made, and the folder above it when nothing else is in it. */
export async function releaseScratch(folder: string): Promise<void> {
  await removeScratch(folder)
  const above = dirname(folder)
  try {
    await rmdir(above)
    roots.delete(above)
  } catch {
    // Another block has its files there.
  }
}

/** Writes a new file that only this user can read. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flag: 'wx' })
}

/** Removes a folder or a file of ours. A failure is the system's to clean up after, and no reason to fail a block. */
export async function removeScratch(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined)
}

async function makeRoot(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  roots.add(folder)
  if (!lookedAround) {
    lookedAround = true
    process.once('exit', () => {
      for (const each of roots) rmSync(each, { recursive: true, force: true })
    })
    await removeAbandoned(tmpdir())
  }
  return folder
}

/** Removes the folders of processes that are no more. Nobody else's, and nothing that merely looks like one. */
export async function removeAbandoned(where: string): Promise<void> {
  const names = await readdir(where).catch(() => [])
  for (const name of names) {
    const owner = /^muster-scratch-(\d+)-/.exec(name)?.[1]
    if (owner === undefined || signal(Number(owner), 0)) continue
    const path = join(where, name)
    const facts = await lstat(path).catch(() => undefined)
    if (facts?.isDirectory() !== true || facts.uid !== process.getuid?.()) continue
    if (Date.now() - facts.mtimeMs > UNTOUCHED_MS) await removeScratch(path)
  }
}
