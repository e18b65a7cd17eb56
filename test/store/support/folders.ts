import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Store } from '../../../main/engine/ports.ts'
import { openStore, type StoreOptions } from '../../../main/store/open.ts'
import { clock, crypto } from './samples.ts'

/** A path for a data folder, which does not exist yet; gone when the test is over. */
export function temporaryPath(): string {
  const parent = mkdtempSync(join(tmpdir(), 'muster-store-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  return join(parent, 'data')
}

/** Opens a store that is closed when the test is over, at the latest. */
export function opened(folder: string, options: Partial<StoreOptions> = {}): Store {
  const store = openStore({ folder, clock, crypto, ...options })
  onTestFinished(() => store.close())
  return store
}

/** A folder on a disk of its own that is `kilobytes` large; undefined where this user cannot mount one. */
export function smallDisk(kilobytes: number): string | undefined {
  const parent = mkdtempSync(join(tmpdir(), 'muster-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', parent], {
      stdio: 'ignore',
    })
  } catch {
    rmSync(parent, { recursive: true, force: true })
    return undefined
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', parent], { stdio: 'ignore' })
    rmSync(parent, { recursive: true, force: true })
  })
  return join(parent, 'data')
}

/** Makes a `smallDisk` larger. */
export function growDisk(folder: string): void {
  execFileSync('mount', ['-o', 'remount,size=20m', dirname(folder)])
}
