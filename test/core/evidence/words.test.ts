import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { WORD_LIST } from '../../../main/core/evidence/word-list.ts'
import { readWords, wordsOf } from '../../../main/core/evidence/words.ts'

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

describe('the word list', () => {
  it('is the one that was published with BIP-39', () => {
    expect(sha256(`${WORD_LIST.join('\n')}\n`)).toBe(
      '2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda',
    )
  })

  it('has 2048 words that differ in their first four letters', () => {
    expect(new Set(WORD_LIST.map((word) => word.slice(0, 4))).size).toBe(2048)
  })
})

describe('the words of a hash', () => {
  it('are its first 88 bits, eleven a word, the highest first', () => {
    expect(wordsOf('0'.repeat(64)).join(' ')).toBe(
      'abandon abandon abandon abandon abandon abandon abandon abandon',
    )
    expect(wordsOf('f'.repeat(64)).join(' ')).toBe('zoo zoo zoo zoo zoo zoo zoo zoo')
    expect(wordsOf(`${'0'.repeat(21)}1${'f'.repeat(42)}`).join(' ')).toBe(
      'abandon abandon abandon abandon abandon abandon abandon ability',
    )
    expect(wordsOf(`800${'0'.repeat(61)}`)[0]).toBe(WORD_LIST[1024])
  })

  it('agree with the vectors of BIP-39, whose words are made of the same groups of bits', () => {
    // trezor/python-mnemonic vectors.json: 128 bits of entropy; the first eight words are its first 88 bits.
    expect(wordsOf('7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f'.padEnd(64, '0')).join(' ')).toBe(
      'legal winner thank year wave sausage worth useful',
    )
    expect(wordsOf('9e885d952ad362caeb4efe34a8e91bd2'.padEnd(64, '0')).join(' ')).toBe(
      'ozone drill grab fiber curtain grace pudding thank',
    )
  })

  it('are read back as people write them down', () => {
    const words = wordsOf(sha256('run'))
    expect(readWords(` ${words.join(', ').toUpperCase()}.\n`)).toEqual(words)
    expect(readWords(words.map((word) => word.slice(0, 4)).join(' '))).toEqual(words)
    expect(readWords(words.slice(1).join(' '))).toBeUndefined()
    expect(readWords(`${words.slice(1).join(' ')} sha`)).toBeUndefined()
    expect(readWords('')).toBeUndefined()
  })
})
