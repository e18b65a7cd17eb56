import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new temporary folder that only this user can enter. Whoever makes one removes it. */
export function makeScratch(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'muster-block-'))
}

/** Writes a file that only this user can read, and gives its path. */
export async function writePrivate(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text, { mode: 0o600, flag: 'wx' })
  return path
}
