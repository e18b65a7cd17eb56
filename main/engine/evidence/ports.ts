import type { CheckpointReason } from '../../core/evidence/checkpoint.ts'
import type { RecordFindings } from '../../core/evidence/findings.ts'
import type { Held } from '../../core/evidence/record.ts'
import type { NoteSigner, Verify } from '../../core/evidence/signed-note.ts'

/** What evidence needs from the world. */

/** A signed checkpoint as it is stored. */
export interface StoredCheckpoint {
  /** How many events it covers: those with `seq` from 1 to this. */
  readonly size: number
  readonly why: CheckpointReason
  /** The signed note of C2SP, with the device's signature only: these exact bytes are what others countersign. */
  readonly note: string
}

export interface CheckpointStore {
  /** All of a run, in the order of their sizes. */
  list(run: string): readonly StoredCheckpoint[]
  /** The newest, with the peaks of its tree. */
  last(
    run: string,
  ): { readonly checkpoint: StoredCheckpoint; readonly peaks: readonly Uint8Array[] } | undefined
  /** Durable when it returns. One that covers as many events replaces none: the first stays. */
  add(run: string, checkpoint: StoredCheckpoint, peaks: readonly Uint8Array[]): void
}

/** Where the private half of a key is: a file of the data folder (mode 0600), or the operating system's keychain. */
export type KeyKeeper = 'file' | 'keychain'

/** A public key this data folder has signed with. */
export interface DeviceKey {
  /** Name, id and key as `formatKey` writes them. */
  readonly line: string
  readonly keeper: KeyKeeper
  readonly madeAt: number
  readonly retiredAt?: number
  /** The signed note in which this key and the one before it say that it takes its place. */
  readonly endorsement?: string
}

export interface DeviceKeyRegister {
  /** Oldest first, retired ones too. */
  list(): readonly DeviceKey[]
  /** Durable. `replaces` is retired by the same write. */
  add(key: DeviceKey, replaces?: string): void
}

/** The private key of this device. It never leaves whoever fills this. */
export interface Signer extends NoteSigner {
  readonly keeper: KeyKeeper
}

/** Checks what others have signed. Each answers who it was, or in words why it does not hold. */
export interface SignatureChecks {
  readonly ed25519: Verify
  /** An armoured SSHSIG of the namespace `muster-checkpoint`. */
  ssh(
    armoured: string,
    message: Uint8Array,
  ): { readonly key: string; readonly by: string } | { readonly problem: string }
  /** A TimeStampResp (RFC 3161); the service's certificates are not judged. `at`: epoch milliseconds. */
  timestamp(
    answer: Uint8Array,
    message: Uint8Array,
  ): { readonly at: number } | { readonly problem: string }
}

/** A timestamp service (RFC 3161). */
export interface TimestampService {
  readonly url: string
  /** Its answer over the message, not yet checked. Rejects in words. */
  stamp(message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
}

export interface DeviceKeys {
  /** Resolves when the key was opened or made, or when it is known why not. Never rejects. */
  readonly ready: Promise<void>
  /** Undefined before, and where nothing can be signed. */
  signer(): Signer | undefined
  /** How the private key is kept and what that means, or why there is none; for a person. */
  notice(): string
  /** Makes a new key; the old one signs that it takes its place. Rejects in words, and then the old one stays. */
  replace(): Promise<Signer>
}

/** What is left of a run that was deleted. */
export interface StoredTombstone {
  readonly run: string
  /** When it was deleted, epoch milliseconds. */
  readonly at: number
  /** The signed note: `parseTombstone` reads its text. */
  readonly note: string
}

/** Bundles from anywhere, which are checked and not kept. */
export interface Bundles {
  /**
   * Checks a zip or a folder by its absolute path, or what was received under this name. Throws a `ContractError` for what
   * is no bundle.
   */
  verify(
    bundle: { readonly path: string } | { readonly upload: string },
    held: Held,
  ): Promise<RecordFindings>
  /** Appends bytes that begin at `offset`; answers how many there are now. Throws a `ContractError`. */
  receive(upload: string, offset: number, bytes: Uint8Array): Promise<number>
  /** Removes what was received under this name. */
  forget(upload: string): Promise<void>
  /** Removes everything that was received. */
  close(): Promise<void>
}
