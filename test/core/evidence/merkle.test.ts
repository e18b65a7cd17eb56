import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  MerkleTree,
  verifyConsistency,
  verifyInclusion,
} from '../../../main/core/evidence/merkle.ts'

const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The eight leaves and their roots that certificate-transparency publishes with its tests of RFC 6962. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => Buffer.from(text, 'hex'))
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

function rootAfter(lines: readonly Uint8Array[]): Uint8Array {
  const tree = new MerkleTree(hash)
  for (const line of lines) tree.add(line)
  return tree.root()
}

describe('the published vectors', () => {
  test('the root of no leaves is the hash of nothing', () => {
    expect(hex(rootAfter([]))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  test.each(ROOTS.map((root, index) => ({ size: index + 1, root })))(
    'the root of $size',
    ({ size, root }) => {
      expect(hex(rootAfter(LEAVES.slice(0, size)))).toBe(root)
    },
  )

  test('paths of inclusion', () => {
    const leaves = LEAVES.map((line) => leafHash(line, hash))
    expect(inclusionProof(0, leaves, hash).map(hex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
    expect(inclusionProof(5, leaves, hash).map(hex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
  })
})

const trees = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 })

describe('for a tree of any size', () => {
  test('every leaf is proved, and no other leaf, place or root by the same proof', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), (lines, which, other) => {
        const leaves = lines.map((line, index) =>
          leafHash(Buffer.concat([Buffer.from([index]), line]), hash),
        )
        const index = which % leaves.length
        const tree = new MerkleTree(hash)
        for (const [at, line] of lines.entries()) tree.add(Buffer.concat([Buffer.from([at]), line]))
        const root = tree.root()
        const proof = inclusionProof(index, leaves, hash)
        const leaf = leaves[index] ?? new Uint8Array()
        const size = leaves.length
        expect(verifyInclusion({ index, size, leaf, root }, proof, hash)).toBe(true)
        const wrong = other % leaves.length
        if (wrong !== index) {
          expect(verifyInclusion({ index: wrong, size, leaf, root }, proof, hash)).toBe(false)
          const swapped = leaves[wrong] ?? leaf
          expect(verifyInclusion({ index, size, leaf: swapped, root }, proof, hash)).toBe(false)
        }
        expect(verifyInclusion({ index, size, leaf, root: hash(root) }, proof, hash)).toBe(false)
        expect(verifyInclusion({ index, size, leaf, root }, [...proof, leaf], hash)).toBe(false)
      }),
    )
  })

  test('every beginning is proved, and no other history by the same proof', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (lines, cut) => {
        const leaves = lines.map((line) => leafHash(line, hash))
        const first = (cut % leaves.length) + 1
        const old = { size: first, root: rootAfter(lines.slice(0, first)) }
        const whole = { size: lines.length, root: rootAfter(lines) }
        const proof = consistencyProof(first, leaves, hash)
        expect(verifyConsistency(old, whole, proof, hash)).toBe(true)
        const forged = { size: first, root: hash(old.root) }
        expect(verifyConsistency(forged, whole, proof, hash)).toBe(false)
        const other = { size: whole.size, root: hash(whole.root) }
        expect(verifyConsistency(old, other, proof, hash)).toBe(false)
      }),
    )
  })

  test('a place that is not in the tree is refused', () => {
    expect(() => inclusionProof(1, [hash(new Uint8Array())], hash)).toThrow('no leaf 1')
    expect(() => consistencyProof(0, [hash(new Uint8Array())], hash)).toThrow('no beginning of 0')
  })
})
