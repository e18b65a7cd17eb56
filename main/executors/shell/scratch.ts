import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new temporary folder that only this user can enter. Whoever makes one removes it. */
export function makeScratch(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'muster-block-'))
}

/** Writes a new file that only this user can read. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flag: 'wx' })
}

/** Removes a folder or a file of ours. A failure is the system's to clean up after, and no reason to fail a block. */
export async function removeScratch(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined)
}
