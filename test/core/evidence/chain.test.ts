import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ChainVerifier, encodeEvent } from '../../../main/core/evidence/chain.ts'
import { planWith, Play, starting, step } from '../run/support/play.ts'

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

function log(): { line: string; hash: string }[] {
  const play = new Play().must(starting(planWith(step('one'))))
  for (let count = 0; count < 6; count++)
    play.must({ type: 'note.add', kind: 'note', text: `note ${count}` })
  return play.events.map((event) => ({ line: encodeEvent(event), hash: event.hash }))
}

function problems(entries: readonly { line: string; hash?: string }[]): readonly string[] {
  const verifier = new ChainVerifier('run-1', sha256)
  for (const { line, hash } of entries) verifier.add(line, hash)
  return verifier.report().problems.map(({ message }) => message)
}

describe('the chain', () => {
  it('of an untouched log holds', () => {
    expect(problems(log())).toEqual([])
  })

  it('ends in the hash of the last line', () => {
    const verifier = new ChainVerifier('run-1', sha256)
    const entries = log()
    for (const { line, hash } of entries) verifier.add(line, hash)
    expect(verifier.report()).toMatchObject({ events: 7, head: entries.at(-1)?.hash })
  })

  it.each([
    [
      'an edit',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) =>
          index === 3 ? { ...entry, line: entry.line.replace('note 2', 'note X') } : entry,
        ),
    ],
    [
      'an edit with its own hash recomputed',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) => {
          const line = entry.line.replace('note 2', 'note X')
          return index === 3 ? { line, hash: sha256(line) } : entry
        }),
    ],
    [
      'a deletion',
      (entries: ReturnType<typeof log>) => entries.filter((_entry, index) => index !== 3),
    ],
    [
      'an insertion',
      (entries: ReturnType<typeof log>) =>
        entries.flatMap((entry, index) => (index === 3 ? [entry, entry] : [entry])),
    ],
    [
      'an exchange of two',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) => entries[index === 3 ? 4 : index === 4 ? 3 : index] ?? entry),
    ],
    ['a cut beginning', (entries: ReturnType<typeof log>) => entries.slice(1)],
    [
      'an event of another run',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) =>
          index === 6 ? { ...entry, line: entry.line.replace('run-1', 'run-2') } : entry,
        ),
    ],
    [
      'something that is no event',
      (entries: ReturnType<typeof log>) =>
        entries.map((entry, index) => (index === 2 ? { ...entry, line: 'nonsense' } : entry)),
    ],
  ])('with %s does not hold', (_what, tamper) => {
    expect(problems(tamper(log()))).not.toEqual([])
  })
})
