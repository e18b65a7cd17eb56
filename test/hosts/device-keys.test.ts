import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Keychain } from '../../main/connections/secrets/secrets.ts'
import type { Crypto, Store } from '../../main/engine/ports.ts'
import { createDeviceKeys } from '../../main/hosts/device-keys.ts'
import { openStore } from '../../main/store/open.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

/** The key of a device in each of the places it can be kept, and what becomes of it when something goes wrong. */

const clock = { wall: () => Date.now(), mono: () => 0 }
const crypto: Crypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  randomId: () => randomBytes(10).toString('hex'),
}

let folder: ReturnType<typeof temporaryFolder>
let data: string
let store: Store
beforeEach(() => {
  folder = temporaryFolder('device-keys')
  data = join(folder.path, 'data')
  store = openStore({ folder: data, clock, crypto })
})
afterEach(() => {
  store.close()
  folder.remove()
})

const file = (): string => join(data, 'keys', 'device.pem')
const publicPart = (pem: string): string =>
  createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' }).x ?? ''

/** A keychain in the memory of the test, as the desktop program gives one. */
function keychainWith(entries: Map<string, string>, unusable?: string): Keychain {
  return {
    unusable: () => Promise.resolve(unusable),
    read: (name) => Promise.resolve(entries.get(name)),
    write: (name, value) => {
      entries.set(name, value)
      return Promise.resolve()
    },
    remove: (name) => {
      entries.delete(name)
      return Promise.resolve()
    },
  }
}

describe('in the keychain', () => {
  it('there is no file, and it is the same the next time', async () => {
    const entries = new Map<string, string>()
    const keys = createDeviceKeys({ store, data, clock, keychain: keychainWith(entries) })
    expect(keys.signer()).toBeUndefined()
    await keys.ready
    expect(keys.signer()?.keeper).toBe('keychain')
    expect(existsSync(file())).toBe(false)
    const again = createDeviceKeys({ store, data, clock, keychain: keychainWith(entries) })
    await again.ready
    expect(again.signer()?.key).toEqual(keys.signer()?.key)
    expect(store.deviceKeys.list()).toHaveLength(1)
  })

  it('it is replaced there', async () => {
    const entries = new Map<string, string>()
    const keys = createDeviceKeys({ store, data, clock, keychain: keychainWith(entries) })
    await keys.ready
    const [before] = entries.values()
    await keys.replace()
    const [after] = entries.values()
    expect(after).not.toBe(before)
    expect(Buffer.from(keys.signer()?.key.key ?? []).toString('base64url')).toBe(
      publicPart(after ?? ''),
    )
    expect(store.deviceKeys.list().map(({ endorsement }) => endorsement !== undefined)).toEqual([
      false,
      true,
    ])
  })

  it('that is none, a file is used, and both are said', async () => {
    const keychain = keychainWith(new Map(), 'This desktop has no keyring.')
    const keys = createDeviceKeys({ store, data, clock, keychain })
    await keys.ready
    expect(keys.signer()?.keeper).toBe('file')
    expect(keys.notice()).toContain('This desktop has no keyring. The private key is a file')
  })
})

describe('in a file', () => {
  it('that others can read, it is made private, and this is said', () => {
    createDeviceKeys({ store, data, clock })
    chmodSync(file(), 0o644)
    const keys = createDeviceKeys({ store, data, clock })
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(keys.notice()).toContain('Other accounts could read it until now')
  })

  it('that is lost, there is a new one that the old one does not vouch for', () => {
    createDeviceKeys({ store, data, clock })
    rmSync(file())
    createDeviceKeys({ store, data, clock })
    const [old, now] = store.deviceKeys.list()
    expect(old?.retiredAt).toBeGreaterThan(0)
    expect(now?.endorsement).toBeUndefined()
  })

  it('a replacement that was cut short before it was recorded is forgotten, after that it is completed', async () => {
    const keys = createDeviceKeys({ store, data, clock })
    const before = readFileSync(file(), 'utf8')
    await keys.replace()
    const after = readFileSync(file(), 'utf8')
    expect(after).not.toBe(before)
    // As it stands when the power goes between the record and the new name.
    writeFileSync(file(), before)
    writeFileSync(`${file()}.new`, after)
    createDeviceKeys({ store, data, clock })
    expect(readFileSync(file(), 'utf8')).toBe(after)
    expect(existsSync(`${file()}.new`)).toBe(false)
    writeFileSync(`${file()}.new`, 'half a k')
    createDeviceKeys({ store, data, clock })
    expect(readFileSync(file(), 'utf8')).toBe(after)
    expect(existsSync(`${file()}.new`)).toBe(false)
    expect(store.deviceKeys.list()).toHaveLength(2)
  })
})

it('where another Muster writes, nothing is signed and no key is made', () => {
  const reader = openStore({ folder: data, clock, crypto, readOnlyIfLocked: true })
  try {
    const keys = createDeviceKeys({ store: reader, data, clock })
    expect(keys.signer()).toBeUndefined()
    expect(keys.notice()).toContain('another Muster writes')
    expect(existsSync(file())).toBe(false)
  } finally {
    reader.close()
  }
})
