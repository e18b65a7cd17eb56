import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  sign as signBytes,
  type KeyObject,
} from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { deviceKeyName, formatReplacement } from '../core/evidence/device-key.ts'
import { formatKey, signNote } from '../core/evidence/signed-note.ts'
import type { Keychain } from '../connections/secrets/secrets.ts'
import type { Clock, DeviceKeys, KeyKeeper, Signer, Store } from '../engine/ports.ts'

/** The Ed25519 key of this device: in the operating system's keychain where the host has one, otherwise in a file. */

const ENTRY = 'Muster: key of this device'

export interface DeviceKeysOptions {
  readonly store: Store
  /** The data folder. */
  readonly data: string
  readonly clock: Clock
  readonly keychain?: Keychain | undefined
}

const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

const PROTECTED =
  'The private key is kept by the keychain of this computer: programs of this account can use it, other accounts cannot.'

function open(pem: string, name: string, keeper: KeyKeeper): Signer {
  const key: KeyObject = createPrivateKey(pem)
  const { x } = key.export({ format: 'jwk' })
  if (key.asymmetricKeyType !== 'ed25519' || x === undefined)
    throw new Error('it is not an Ed25519 key')
  return {
    key: { name, key: Buffer.from(x, 'base64url') },
    keeper,
    sign: (bytes) => signBytes(null, bytes, key),
  }
}

function generate(): string {
  return generateKeyPairSync('ed25519')
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString()
}

function keyFile(data: string): string {
  return join(data, 'keys', 'device.pem')
}

function writeKey(file: string, pem: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, pem, { mode: 0o600, flush: true })
}

function fileNotice(file: string): string {
  return `The private key is a file, ${file}, that only this account may read: whoever can read it (a backup, an administrator, a program of this account) can sign in the name of this device.`
}

/** Opens the key of this device, or makes one. Without a keychain `signer` answers at once. */
export function createDeviceKeys({ store, data, clock, keychain }: DeviceKeysOptions): DeviceKeys {
  const name = deviceKeyName(store.device)
  const file = keyFile(data)
  let signer: Signer | undefined
  let notice = 'The key of this device is being opened.'
  let inKeychain = false

  const lineOf = (of: Signer): string => formatKey(of.key, hash)

  function register(made: Signer): void {
    const line = lineOf(made)
    const keys = store.deviceKeys.list()
    if (keys.some((known) => known.line === line)) return
    // A key that is gone cannot sign that another takes its place.
    const lost = keys.findLast(
      ({ keeper, retiredAt }) => keeper === made.keeper && retiredAt === undefined,
    )
    store.deviceKeys.add(
      { line, keeper: made.keeper, madeAt: Math.round(clock.wall()) },
      lost?.line,
    )
  }

  /** A replacement that was cut short is completed if the old key had signed it, and forgotten otherwise. */
  function settleReplacement(): void {
    const next = `${file}.new`
    if (!existsSync(next)) return
    try {
      const line = lineOf(open(readFileSync(next, 'utf8'), name, 'file'))
      if (store.deviceKeys.list().some((known) => known.line === line)) renameSync(next, file)
    } catch {
      // Half a key is no key.
    }
    rmSync(next, { force: true })
  }

  function useFile(): void {
    settleReplacement()
    if (!existsSync(file)) {
      writeKey(`${file}.new`, generate())
      const made = open(readFileSync(`${file}.new`, 'utf8'), name, 'file')
      register(made)
      renameSync(`${file}.new`, file)
    }
    let opened = ''
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      chmodSync(file, 0o600)
      opened = ' Other accounts could read it until now; consider making a new one.'
    }
    const found = open(readFileSync(file, 'utf8'), name, 'file')
    register(found)
    signer = found
    notice = fileNotice(file) + opened
  }

  async function useKeychain(of: Keychain): Promise<void> {
    const unusable = await of.unusable()
    if (unusable !== undefined) {
      useFile()
      notice = `${unusable} ${notice}`
      return
    }
    let pem = await of.read(ENTRY)
    if (pem === undefined) {
      pem = generate()
      await of.write(ENTRY, pem)
    }
    const found = open(pem, name, 'keychain')
    register(found)
    inKeychain = true
    signer = found
    notice = PROTECTED
  }

  function refuse(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    notice = `Nothing is signed, because the key of this device cannot be used: ${why}. “muster device --new-key” makes another.`
  }

  function start(): Promise<void> {
    if (store.readOnly !== undefined) {
      notice = 'Nothing is signed here: another Muster writes to this data folder, and signs.'
      return Promise.resolve()
    }
    if (keychain !== undefined) return useKeychain(keychain).catch(refuse)
    try {
      useFile()
    } catch (error) {
      refuse(error)
    }
    return Promise.resolve()
  }

  return {
    ready: start(),
    signer: () => signer,
    notice: () => notice,
    async replace() {
      if (store.readOnly !== undefined) throw new Error(store.readOnly)
      const old = signer
      const keeper: KeyKeeper = inKeychain ? 'keychain' : 'file'
      const pem = generate()
      const made = open(pem, name, keeper)
      const wall = Math.round(clock.wall())
      // The new key is kept before it is announced; a crash in between leaves one that is registered at the next start.
      if (inKeychain && keychain !== undefined) await keychain.write(ENTRY, pem)
      else writeKey(`${file}.new`, pem)
      if (old === undefined) register(made)
      else {
        const text = formatReplacement({ key: made.key, replaces: old.key, wall }, hash)
        const endorsement = signNote(text, [old, made], hash)
        store.deviceKeys.add({ line: lineOf(made), keeper, madeAt: wall, endorsement }, lineOf(old))
      }
      if (!inKeychain) renameSync(`${file}.new`, file)
      signer = made
      notice = inKeychain ? PROTECTED : fileNotice(file)
      return made
    },
  }
}
