import {
  formatCheckpoint,
  originOf,
  type CheckpointReason,
} from '../../core/evidence/checkpoint.ts'
import { GENESIS } from '../../core/evidence/chain.ts'
import { MerkleTree, type HashBytes } from '../../core/evidence/merkle.ts'
import { signNote } from '../../core/evidence/signed-note.ts'
import type { Clock, DeviceKeys, Store, StoredCheckpoint } from '../ports.ts'

const PAGE = 2_000

export interface NotaryOptions {
  readonly run: string
  readonly store: Store
  readonly deviceKeys: DeviceKeys
  readonly clock: Clock
  readonly hash: HashBytes
}

/** Signs checkpoints over the stored lines of one run. The tree grows with them and is never computed anew. */
export class Notary {
  readonly #options: NotaryOptions
  readonly #tree: MerkleTree
  #head = GENESIS

  constructor(options: NotaryOptions) {
    this.#options = options
    const last = options.store.checkpoints.last(options.run)
    this.#tree = new MerkleTree(
      options.hash,
      last && { size: last.checkpoint.size, peaks: last.peaks },
    )
  }

  /**
   * The checkpoint over everything that is stored now, durable when this returns; the one that is there already where
   * nothing has happened since. Undefined without a key, or without events.
   */
  checkpoint(why: CheckpointReason): StoredCheckpoint | undefined {
    const { run, store, deviceKeys, clock, hash } = this.#options
    const signer = deviceKeys.signer()
    if (signer === undefined) return undefined
    this.#catchUp()
    const { size } = this.#tree
    const last = store.checkpoints.last(run)?.checkpoint
    if (size === 0 || last?.size === size) return last
    const text = formatCheckpoint({
      origin: originOf(store.device, run),
      size,
      root: this.#tree.root(),
      head: this.#head,
      wall: Math.round(clock.wall()),
    })
    const checkpoint = { size, why, note: signNote(text, [signer], hash) }
    store.checkpoints.add(run, checkpoint, this.#tree.peaks)
    return checkpoint
  }

  #catchUp(): void {
    const { run, store } = this.#options
    for (;;) {
      const page = store.log.readStored(run, this.#tree.size, PAGE)
      for (const { bytes, hash } of page) {
        this.#tree.add(bytes)
        this.#head = hash
      }
      if (page.length < PAGE) return
    }
  }
}
