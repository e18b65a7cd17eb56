import type { HashBytes } from './merkle.ts'
import type { Verify } from './signed-note.ts'
import type { RecordKey } from './trust.ts'

/** What a record is checked with, and what comes with it. */

export interface RecordTools {
  /** SHA-256. */
  readonly hash: HashBytes
  readonly hex: (bytes: Uint8Array) => string
  /** The text of UTF-8 bytes with a mark at its beginning kept; undefined where they are not UTF-8. */
  readonly decode: (bytes: Uint8Array) => string | undefined
  readonly verify: Verify
  /** An SSH signature over bytes: the key that made it as `type base64`, or undefined. */
  readonly ssh?: (armoured: string, message: Uint8Array) => string | undefined
}

/** What whoever verifies has from elsewhere: without any of it a key holder could have written everything anew. */
export interface Held {
  /** Checkpoints, as notes. */
  readonly notes: readonly string[]
  /** Eight words each, already read as words of the list. */
  readonly words: readonly (readonly string[])[]
  /** Lines of keys that are known to be those of the device. */
  readonly keys: readonly string[]
}

export interface RecordParts {
  /** As many notes as there are, with how many events each is said to cover. */
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[]
  readonly keys: readonly RecordKey[]
  readonly held: Held
}
