/**
 * The tree of RFC 6962 (section 2.1) over the stored lines of a run: its root stands for all of them, and a few hashes
 * prove that one line is among them, or that an earlier tree is the beginning of this one.
 */

/** SHA-256, 32 bytes. */
export type HashBytes = (bytes: Uint8Array) => Uint8Array

const LEAF = 0
const NODE = 1

function joined(first: number, left: Uint8Array, right?: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + (right?.length ?? 0))
  bytes[0] = first
  bytes.set(left, 1)
  if (right !== undefined) bytes.set(right, 1 + left.length)
  return bytes
}

/** The hash of a leaf: the exact bytes of one line. */
export function leafHash(line: Uint8Array, hash: HashBytes): Uint8Array {
  return hash(joined(LEAF, line))
}

function nodeHash(left: Uint8Array, right: Uint8Array, hash: HashBytes): Uint8Array {
  return hash(joined(NODE, left, right))
}

/** Root of the empty tree. */
export function emptyRoot(hash: HashBytes): Uint8Array {
  return hash(new Uint8Array(0))
}

/** A tree that only grows, in memory that grows with the logarithm of its size. */
export class MerkleTree {
  readonly #hash: HashBytes
  /** Roots of the full subtrees, from the largest to the smallest; one for each bit of the size. */
  readonly #peaks: Uint8Array[]
  #size: number

  /** `from`: what `size` and `peaks` of a tree said, to go on where it stood without its lines. */
  constructor(
    hash: HashBytes,
    from: { readonly size: number; readonly peaks: readonly Uint8Array[] } = { size: 0, peaks: [] },
  ) {
    this.#hash = hash
    this.#peaks = [...from.peaks]
    this.#size = from.size
  }

  get size(): number {
    return this.#size
  }

  /** Roots of its full subtrees, from the largest to the smallest. */
  get peaks(): readonly Uint8Array[] {
    return [...this.#peaks]
  }

  add(line: Uint8Array): void {
    let node = leafHash(line, this.#hash)
    // Each trailing one of the size is a subtree as large as what came since.
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2)) {
      const left = this.#peaks.pop()
      if (left === undefined) break
      node = nodeHash(left, node, this.#hash)
    }
    this.#peaks.push(node)
    this.#size++
  }

  root(): Uint8Array {
    const last = this.#peaks.at(-1)
    if (last === undefined) return emptyRoot(this.#hash)
    return this.#peaks
      .slice(0, -1)
      .reduceRight((right, left) => nodeHash(left, right, this.#hash), last)
  }
}

/** The largest power of two below `size`. */
function split(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

function rootOf(leaves: readonly Uint8Array[], hash: HashBytes): Uint8Array {
  const [only] = leaves
  if (only === undefined) return emptyRoot(hash)
  if (leaves.length === 1) return only
  const middle = split(leaves.length)
  return nodeHash(rootOf(leaves.slice(0, middle), hash), rootOf(leaves.slice(middle), hash), hash)
}

/** PATH(m, D[n]): the hashes that lead from leaf `index` (from 0) to the root. `leaves` are leaf hashes. */
export function inclusionProof(
  index: number,
  leaves: readonly Uint8Array[],
  hash: HashBytes,
): readonly Uint8Array[] {
  if (index < 0 || index >= leaves.length)
    throw new RangeError(`There is no leaf ${index} in a tree of ${leaves.length}.`)
  if (leaves.length === 1) return []
  const middle = split(leaves.length)
  const left = leaves.slice(0, middle)
  const right = leaves.slice(middle)
  return index < middle
    ? [...inclusionProof(index, left, hash), rootOf(right, hash)]
    : [...inclusionProof(index - middle, right, hash), rootOf(left, hash)]
}

/** PROOF(m, D[n]): the hashes that prove the first `first` leaves to be the beginning of all of them. */
export function consistencyProof(
  first: number,
  leaves: readonly Uint8Array[],
  hash: HashBytes,
): readonly Uint8Array[] {
  if (first < 1 || first > leaves.length)
    throw new RangeError(`A tree of ${leaves.length} has no beginning of ${first}.`)
  return subproof(first, leaves, true, hash)
}

function subproof(
  first: number,
  leaves: readonly Uint8Array[],
  known: boolean,
  hash: HashBytes,
): readonly Uint8Array[] {
  if (first === leaves.length) return known ? [] : [rootOf(leaves, hash)]
  const middle = split(leaves.length)
  const left = leaves.slice(0, middle)
  const right = leaves.slice(middle)
  return first <= middle
    ? [...subproof(first, left, known, hash), rootOf(right, hash)]
    : [...subproof(first - middle, right, false, hash), rootOf(left, hash)]
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}

/** Whether the proof leads from the leaf's hash to the root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  claim: {
    readonly index: number
    readonly size: number
    readonly leaf: Uint8Array
    readonly root: Uint8Array
  },
  proof: readonly Uint8Array[],
  hash: HashBytes,
): boolean {
  if (claim.index < 0 || claim.index >= claim.size) return false
  let at = claim.index
  let last = claim.size - 1
  let node = claim.leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      node = nodeHash(sibling, node, hash)
      while (at % 2 === 0 && at !== 0) {
        at /= 2
        last = Math.floor(last / 2)
      }
    } else {
      node = nodeHash(node, sibling, hash)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && same(node, claim.root)
}

/** Whether the proof shows the first tree to be the beginning of the second (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
  hash: HashBytes,
): boolean {
  if (first.size < 1 || first.size > second.size) return false
  if (first.size === second.size) return proof.length === 0 && same(first.root, second.root)
  // A full first tree is its own first hash.
  const full = (first.size & (first.size - 1)) === 0
  const [start, ...rest] = full ? [first.root, ...proof] : proof
  if (start === undefined) return false
  let at = first.size - 1
  let last = second.size - 1
  while (at % 2 === 1) {
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  let old = start
  let node = start
  for (const sibling of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old, hash)
      node = nodeHash(sibling, node, hash)
      while (at % 2 === 0 && at !== 0) {
        at /= 2
        last = Math.floor(last / 2)
      }
    } else {
      node = nodeHash(node, sibling, hash)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && same(old, first.root) && same(node, second.root)
}
