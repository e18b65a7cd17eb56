import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { safeStorage } from 'electron'
import { z } from 'zod'
import type { Keychain } from '../../connections/secrets/secrets.ts'

/**
 * Secrets encrypted with a key that the operating system keeps. What stands in the file is useless without it. The
 * asynchronous calls are used throughout: the others go away.
 */

/** Name -> base64 of what the operating system made of the secret. */
const entriesSchema = z.record(z.string(), z.string())

export function createKeychain(dataFolder: string): Keychain {
  const file = join(dataFolder, 'keychain.json')

  function read(): Record<string, string> {
    if (!existsSync(file)) return {}
    const parsed = entriesSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (!parsed.success) throw new Error(`${file} is not a list of keychain entries.`)
    return parsed.data
  }

  function write(entries: Record<string, string>): void {
    const beside = `${file}.new`
    writeFileSync(beside, `${JSON.stringify(entries, undefined, 2)}\n`, {
      mode: 0o600,
      flush: true,
    })
    renameSync(beside, file)
  }

  async function unusable(): Promise<string | undefined> {
    if (!(await safeStorage.isAsyncEncryptionAvailable()))
      return 'The keychain of this computer cannot be used: it is locked, or there is none.'
    // A password that everybody knows is worse than none: it looks like safety.
    if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text')
      return 'This desktop has no keyring (GNOME Keyring, KWallet), so nothing is kept: it would be readable by everybody. Use ask, env or command.'
    return undefined
  }

  return {
    unusable,
    async read(name) {
      const entries = read()
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
      if (entry === undefined) return undefined
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(
        Buffer.from(entry, 'base64'),
      )
      if (shouldReEncrypt) await store(name, result)
      return result
    },
    write: store,
    remove(name) {
      const { [name]: _removed, ...rest } = read()
      write(rest)
      return Promise.resolve()
    },
  }

  async function store(name: string, value: string): Promise<void> {
    const problem = await unusable()
    if (problem !== undefined) throw new Error(problem)
    const encrypted = await safeStorage.encryptStringAsync(value)
    write({ ...read(), [name]: encrypted.toString('base64') })
  }
}
